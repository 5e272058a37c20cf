using BenchmarkDotNet.Attributes;
using System.Numerics;

namespace HadamardNtk.Bench;

/// <summary>Mehler's series of tanh by how nearly collinear the pairs are: the mean is ns a pair on one core.</summary>
public unsafe class SeriesLengths
{
    private Action _run = null!;
    private Action _both = null!;
    private IDisposable[] _rooms = [];

    /// <summary>The correlation of the pairs.</summary>
    [Params(0.1, 0.5, 0.9, 0.99)]
    public double Rho { get; set; }

    /// <summary>In which numbers.</summary>
    [ParamsAllValues]
    public Precision Precision { get; set; }

    /// <summary>Makes the coefficients.</summary>
    [GlobalSetup]
    public void Prepare() => (_run, _both, _rooms) = (Precision, VectorWidths.Widest) switch
    {
        (Precision.Float32, VectorWidth.Bits512) => Of<Single512, float>(StripRunners.Single),
        (Precision.Float32, VectorWidth.Bits256) => Of<Single256, float>(StripRunners.Single),
        (Precision.Float32, _) => Of<Single128, float>(StripRunners.Single),
        (_, VectorWidth.Bits512) => Of<Double512, double>(StripRunners.Double),
        (_, VectorWidth.Bits256) => Of<Double256, double>(StripRunners.Double),
        _ => Of<Double128, double>(StripRunners.Double),
    };

    /// <summary>Frees them.</summary>
    [GlobalCleanup]
    public void Free() => Array.ForEach(_rooms, room => room.Dispose());

    /// <summary>The series on a strip.</summary>
    [Benchmark(OperationsPerInvoke = StripTask<float>.Pairs)]
    public void Pair() => _run();

    /// <summary>The series of tanh and its derivative in one pass.</summary>
    [Benchmark(OperationsPerInvoke = StripTask<float>.Pairs)]
    public void Both() => _both();

    private (Action Run, Action Both, IDisposable[] Rooms) Of<V, T>(Func<StripPlan, VectorWidth, bool, StripRunner<T>> runner)
        where V : struct, ILanes<V, T>
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        const int pairs = StripRunner<float>.Longest;
        var task = new StripTask<T>("dense tanh dense", runner, false);
        var (both, samples) = (task.Values.Slopes[0]!, task.Samples);
        var table = new HermitePanels<T>(
            samples.Function(0), i => samples.Table(i, 0, Precision == Precision.Float32), samples.X.Rows, HermitePanels<T>.Width, new(1));
        var (rho, to, slopes, room) = (new NativeBuffer<T>(pairs), new NativeBuffer<T>(pairs), new NativeBuffer<T>(pairs), new NativeBuffer<T>(Series<V, T>.Room));
        new Span<T>(rho.Start, pairs).Fill(T.CreateTruncating(Rho));
        return (
            () => Series<V, T>.Run(table, 0, table, 0, pairs, rho.Start, to.Start, room.Start),
            () => SlopeSeries<V, T>.Run(both, 0, both, 0, pairs, rho.Start, to.Start, slopes.Start, room.Start),
            [task, table, rho, to, slopes, room]);
    }
}
