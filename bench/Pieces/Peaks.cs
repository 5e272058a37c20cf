using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;

namespace HadamardNtk.Bench;

/// <summary>A loop of fused multiply-adds that touches no memory, on one core: what the kernels below are a share of.</summary>
[Config(typeof(Columns))]
public class Peaks
{
    private const int Steps = 1000;

    /// <summary>Float32.</summary>
    [Benchmark(OperationsPerInvoke = Steps)]
    public void Single() => PeakLoops.Single(Steps);

    /// <summary>Float64.</summary>
    [Benchmark(OperationsPerInvoke = Steps)]
    public void Double() => PeakLoops.Double(Steps);

    private sealed class Columns : ManualConfig
    {
        public Columns() => AddColumn(new DerivedColumn("GFLOP/s", "10^9 operations a second", (ns, c) =>
            (c.Descriptor.WorkloadMethod.Name == nameof(Single) ? PeakLoops.SingleOperations : PeakLoops.DoubleOperations) / ns));
    }
}
