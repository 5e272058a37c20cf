using HadamardNtk.Torch.Tests.Device;
using HadamardNtk.Torch.Tests.Modules;
using Xunit;

namespace HadamardNtk.Torch.Tests.Studies;

/// <summary>Networks of finite width in the studies of polynomial nets.</summary>
public sealed class FiniteStudyTests : IDisposable
{
    private readonly IDisposable _scope = Tensors.Scope();

    public void Dispose() => _scope.Dispose();

    [Fact]
    public void A_training_gives_the_change_of_the_function_after_each_number_of_steps()
    {
        var network = Network.Parse("dense(b=0.3) tanh dense");
        var (x, y, points) = (Small.Numbers(1, 12, 3), Small.Numbers(2, 12, 1), Small.Numbers(3, 4, 3));
        var training = TorchTraining.Create();
        var kernel = network.Ntk();
        var rate = TrainingDynamics.Create(kernel, x, y).MaximumRate() / 4;
        double Gap(int width, int seed)
        {
            var changes = training.Train(new(network, width, seed, x, y, rate, [0, 3, 40], points));
            Assert.Equal(3, changes.Count);
            Assert.All(changes[0].Data, v => Assert.Equal(0, v));
            var limit = TrainingDynamics.Create(kernel, x, y).At(points);
            return new[] { (1, 3), (2, 40) }.Max(at =>
                changes[at.Item1].Data.Zip(limit.Mean(Training.Descent(rate, at.Item2)).Data, (a, b) => Math.Abs(a - b)).Max());
        }

        // The gap falls as one over the root of the width: 16 times the width makes it a quarter. The mean over
        // eight starts, each of which scatters by some half of itself, is known to a fifth, and the ratio to less than two.
        double Mean(int width) => Enumerable.Range(1, 8).Average(seed => Gap(width, seed));
        Assert.InRange(Mean(256) / Mean(4096), 4 / 2.0, 4 * 2.0);
    }

    [Fact]
    public void Spectral_bias_has_finite_networks_beside_their_limits()
    {
        var options = new SpectralBiasOptions
        {
            Samples = 60,
            Dimension = 4,
            Degrees = [1, 2],
            Steps = 60,
            CurveSamples = [20],
            Trials = 2,
            Networks = [StudyNetwork.Parse("MLP", "dense(w=1.41421356) relu dense")],
            FiniteWidth = 2048,
            FiniteSteps = 50,
        };
        var without = SpectralBiasStudy.Run(options);
        Assert.Contains(without.Claims, claim => claim.Measured.Contains("no finite network was trained"));
        var result = SpectralBiasStudy.Run(options with { Finite = TorchTraining.Create() });
        var table = result.Tables.Single(t => t.Name == "finite-networks");
        Assert.InRange((double)table.Rows[0][1]!, 0.001, 0.2);
        Assert.InRange((double)table.Rows[0][2]!, 0, 0.1);
        Assert.Contains(result.Charts, chart => chart.Name == "finite-mlp");
        Assert.Equal(ClaimVerdict.Found, result.Claims[^1].Verdict);
    }

    [Fact]
    public void Extrapolation_has_trained_networks_at_two_widths()
    {
        var options = new ExtrapolationOptions
        {
            Samples = 10,
            CurveSamples = 21,
            Dimension = 2,
            Rays = 1,
            FiniteWidth = 64,
            FiniteSteps = 20,
            Finite = TorchTraining.Create(),
        };
        var result = ExtrapolationStudy.Run(options);
        var table = result.Tables.Single(t => t.Name == "finite-networks");
        Assert.Equal([16, 64], table.Rows.Select(row => (int)row[2]!).Distinct().Order());
        Assert.Contains(result.Charts, chart => chart.Name == "cosine-finite");
        Assert.Contains(result.Claims, claim => claim.Statement.StartsWith("The wider trained networks are", StringComparison.Ordinal));
    }
}
