namespace HadamardNtk;

/// <summary>Runs chunks on strips of float64, with the widest vectors of the processor, on one thread.</summary>
internal abstract unsafe class GraphLanes : IDisposable
{
    /// <summary>Creates a runner.</summary>
    /// <param name="compiled">Whether machine code is generated. Interpreted chunks have the same bits.</param>
    internal static GraphLanes Create(bool compiled) => VectorWidths.Widest switch
    {
        VectorWidth.Bits512 => new GraphLanes<DoubleFunctionSet<Double512>, Double512>(compiled),
        VectorWidth.Bits256 => new GraphLanes<DoubleFunctionSet<Double256>, Double256>(compiled),
        _ => new GraphLanes<DoubleFunctionSet<Double128>, Double128>(compiled),
    };

    /// <summary>Runs a chunk on a strip whose length is a multiple of <see cref="GraphBatch.Lanes"/>.</summary>
    internal abstract void Run(Chunk chunk, void** inputs, void** outputs, nint count);

    public abstract void Dispose();
}

/// <summary>Runs chunks with one type of vectors.</summary>
internal sealed unsafe class GraphLanes<F, V>(bool compiled) : GraphLanes
    where F : struct, IFunctionSet<V, double>
    where V : struct, ILanes<V, double>
{
    // Interpretation keeps a strip for every value.
    private const nint Longest = 256;

    private readonly Dictionary<Chunk, ChunkMethod> _code = [];
    private NativeBuffer<double>? _room;

    internal override void Run(Chunk chunk, void** inputs, void** outputs, nint count)
    {
        if (!compiled)
        {
            Interpret(chunk, inputs, outputs, count);
            return;
        }

        if (!_code.TryGetValue(chunk, out var code))
        {
            code = ChunkCode<F, V, double>.Of(chunk);
            _code[chunk] = code;
        }

        code(inputs, outputs, count);
    }

    public override void Dispose() => _room?.Dispose();

    private void Interpret(Chunk chunk, void** inputs, void** outputs, nint count)
    {
        var needed = Longest * ChunkInterpreter<F, V, double>.Room(chunk);
        if (_room is null || _room.Length < needed)
        {
            _room?.Dispose();
            _room = new(needed, clear: false);
        }

        for (nint j = 0; j < count; j += Longest)
        {
            var length = nint.Min(Longest, count - j);
            ChunkInterpreter<F, V, double>.Run(chunk, inputs, outputs, length, _room.Start);
            for (var k = 0; k < chunk.Inputs.Length; k++)
            {
                inputs[k] = chunk.Inputs[k] == ChunkInput.Strip ? (double*)inputs[k] + length : inputs[k];
            }

            for (var k = 0; k < chunk.Outputs.Length; k++)
            {
                outputs[k] = (double*)outputs[k] + length;
            }
        }
    }
}
