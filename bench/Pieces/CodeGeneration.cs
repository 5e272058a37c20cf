using BenchmarkDotNet.Attributes;
using HadamardNtk.Core;

namespace HadamardNtk.Bench;

/// <summary>
/// Machine code of a layer's chunk. Code is kept by what a chunk does, so every call has a chunk of its own: the layer's,
/// with a few additions and multiplications behind that spell a number.
/// </summary>
[InvocationCount(8, 1)]
[IterationCount(20)]
public class CodeGeneration
{
    private const int Digits = 14;

    private static int _number;

    private Chunk _chunk = null!;

    /// <summary>Which layer.</summary>
    [Params("dense dense", "dense relu dense", "dense gelu dense", "dense sin dense")]
    public string Net { get; set; } = "";

    /// <summary>In which numbers.</summary>
    [ParamsAllValues]
    public Precision Precision { get; set; }

    /// <summary>Takes the first chunk of the network's program.</summary>
    [GlobalSetup]
    public void Prepare() =>
        _chunk = new SampleSet(Network.Parse(Net).Ntk().Program, Inputs.Normal(2, 16))
            .NewPlan(KernelKind.Ntk).Steps.First(s => s.Chunk is not null).Chunk!;

    /// <summary>Writes and compiles it.</summary>
    [Benchmark]
    public object Compile() => Precision == Precision.Float32 ? Single(Numbered()) : Double(Numbered());

    private static object Single(Chunk chunk) => VectorWidths.Widest switch
    {
        VectorWidth.Bits512 => ChunkCode<SingleFunctionSet<Single512>, Single512, float>.Of(chunk),
        VectorWidth.Bits256 => ChunkCode<SingleFunctionSet<Single256>, Single256, float>.Of(chunk),
        _ => ChunkCode<SingleFunctionSet<Single128>, Single128, float>.Of(chunk),
    };

    private static object Double(Chunk chunk) => VectorWidths.Widest switch
    {
        VectorWidth.Bits512 => ChunkCode<DoubleFunctionSet<Double512>, Double512, double>.Of(chunk),
        VectorWidth.Bits256 => ChunkCode<DoubleFunctionSet<Double256>, Double256, double>.Of(chunk),
        _ => ChunkCode<DoubleFunctionSet<Double128>, Double128, double>.Of(chunk),
    };

    private Chunk Numbered()
    {
        var (number, last) = (Interlocked.Increment(ref _number), _chunk.Inputs.Length + _chunk.Instructions.Length - 1);
        var tail = Enumerable.Range(0, Digits).Select(k => (
            (number >> k & 1) != 0 ? StripOperation.Add : StripOperation.Multiply, new[] { last + k, last + k }));
        return new(_chunk.Inputs, [.. _chunk.Instructions, .. tail], [.. _chunk.Outputs, _chunk.Instructions.Length + Digits - 1]);
    }
}
