using BenchmarkDotNet.Attributes;

namespace HadamardNtk.Bench;

/// <summary>The program of one layer of each kind, on a strip in the first-level cache: the mean is ns a pair on one core.</summary>
public class Strips
{
    private Func<uint> _run = null!;
    private IDisposable _task = null!;

    /// <summary>The networks.</summary>
    public static IEnumerable<string> Networks =>
    [
        "dense dense", "dense layer_norm dense", "dense relu dense", "dense abs dense", "dense sign dense", "dense erf dense",
        "dense gelu dense", "dense sin dense", "dense exp dense", "dense rbf dense", "dense tanh dense", "dense sigmoid dense",
        "hadamard(dense, dense) dense", "hadamard(dense relu, dense relu) dense", "ncp(degree=4) dense",
    ];

    /// <summary>Which network.</summary>
    [ParamsSource(nameof(Networks))]
    public string Net { get; set; } = "";

    /// <summary>In which numbers.</summary>
    [ParamsAllValues]
    public Precision Precision { get; set; }

    /// <summary>Makes the program.</summary>
    [GlobalSetup]
    public void Prepare()
    {
        if (Precision == Precision.Float32)
        {
            var task = new StripTask<float>(Net, StripRunners.Single, StripRunners.CanCompile);
            (_task, _run) = (task, task.Run);
        }
        else
        {
            var task = new StripTask<double>(Net, StripRunners.Double, StripRunners.CanCompile);
            (_task, _run) = (task, task.Run);
        }
    }

    /// <summary>Frees its memory.</summary>
    [GlobalCleanup]
    public void Free() => _task.Dispose();

    /// <summary>The strip.</summary>
    [Benchmark(OperationsPerInvoke = StripTask<float>.Pairs)]
    public uint Pair() => _run();
}
