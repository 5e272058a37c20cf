using Xunit;

namespace HadamardNtk.Api.Tests.Spectra;

public class BlockPhaseTests
{
    [Fact]
    public void A_chaotic_block_has_a_stable_correlation_below_1()
    {
        var phase = Of("dense(w=1.5,b=0.1) tanh");
        Assert.Equal(Phase.Chaotic, phase.Phase);
        Assert.Equal("dense(w=1.5,b=0.1) tanh", phase.Block.ToString());
        Assert.Equal((false, false), (phase.IsEveryVarianceFixed, phase.IsEveryCorrelationFixed));
        Assert.Equal(phase.Variance, Assert.Single(phase.Variances));
        Assert.Equal([phase.Limit.Value, 1], phase.Correlations.Select(p => p.Value));
        Assert.Equal([Stability.Stable, Stability.Unstable], phase.Correlations.Select(p => p.Stability));
        Assert.Equal(phase.Slope, phase.Correlations[1].Slope);
        Assert.Equal(1.1290526986640531, phase.Slope, 1e-14);
        Assert.Equal(0.16987765115826167, phase.Limit.Value, 1e-14);
        Assert.Equal(-1 / Math.Log(0.93485634403156456), phase.Limit.DepthScale, 1e-11);
        Assert.Equal(double.PositiveInfinity, phase.Correlations[1].DepthScale);
        Assert.Equal(phase.Variance.Value, phase.VarianceAfter(phase.Variance.Value), 1e-14);
    }

    [Fact]
    public void The_phases_are_told_apart_and_the_tolerance_decides_what_is_critical()
    {
        Assert.Equal(Phase.Ordered, Of("dense(w=1.1,b=0.3) tanh").Phase);
        var relu = Of("dense(w=1.41421356) relu");
        Assert.Equal((Phase.Critical, true, 0), (relu.Phase, relu.IsEveryVarianceFixed, relu.Variances.Count));
        Assert.Equal((Stability.Neutral, 1.0), (relu.Limit.Stability, relu.Limit.Value));
        Assert.Throws<NetworkRefusedException>(() => Of("dense(w=1.41421356) relu", new() { Tolerance = 1e-10 }));
        Assert.Equal(Phase.Critical, Of("dense(w=1.1,b=0.3) tanh", new() { Tolerance = 0.3 }).Phase);
        var linear = Of("dense");
        Assert.Equal((true, 0), (linear.IsEveryCorrelationFixed, linear.Correlations.Count));
    }

    [Fact]
    public void The_variance_is_the_stable_one_or_the_one_that_is_asked_for()
    {
        const string net = "sum(hadamard(dense(w=0.3), dense(w=0.3)), constant(c=0.5))";
        var phase = Of(net);
        Assert.Equal([Stability.Stable, Stability.Unstable], phase.Variances.Select(p => p.Stability));
        Assert.Equal(phase.Variances[0], phase.Variance);
        Assert.Equal(phase.Variances[1], Of(net, new() { Variance = 50 }).Variance);
        Assert.Equal(phase.Variances[1], Of(net, new() { LeastVariance = 10 }).Variance);
        Assert.Equal(phase.Variances[0], Assert.Single(Of(net, new() { GreatestVariance = 10 }).Variances));
        Assert.Equal(7, Of("dense", new() { Variance = 7 }).Variance.Value);
    }

    [Fact]
    public void Iterations_are_the_kernels_of_networks_that_repeat_the_block()
    {
        const string net = "hadamard(dense(w=1.3,b=0.4) relu, dense(w=1.1,b=0.2) erf)";
        var phase = Of(net);
        var q = phase.Variance.Value;
        var x = Matrix.Wrap([Math.Sqrt(2 * q), 0, 0.6 * Math.Sqrt(2 * q), 0.8 * Math.Sqrt(2 * q)], 2, 2);
        var correlations = phase.Iterate(0.6, 4);
        Assert.Equal(5, correlations.Length);
        for (var depth = 1; depth <= 4; depth++)
        {
            var gram = Network.Parse(net).Repeat(depth).Nngp().Gram(x);
            Assert.Equal(gram[0, 1] / gram[0, 0], correlations[depth], 1e-12);
            Assert.Equal(q, gram[0, 0], 1e-12);
        }
    }

    [Fact]
    public void What_has_no_phase_is_refused()
    {
        Assert.Contains("vanishes", Refused("dense(w=0.9) tanh"));
        Assert.Contains("grows without bound", Refused("dense(w=1.5) relu"));
        Assert.Contains("average feature", Refused("sum(identity, dense relu)"));
        Assert.Contains("same for all inputs", Refused("constant"));
        Assert.Contains("put a dense before relu", Refused("relu"));
        Assert.Throws<ArgumentNullException>(() => BlockPhase.Of(null!));
        Assert.Throws<ArgumentException>(() => Of("dense", new() { Tolerance = 0 }));
        Assert.Throws<ArgumentException>(() => Of("dense", new() { LeastVariance = -1 }));
        Assert.Throws<ArgumentException>(() => Of("dense", new() { Variance = double.NaN }));
        Assert.Throws<ArgumentOutOfRangeException>(() => Of("dense").VarianceAfter(-1));
        Assert.Throws<ArgumentException>(() => Of("dense").Iterate(-1.5, 1));
        Assert.Throws<ArgumentException>(() => Of("dense").Iterate(0, -1));
    }

    private static string Refused(string net) => Assert.Throws<NetworkRefusedException>(() => Of(net)).Message;

    private static BlockPhase Of(string net, PhaseOptions? options = null) => BlockPhase.Of(Network.Parse(net), options);
}
