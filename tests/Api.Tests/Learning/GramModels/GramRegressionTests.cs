using Xunit;

namespace HadamardNtk.Api.Tests.Learning;

/// <summary>A regression on a Gram matrix is the one by kernel and samples.</summary>
public class GramRegressionTests : DataFolder
{
    private static readonly InfiniteKernel Kernel = Network.Parse("(dense(w=1.4142135623730951,b=0.1) relu)^2 dense").Ntk();
    private static readonly Matrix All = Samples.Random(1120, 4, 1);
    private static readonly Matrix X = All.SelectRows(0, 60);
    private static readonly Matrix New = All.SelectRows(60, 1060);
    private static readonly Matrix Y = Samples.Random(60, 2, 3);
    private static readonly long[] Labels = [.. Enumerable.Range(0, 60).Select(i => X[i, 0] > 0 ? 1L : X[i, 1] > 0 ? 2 : 3)];
    private static readonly RegressionOptions Options = new()
    {
        Ridge = Ridge.Relative(1e-2),
        CenterTargets = true,
        Scale = VarianceScale.Estimated,
    };

    public static TheoryData<string> Solvers => ["cholesky", "eigen", "cg"];

    private static Solver Of(string name) => name switch
    {
        "cholesky" => Solver.Cholesky,
        "eigen" => Solver.Eigen,
        _ => new ConjugateGradientSolver { Rank = 3, Tolerance = 1e-12 },
    };

    [Theory]
    [MemberData(nameof(Solvers))]
    public void It_has_the_bits_of_the_one_by_kernel_and_samples(string solver)
    {
        var options = Options with { Solver = Of(solver) };
        var there = KernelRegression.Fit(Kernel, X, Y, options);
        using var gram = Written("K.npy", X, null);
        using var cross = Written("KX.npy", New, X);
        var diagonal = Kernel.Diagonal(New);
        foreach (var here in new[] { KernelRegression.Fit(gram, Y, options), KernelRegression.Fit(gram.Values, Y, options) })
        {
            Assert.Equal((there.Ridge, there.Solution.Kind), (here.Ridge, here.Solution.Kind));
            Assert.Equal(there.LeaveOneOutRmse, here.LeaveOneOutRmse);
            Assert.Equal(there.LogMarginalLikelihood, here.LogMarginalLikelihood);
            Assert.Equal(there.TargetMeans, here.TargetMeans);
            var expected = there.Predict(New, Uncertainty.Deviation);
            if (solver == "cg")
            {
                // K V is summed in another order.
                Assert.InRange(Samples.Worst(expected.Mean, here.Predict(cross).Mean), 0, 1e-9);
                Assert.InRange(
                    Samples.Worst(expected.Deviations(), here.Predict(cross, diagonal).Deviations()), 0, 1e-9);
                continue;
            }

            Assert.Equal(there.DeviationScales, here.DeviationScales);
            foreach (var actual in new[] { here.Predict(cross, diagonal), here.Predict(cross.Values, diagonal) })
            {
                Samples.SameBits(expected.Mean, actual.Mean);
                Samples.SameBits(expected.Deviations(), actual.Deviations());
                Assert.Equal(expected.Undetermined, actual.Undetermined);
                Samples.SameBits(expected.Interval(0.9).Lower, actual.Interval(0.9).Lower);
            }

            Assert.Null(here.Predict(cross).Deviation);
        }
    }

    [Fact]
    public void It_predicts_at_places_of_the_training_samples_too()
    {
        using var gram = Written("K.npy", X, null);
        var model = KernelRegression.Fit(gram, Y, Options);
        var (mean, covariance) = (model.Predict(gram).Mean, model.Predict([3, 5], Uncertainty.Covariance));
        Assert.InRange(Math.Abs(mean[5, 1] - covariance.Mean[1, 1]), 0, 1e-12);
        Assert.Equal(model.Predict([5], Uncertainty.Deviation).Deviations()[0, 0], Math.Sqrt(covariance.CovarianceOf(0)![1, 1]), 1e-9);
    }

    [Fact]
    public void A_classifier_has_the_classes_of_the_one_by_kernel_and_samples()
    {
        var there = KernelClassifier.Fit(Kernel, X, Labels, Options);
        using var gram = Written("K.npy", X, null);
        using var cross = Written("KX.npy", New, X);
        foreach (var here in new[] { KernelClassifier.Fit(gram, Labels, Options), KernelClassifier.Fit(gram.Values, Labels, Options) })
        {
            var (expected, actual) = (there.Predict(New, Uncertainty.Deviation), here.Predict(cross, Kernel.Diagonal(New)));
            Assert.Equal(there.Classes, here.Classes);
            Assert.Equal(expected.Labels, actual.Labels);
            Samples.SameBits(expected.Scores, actual.Scores);
            Samples.SameBits(expected.Posterior!.Deviations(), actual.Posterior!.Deviations());
            Samples.SameBits(actual.Scores, here.Predict(cross.Values).Scores);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_saved_model_is_the_fitted_one(bool classes)
    {
        var (cross, diagonal) = (Kernel.Cross(New, X), Kernel.Diagonal(New));
        Prediction before;
        using (var gram = Written("K.npy", X, null))
        {
            if (classes)
            {
                var classifier = KernelClassifier.Fit(gram, Labels, Options);
                classifier.Save(Place("m"));
                before = classifier.Regression.Predict(cross, diagonal);
                Assert.Equal(classifier.Predict(cross).Labels, GramClassifier.Load(Place("m")).Predict(cross).Labels);
            }
            else
            {
                var regression = KernelRegression.Fit(gram, Y, Options);
                regression.Save(Place("m"));
                before = regression.Predict(cross, diagonal);
            }
        }

        File.Delete(Place("K.npy"));
        var loaded = GramRegression.Load(Place("m"));
        Assert.Equal((KernelKind.Ntk, Kernel.Network.ToString()), (loaded.Kind, loaded.Network));
        var after = loaded.Predict(cross, diagonal);
        Samples.SameBits(before.Mean, after.Mean);
        Samples.SameBits(before.Deviations(), after.Deviations());
        loaded.Save(Place("again"));
        Assert.Equal(File.ReadAllBytes(Path.Combine(Place("m"), "gram.npy")), File.ReadAllBytes(Path.Combine(Place("again"), "gram.npy")));
    }

    [Theory]
    [InlineData(1 + 3.5e-6, true)]
    [InlineData(1 + 5e-6, false)]
    public void Kernels_may_break_the_inequality_by_the_rounding_of_float32(double kernel, bool isTaken)
    {
        Matrix gram = new double[,] { { 1, 0 }, { 0, 1 } }, cross = new double[,] { { kernel, 0 } };
        var model = KernelRegression.Fit(gram, Matrix.Wrap([1, 2], 2, 1), new() { Ridge = Ridge.Absolute(0.1) });
        var failure = Record.Exception(() => model.Predict(cross, [1.0]));
        Assert.Equal(isTaken, failure is null);
        Assert.True(failure is null or ArgumentException);
    }

    [Fact]
    public void Weights_alone_predict_without_deviations()
    {
        var (cross, diagonal) = (Kernel.Cross(New, X), Kernel.Diagonal(New));
        var model = KernelRegression.Fit(Kernel.Gram(X), Y, Options);
        model.Save(Place("m"), withGram: false);
        Assert.False(File.Exists(Path.Combine(Place("m"), "gram.npy")));
        var loaded = GramRegression.Load(Place("m"));
        Assert.Null(loaded.Kind);
        Samples.SameBits(model.Predict(cross).Mean, loaded.Predict(cross).Mean);
        Assert.Contains("without its Gram matrix", Assert.Throws<NotSupportedException>(() => loaded.Predict(cross, diagonal)).Message);
    }

    [Fact]
    public void A_changed_model_is_refused()
    {
        KernelRegression.Fit(Kernel.Gram(X), Y, Options).Save(Place("m"));
        Assert.Contains("GramRegression.Load", Assert.Throws<DataFormatException>(() => FittedModel.Load(Place("m"))).Message);
        Assert.Contains("a regression", Assert.Throws<DataFormatException>(() => GramClassifier.Load(Place("m"))).Message);
        var gram = Path.Combine(Place("m"), "gram.npy");
        var bytes = File.ReadAllBytes(gram);
        bytes[^1] ^= 1;
        File.WriteAllBytes(gram, bytes);
        var loaded = GramRegression.Load(Place("m"));
        var cross = Kernel.Cross(New, X);
        _ = loaded.Predict(cross);
        Assert.Throws<DataFormatException>(() => loaded.Predict(cross, Kernel.Diagonal(New)));
        var manifest = Path.Combine(Place("m"), "model.json");
        File.WriteAllText(manifest, File.ReadAllText(manifest).Replace("\"Ridge\": ", "\"Ridge\": 1"));
        Assert.Throws<DataFormatException>(() => GramRegression.Load(Place("m")));
    }

    [Fact]
    public void Kernels_of_another_network_kernel_or_training_set_are_refused()
    {
        using var gram = Written("K.npy", X, null);
        var model = KernelRegression.Fit(gram, Y, Options);
        RefusedCross(model, Kernel.Prior, New, X, "kernel", "ntk", "nngp");
        RefusedCross(model, Network.Parse("dense relu dense").Ntk(), New, X, "network", "dense relu dense");
        RefusedCross(model, Kernel, New, New.SelectRows(0, 60), "training samples");
        RefusedCross(model, Kernel, New, X.SelectRows(0, 59), "60 training samples", "1060 x 59");
    }

    [Fact]
    public void What_is_no_Gram_matrix_is_refused_with_the_place()
    {
        var k = Kernel.Gram(All.SelectRows(0, 600));
        var y = Samples.Random(600, 1, 2);
        Assert.Contains("600 x 3", Assert.Throws<ArgumentException>("gram", () => Saved(Kernel.Cross(All.SelectRows(0, 600), X.SelectRows(0, 3)))).Message);
        k.Data[(520 * 600) + 7] += 1e-3;
        Assert.Contains("(520, 7)", Assert.Throws<ArgumentException>("gram", () => Saved(k)).Message);
        Assert.Contains("(520, 7)", Assert.Throws<ArgumentException>("gram", () => KernelRegression.Fit(k, y)).Message);
        Assert.Contains("60 samples", Assert.Throws<ArgumentException>("y", () => KernelRegression.Fit(Kernel.Gram(X), y)).Message);

        void Saved(Matrix m)
        {
            m.Save(Place("K.npy"));
            using var gram = GramMatrix.Open(Place("K.npy"));
            KernelRegression.Fit(gram, y);
        }
    }

    [Fact]
    public void Numbers_that_are_not_finite_are_found_in_a_file_too()
    {
        using (var writer = NpyTileWriter.On(PartialFile.Create(Place("K.npy"), 0), 300, 300, Precision.Float32))
        {
            writer.WriteTile(299, 3, [float.NaN], 1, 1, 1);
            writer.Commit();
        }

        using var gram = GramMatrix.Open(Place("K.npy"));
        Assert.Contains("samples 299 and 3", Assert.Throws<ArgumentException>("gram", () => KernelRegression.Fit(gram, Y)).Message);
    }

    [Fact]
    public void Options_that_a_matrix_has_not_are_refused()
    {
        var k = Kernel.Gram(X);
        Assert.Contains("falkon", Assert.Throws<ArgumentException>(() => KernelRegression.Fit(k, Y, new() { Solver = Solver.Falkon })).Message);
        Assert.Throws<ArgumentException>(() => KernelRegression.Fit(k, Y, new() { Center = true }));
        Assert.Throws<ArgumentException>(() => KernelRegression.Fit(k, Y, new() { Unit = true }));
        Assert.Throws<ArgumentException>(() => KernelRegression.Fit(k, Y, new() { Samples = Precision.Float32 }));
        Assert.Throws<ArgumentNullException>(() => KernelRegression.Fit((GramMatrix)null!, Y));
        Assert.Throws<ArgumentNullException>(() => KernelRegression.Fit((Matrix)null!, Y));
    }

    [Fact]
    public void A_diagonal_that_does_not_belong_to_the_kernels_is_refused()
    {
        var model = KernelRegression.Fit(Kernel.Gram(X), Y, Options);
        var (cross, diagonal) = (Kernel.Cross(New, X), Kernel.Diagonal(New));
        Assert.Throws<ArgumentException>("diagonal", () => model.Predict(cross, diagonal[1..]));
        Assert.Throws<ArgumentException>("diagonal", () => model.Predict(cross, [.. diagonal[..^1], -1]));
        Assert.Throws<ArgumentException>("diagonal", () => model.Predict(cross, [.. diagonal[..^1], double.NaN]));
        var small = Array.ConvertAll(diagonal, k => 0.01 * k);
        Assert.Contains("same kernel", Assert.Throws<ArgumentException>("diagonal", () => model.Predict(cross, small)).Message);
        cross.Data[(1050 * 60) + 2] = double.PositiveInfinity;
        Assert.Contains("new sample 1050 and training sample 2", Assert.Throws<ArgumentException>("cross", () => model.Predict(cross)).Message);
    }

    [Fact]
    public void It_can_be_cancelled_and_says_how_far_it_is()
    {
        var model = KernelRegression.Fit(Kernel.Gram(X), Y, Options);
        var cross = Kernel.Cross(New, X);
        using var source = new CancellationTokenSource();
        source.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(() => model.Predict(cross, cancellation: source.Token));
        var parts = new List<double>();
        model.Predict(cross, options: new() { Progress = new Told(parts.Add) });
        Assert.Equal([1024.0 / 1060, 1], parts);
    }

    private GramMatrix Written(string name, Matrix x, Matrix? other, InfiniteKernel? kernel = null)
    {
        (kernel ?? Kernel).WriteGram(Place(name), x, other);
        return GramMatrix.Open(Place(name));
    }

    private void RefusedCross(GramRegression model, InfiniteKernel kernel, Matrix x, Matrix other, params string[] parts)
    {
        using var cross = Written("KX.npy", x, other, kernel);
        var error = Assert.Throws<ArgumentException>("cross", () => model.Predict(cross));
        Assert.All(parts, part => Assert.Contains(part, error.Message));
    }

    private sealed class Told(Action<double> report) : IProgress<double>
    {
        public void Report(double value) => report(value);
    }
}
