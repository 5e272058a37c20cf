using BenchmarkDotNet.Attributes;
using HadamardNtk.Core;

namespace HadamardNtk.Bench;

/// <summary>A sample's table of Hermite coefficients, at a variance near others that were met: by interpolation.</summary>
public class HermiteTables
{
    private const int Variances = 256;

    private readonly HermiteFamilies _families = new();
    private readonly double[] _variances = Inputs.Uniform(Variances, 0.5, 2);
    private ScalarFunction _function = null!;

    /// <summary>Which function.</summary>
    [Params("tanh", "sigmoid", "elu")]
    public string Function { get; set; } = "";

    /// <summary>Fits the polynomials.</summary>
    [GlobalSetup]
    public void Prepare()
    {
        _function = new SampleSet(Network.Parse($"dense {Function} dense").Ntk().Program, Inputs.Normal(2, 16)).Function(0);
        Table();
    }

    /// <summary>A table of each variance.</summary>
    [Benchmark(OperationsPerInvoke = Variances)]
    public int Table()
    {
        var sum = 0;
        foreach (var q in _variances)
        {
            sum += _families.Invoke(_function, q)!.Coefficients.Length;
        }

        return sum;
    }
}
