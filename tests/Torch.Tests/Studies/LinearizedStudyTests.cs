using HadamardNtk.Torch.Tests.Device;
using HadamardNtk.Torch.Tests.Modules;
using TorchSharp;
using Xunit;
using static TorchSharp.torch.nn;

namespace HadamardNtk.Torch.Tests.Studies;

/// <summary>The study of linearized networks, small, and the measures that it is made of.</summary>
public sealed class LinearizedStudyTests : IDisposable
{
    private static readonly LinearizedOptions Tiny = new()
    {
        Dimension = 4,
        Samples = 30,
        TestSamples = 20,
        Width = 16,
        Widths = [8],
        SampleSizes = [20],
        Tasks = [1, 3, 6, 12],
        Compared = [3],
        Others = [StudyNetwork.Parse("CCP 2", "ccp(degree=2) dense")],
        Steps = 30,
        Directions = 2,
    };

    private readonly IDisposable _scope = Tensors.Scope();

    public void Dispose() => _scope.Dispose();

    [Fact]
    public void Options_and_seed_decide_the_result()
    {
        var (first, again, other) = (LinearizedStudy.Run(Tiny), LinearizedStudy.Run(Tiny), LinearizedStudy.Run(Tiny with { Seed = 2 }));
        Assert.Equal(Text(first), Text(again));
        Assert.NotEqual(Text(first), Text(other));
        Assert.Equal(9, first.Claims.Count);
        Assert.Equal(ClaimVerdict.Found, first.Claims[0].Verdict);
        Assert.Equal(
            ["tasks", "half-times", "by-training-samples", "by-width", "by-network", "gains", "by-direction"], first.Tables.Select(t => t.Name));
        Assert.Equal(4, first.Tables[0].Rows.Count);
    }

    [Fact]
    public void The_progress_ends_at_the_whole_and_counts_every_direction_at_its_time()
    {
        var parts = new List<double>();
        LinearizedStudy.Run(Tiny with { Compared = [] }, new Direct(parts.Add));
        Assert.Equal([1.0 / 6, 2.0 / 6, 3.0 / 6, 4.0 / 6, 5.0 / 6, 1, 1], parts);
    }

    private sealed class Direct(Action<double> report) : IProgress<double>
    {
        public void Report(double value) => report(value);
    }

    // The linearization at the start is descent along the kernel of the same module.
    [Fact]
    public void The_linearization_at_the_start_is_that_of_the_module()
    {
        var result = LinearizedStudy.Run(Tiny with { Compared = [], Directions = 0 });
        var data = LinearizedData.Of(Tiny);
        using var module = Tiny.Network.Network.ToModule(4, 16, Tiny.Seed, Precision.Float64);
        var kernel = ModuleTangentKernel.Create(module);
        var gram = kernel.Gram(data.Tensor);
        var eigen = SymmetricEigen.Decompose(Matrix.Wrap((double[])gram.Data.Clone(), 50, 50), Workers.All);
        foreach (var (row, index) in result.Tables[0].Rows.Zip(Tiny.Tasks))
        {
            double[] y = Array.ConvertAll(eigen.Vectors.Row(50 - index).ToArray(), v => v < 0 ? -1.0 : 1);
            var train = data.Tensor.narrow(0, 0, 30);
            var dynamics = TrainingDynamics.Create(kernel, train, Matrix.Wrap(y[..30], 30, 1));
            var mean = dynamics.At(data.Tensor.narrow(0, 30, 20)).Mean(Training.Descent(dynamics.MaximumRate() * Tiny.RelativeRate, Tiny.Steps));
            Assert.Equal(mean.Data.Zip(y[30..], (f, t) => f * t > 0 ? 1 : 0).Sum() / 20.0, row[3]);
        }
    }

    [Fact]
    public void Experiments_that_cannot_be_are_refused()
    {
        Refused("at least 20 samples", Tiny with { Samples = 5 });
        Refused("from 1 to 50", Tiny with { Tasks = [60] });
        Refused("among the tasks", Tiny with { Compared = [5] });
        Refused("at least 50 samples, came 10", Tiny with { Data = Tensors.Random(10, 3, 1) });
        Refused("different names", Tiny with { Others = [Tiny.Network] });

        static void Refused(string part, LinearizedOptions options) =>
            Assert.Contains(part, Assert.Throws<ArgumentException>(() => LinearizedStudy.Run(options)).Message);
    }

    [Fact]
    public void The_alignment_of_targets_is_the_quotient_of_the_kernel()
    {
        using var module = Small.Sequence(Small.Linear(3, 8), Tanh(), Small.Linear(8, 2));
        var (kernel, x, y) = (ModuleTangentKernel.Create(module), Small.Samples(1, 7, 3), Small.Numbers(2, 7, 2));
        var all = torch.tensor(kernel.Gram(x, TangentOutputs.All).Data, [14, 14]);
        var v = torch.tensor(y.Data, [14, 1]);
        Assert.Equal((v.t().mm(all).mm(v) / v.square().sum()).ToDouble(), kernel.Alignment(x, y), 1e-11);

        // An eigenvector has its eigenvalue.
        var pairs = SymmetricEigen.Decompose(kernel.Gram(x, TangentOutputs.All), Workers.All);
        foreach (var j in new[] { 0, 5, 13 })
        {
            var vector = Matrix.Wrap(pairs.Vectors.Row(j).ToArray(), 7, 2);
            Assert.Equal(pairs.Values[j], kernel.Alignment(x, vector), 1e-12 * pairs.Values[^1]);
        }

        Assert.Contains("not all 0", Assert.Throws<ArgumentException>(() => kernel.Alignment(x, Matrix.Wrap(new double[14], 7, 2))).Message);
    }

    // M by differences: the slope of the gradient by x along each parameter.
    [Fact]
    public void Anisotropy_directions_are_singular_vectors_of_the_mixed_derivatives()
    {
        using var module = Small.Sequence(Small.Linear(3, 6), Tanh(), Small.Linear(6, 1));
        var x = Small.Samples(1, 5, 3);
        double[] Slope()
        {
            var at = x.detach().requires_grad_();
            module.call(at).mean().backward();
            return Small.Get(at.grad!.sum(dim: 0));
        }

        var rows = new List<double[]>();
        foreach (var parameter in module.parameters())
        {
            var values = Small.Get(parameter);
            for (var k = 0; k < values.Length; k++)
            {
                double[] Moved(double by)
                {
                    var moved = (double[])values.Clone();
                    moved[k] += by;
                    Small.Set(parameter, moved);
                    return Slope();
                }

                rows.Add([.. Moved(1e-5).Zip(Moved(-1e-5), (a, b) => (a - b) / 2e-5)]);
                Small.Set(parameter, values);
            }
        }

        // Singular values are the roots of the eigenvalues of MᵀM, which come in ascending order.
        var m = MathNet.Numerics.LinearAlgebra.Matrix<double>.Build.DenseOfRowArrays(rows);
        var expected = m.TransposeThisAndMultiply(m).Evd(MathNet.Numerics.LinearAlgebra.Symmetricity.Symmetric);
        var found = AnisotropyDirections.Of(module, x);
        for (var k = 0; k < 3; k++)
        {
            Assert.Equal(Math.Sqrt(expected.EigenValues[2 - k].Real), found.Values[k], 1e-7 * found.Values[0]);
            var along = expected.EigenVectors.Column(2 - k).ToArray().Zip(found.Directions.Row(k).ToArray(), (a, b) => a * b).Sum();
            Assert.Equal(1, Math.Abs(along), 1e-5);
        }
    }

    [Fact]
    public void Directions_of_modules_without_second_derivatives_are_refused()
    {
        var layer = Small.Linear(3, 3);
        using var distances = new Custom(h => torch.cdist(layer.call(h), layer.weight!).sum(1), ("layer", layer));
        Assert.Contains("second derivatives", Assert.Throws<InvalidOperationException>(() => AnisotropyDirections.Of(distances, Small.Samples(1, 4, 3))).Message);
        using var still = new Custom(h => h.sum(1), ("layer", layer));
        Assert.Throws<InvalidOperationException>(() => AnisotropyDirections.Of(still, Small.Samples(1, 4, 3)));
        Assert.Throws<ArgumentException>(() => AnisotropyDirections.Of(layer, torch.ones([2, 3], torch.int64)));
    }

    private static string Text(StudyResult result)
    {
        using var writer = new StringWriter();
        StudyText.Write(result, writer);
        return writer.ToString();
    }
}
