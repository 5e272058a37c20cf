using Xunit;

namespace HadamardNtk.Api.Tests.Learning;

/// <summary>Probabilities of classes: whose they are, and that they are what they say on real data.</summary>
public class ClassProbabilityTests : DataFolder
{
    private static readonly InfiniteKernel Kernel = Network.Parse("(dense(w=1.4142135623730951) relu)^2 dense").Ntk();
    private static readonly Matrix X = Samples.Random(60, 3, 1);
    private static readonly Matrix New = Samples.Random(40, 3, 2);
    private static readonly long[] Labels = [.. Enumerable.Range(0, 60).Select(i => X[i, 0] > 0 ? 1L : X[i, 1] > 0 ? 2 : 3)];
    private static readonly RegressionOptions Noisy = new() { Ridge = Ridge.Relative(1e-2) };

    public static TheoryData<RegressionOptions> AllOptions =>
    [
        Noisy with { Scale = VarianceScale.Estimated },
        Noisy with { Solver = Solver.Eigen },
        Noisy with { Solver = new ConjugateGradientSolver { Tolerance = 1e-12 } },
    ];

    [Theory]
    [MemberData(nameof(AllOptions))]
    public void They_do_not_depend_on_the_scale_of_deviations_or_the_solver(RegressionOptions options)
    {
        var expected = Probabilities(KernelClassifier.Fit(Kernel, X, Labels, Noisy));
        // y = (K + r I) alpha has a relative 1e-16 |K| |alpha|, which is 100 times y at this ridge; conjugate gradients 1e-12.
        Assert.InRange(Samples.Worst(expected, Probabilities(KernelClassifier.Fit(Kernel, X, Labels, options))), 0, 1e-10);
        Assert.All(Enumerable.Range(0, 40), i => Assert.Equal(1, expected.Row(i).ToArray().Sum(), 1e-13));
    }

    [Fact]
    public void They_are_those_of_noisy_scores_with_the_estimated_scales()
    {
        var model = KernelClassifier.Fit(Kernel, X, Labels, Noisy with { Scale = VarianceScale.Estimated });
        var found = model.Predict(New, Uncertainty.Deviation);
        var deviations = found.Posterior!.Deviations(PredictionNoise.Included);
        for (var i = 0; i < New.Rows; i++)
        {
            var expected = Core.ClassProbability.ofLatents(found.Scores.Row(i).ToArray(), deviations.Row(i).ToArray());
            Assert.Equal(expected, found.Probabilities().Row(i).ToArray());
        }

        Assert.Same(found.Probabilities(), found.Probabilities());
    }

    [Fact]
    public void Models_of_files_of_Gram_matrices_and_of_texts_have_the_same()
    {
        var model = KernelClassifier.Fit(Kernel, X, Labels, Noisy);
        var expected = Probabilities(model);
        model.Save(Place("m"));
        Samples.SameBits(expected, Probabilities(KernelClassifier.Load(Place("m"))));
        var given = KernelClassifier.Fit(Kernel.Gram(X), Labels, Noisy);
        Assert.InRange(Samples.Worst(expected, given.Predict(Kernel.Cross(New, X), Kernel.Diagonal(New)).Probabilities()), 0, 1e-12);
        var texts = KernelClassifier.Fit(Kernel, X, Array.ConvertAll(Labels, label => $"{(char)('a' + label)}"), Noisy);
        Samples.SameBits(expected, texts.Predict(New, Uncertainty.Deviation).Probabilities());
    }

    [Fact]
    public void Two_classes_have_the_distribution_of_their_standardized_score()
    {
        var model = KernelClassifier.Fit(Kernel, X, Array.ConvertAll(Labels, label => label == 1 ? 1L : 0), Noisy with { Scale = VarianceScale.Estimated });
        var found = model.Predict(New, Uncertainty.Deviation);
        var (scores, deviations) = (found.Scores, found.Posterior!.Deviations(PredictionNoise.Included));
        for (var i = 0; i < New.Rows; i++)
        {
            var standardized = (scores[i, 1] - scores[i, 0]) / double.Hypot(deviations[i, 0], deviations[i, 1]);
            Assert.Equal(MathNet.Numerics.Distributions.Normal.CDF(0, 1, standardized), found.Probabilities()[i, 1], 1e-12);
        }
    }

    [Fact]
    public void What_has_no_deviations_has_no_probabilities()
    {
        var none = KernelClassifier.Fit(Kernel, X, Labels).Predict(New);
        Assert.Contains("Uncertainty.Deviation", Assert.Throws<InvalidOperationException>(() => none.Probabilities()).Message);
        Assert.Throws<InvalidOperationException>(() => new Classification([1], new double[,] { { 1, 2 } }).Probabilities());
        var model = KernelClassifier.Fit(Kernel, X, Labels).Predict(New, Uncertainty.Deviation);
        Assert.ThrowsAny<OperationCanceledException>(() => model.Probabilities(new CancellationToken(true)));
    }

    // Measured (log loss, calibration error): digits 0.060, 0.004; libras 0.73, 0.07; glass 0.98, 0.15; ionosphere 0.21,
    // 0.02. The bounds are half as much again, or 0.04 for small errors.
    [Theory]
    [InlineData("digits.csv.gz", 900, 0.09, 0.04)]
    [InlineData("libras", 216, 1.1, 0.1)]
    [InlineData("glass", 128, 1.46, 0.22)]
    [InlineData("ionosphere", 210, 0.31, 0.06)]
    public void On_real_data_they_are_calibrated(string name, int training, double mostLoss, double mostError)
    {
        var (x, labels) = Read(name);
        var order = Enumerable.Range(0, labels.Length).ToArray();
        new Random(1).Shuffle(order);
        var (here, there) = (order[..training], order[training..]);
        Matrix Rows(int[] chosen) => Matrix.Wrap([.. chosen.SelectMany(i => x.Row(i).ToArray())], chosen.Length, x.Columns);
        long[] Classes(int[] chosen) => Array.ConvertAll(chosen, i => labels[i]);
        var model = KernelClassifier.Fit(Kernel, Rows(here), Classes(here), Noisy);
        var probabilities = model.Predict(Rows(there), Uncertainty.Deviation).Probabilities();
        var (loss, error) = (Metrics.LogLoss(probabilities, model.Classes, Classes(there)), Metrics.CalibrationError(probabilities, model.Classes, Classes(there)));
        TestContext.Current.TestOutputHelper?.WriteLine($"{name}: log loss {loss:G4}, calibration error {error:G4}");
        Assert.InRange(loss, 0, mostLoss);

        // The frequencies of the classes alone have twice the loss, or nearly.
        Matrix shares = Matrix.Wrap([.. there.SelectMany(_ => model.Classes.Select(c => Classes(here).Count(l => l == c) / (double)here.Length))], there.Length, model.Classes.Count);
        Assert.InRange(loss, 0, 0.6 * Metrics.LogLoss(shares, model.Classes, Classes(there)));
        Assert.InRange(error, 0, mostError);
    }

    private static (Matrix X, long[] Labels) Read(string name)
    {
        if (name.Contains('.'))
        {
            var file = SharedData.Require(name);
            return (DataFile.ReadMatrix($"{file}[:,:-1]"), DataFile.ReadLabels($"{file}[:,-1]"));
        }

        var data = UciData.Read(Path.GetDirectoryName(SharedData.Require($"uci/{name}/{name}.txt"))!);
        return (data.X, [.. data.Labels]);
    }

    private static Matrix Probabilities(KernelClassifier model) => model.Predict(New, Uncertainty.Deviation).Probabilities();
}
