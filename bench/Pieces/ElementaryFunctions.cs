using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Running;

namespace HadamardNtk.Bench;

/// <summary>An elementary function on a strip in the first-level cache: the mean is ns a number.</summary>
[Config(typeof(Columns))]
public class ElementaryFunctions
{
    private FunctionStrip _strip = null!;

    /// <summary>The functions.</summary>
    public static IEnumerable<string> Names => FunctionLoop.Names;

    /// <summary>Which function.</summary>
    [ParamsSource(nameof(Names))]
    public string Function { get; set; } = "";

    /// <summary>In which numbers.</summary>
    [ParamsAllValues]
    public Precision Precision { get; set; }

    /// <summary>Makes the loop.</summary>
    [GlobalSetup]
    public void Prepare() => _strip = new(Function, Precision == Precision.Float32);

    /// <summary>Frees the strip.</summary>
    [GlobalCleanup]
    public void Free() => _strip.Dispose();

    /// <summary>The strip.</summary>
    [Benchmark(OperationsPerInvoke = FunctionStrip.Length)]
    public void Number() => _strip.Run();

    private sealed class Columns : ManualConfig
    {
        public Columns() => AddColumn(new DerivedColumn("ns/vector", "ns a vector of the widest kind", (ns, c) => ns * Lanes(c)));

        private static int Lanes(BenchmarkCase c) =>
            (int)VectorWidths.Widest / ((Precision)c.Parameters[nameof(Precision)] == Precision.Float32 ? 32 : 64);
    }
}
