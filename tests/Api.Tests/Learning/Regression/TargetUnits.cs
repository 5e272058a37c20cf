using Xunit;

namespace HadamardNtk.Api.Tests.Learning;

/// <summary>Centered targets, estimated scales and noise: deviations in the unit of the targets.</summary>
public class TargetUnits : DataFolder
{
    private static readonly Network Net = Network.Parse("(dense(w=1.4142135623730951,b=0.1) relu)^2 dense");
    private static readonly Matrix X = Samples.Random(30, 3, 1);
    private static readonly Matrix New = Samples.Random(7, 3, 2);
    private static readonly Matrix Y = Samples.Random(30, 2, 3);

    private static readonly RegressionOptions Plain = new() { Ridge = Ridge.Relative(1e-2) };
    private static readonly RegressionOptions Own = Plain with { CenterTargets = true, Scale = VarianceScale.Estimated };

    public static TheoryData<string> Solvers => ["cholesky", "eigen", "cg"];

    [Theory]
    [MemberData(nameof(Solvers))]
    public void The_scale_is_that_of_the_formula_and_multiplies_deviations(string solver)
    {
        var model = KernelRegression.Fit(Net.Ntk(), X, Y, Own with { Solver = Of(solver) });
        var means = Enumerable.Range(0, 2).Select(c => Y.Column(c).Average()).ToArray();
        var centered = Matrix.Wrap([.. Y.Data.Select((v, t) => v - means[t % 2])], 30, 2);
        var plain = new PlainRegression(Net.Ntk().Gram(X), model.Ridge, centered);
        var (found, latent) = (model.Predict(New, Uncertainty.Covariance), plain.Variances(Net.Ntk().Cross(New, X), Net.Ntk().Diagonal(New)));
        var weights = plain.Weights;
        for (var c = 0; c < 2; c++)
        {
            // The condition of K + r I is below 30/1e-2; cg ends at a relative residual of 1e-8.
            var bound = solver == "cg" ? 1e-6 : 1e-10;
            var square = Enumerable.Range(0, 30).Sum(i => centered[i, c] * weights[i, c]) / 30;
            Assert.Equal(means[c], model.TargetMeans[c], 1e-14);
            Assert.Equal(Math.Sqrt(square), model.DeviationScales[c], bound);
            var mean = plain.Predict(Net.Ntk().Cross(New, X));
            for (var i = 0; i < 7; i++)
            {
                Assert.Equal(mean[i, c] + means[c], found.Mean[i, c], bound);
                Assert.Equal(Math.Sqrt(square * latent[i]), found.Deviations()[i, c], bound);
                Assert.Equal(Math.Sqrt(square * (latent[i] + model.Ridge)), found.Deviations(PredictionNoise.Included)[i, c], bound);
                Assert.Equal(square * latent[i], found.CovarianceOf(c)[i, i], bound);
            }
        }

        // Outputs of different scales have no common deviation, which would be wrong for one of them.
        Assert.Null(found.Deviation);
        Assert.Null(found.Covariance);
        Assert.Empty(found.Undetermined);
    }

    [Fact]
    public void One_output_has_its_deviations_and_its_covariance_as_they_are()
    {
        var model = KernelRegression.Fit(Net.Ntk(), X, Matrix.Wrap(Y.Column(0), 30, 1), Own);
        var found = model.Predict(New, Uncertainty.Covariance);
        Assert.Equal(found.Deviations().Data, found.Deviation!);
        Samples.SameBits(found.CovarianceOf(0), found.Covariance!);
        Assert.All(found.Deviation!.Index(), p => Assert.Equal(p.Item * p.Item, found.Covariance![p.Index, p.Index], 1e-15));
    }

    [Fact]
    public void Without_a_choice_everything_stays_as_it_was()
    {
        var model = KernelRegression.Fit(Net.Ntk(), X, Y, Plain);
        Assert.Equal([0.0, 0.0], model.TargetMeans);
        Assert.Equal([1.0, 1.0], model.DeviationScales);
        var found = model.Predict(New, Uncertainty.Covariance);
        for (var i = 0; i < 7; i++)
        {
            Assert.Equal(found.Deviation![i], found.Deviations()[i, 1]);
            Assert.Equal(Math.Sqrt(found.Covariance![i, i]), found.Deviation[i]);
            var noisy = found.Deviations(PredictionNoise.Included)[i, 0];
            Assert.Equal(found.Covariance[i, i] + model.Ridge, noisy * noisy, 1e-14);
        }
    }

    [Fact]
    public void Targets_of_any_size_give_the_same_in_their_unit()
    {
        var model = KernelRegression.Fit(Net.Ntk(), X, Y, Own).Predict(New, Uncertainty.Deviation);
        foreach (var unit in new[] { Math.ScaleB(1, -600), -1024, Math.ScaleB(1, 600) })
        {
            // A power of two rounds nothing, and no square may overflow or vanish.
            var other = KernelRegression.Fit(Net.Ntk(), X, Times(Y, unit), Own).Predict(New, Uncertainty.Deviation);
            Samples.SameBits(Times(model.Mean, unit), other.Mean);
            Samples.SameBits(Times(model.Deviations(), Math.Abs(unit)), other.Deviations());
        }
    }

    [Fact]
    public void Equal_targets_have_no_scale_and_are_predicted()
    {
        var y = Matrix.Wrap([.. Enumerable.Repeat(0.1, 30)], 30, 1);
        foreach (var solver in new[] { "cholesky", "eigen", "cg" })
        {
            var model = KernelRegression.Fit(Net.Ntk(), X, y, Own with { Solver = Of(solver) });
            var found = model.Predict(New, Uncertainty.Deviation);
            Assert.All(found.Mean.Data, mean => Assert.Equal(0.1, mean));
            Assert.All(found.Deviation!, deviation => Assert.Equal(0, deviation));
            Assert.Null(model.LogMarginalLikelihood);
        }
    }

    [Theory]
    [InlineData("cholesky")]
    [InlineData("eigen")]
    public void The_evidence_is_that_of_the_process_with_this_scale(string solver)
    {
        var y = Matrix.Wrap(Y.Column(1), 30, 1);
        var options = Plain with { Scale = VarianceScale.Estimated, Solver = Of(solver) };
        var model = KernelRegression.Fit(Net.Ntk(), X, y, options);
        var square = model.DeviationScales[0] * model.DeviationScales[0];
        var gram = Times(Net.Ntk().Gram(X), square);
        Assert.Equal(new PlainRegression(gram, square * model.Ridge, y).LogDensity(), model.LogMarginalLikelihood!.Value, 1e-9);
        var step = MarginalLikelihood.Maximize(_ => Net.Ntk(), [], X, y, options, new() { MaximumEvaluations = 1 });
        Assert.Equal(model.LogMarginalLikelihood!.Value, step.LogMarginalLikelihood, 1e-9);
    }

    [Theory]
    [InlineData(true, VarianceScale.Unit)]
    [InlineData(false, VarianceScale.Estimated)]
    [InlineData(true, VarianceScale.Estimated)]
    public void A_loaded_model_has_the_same_bits(bool center, VarianceScale scale)
    {
        var fitted = KernelRegression.Fit(Net.Ntk(), X, Y, Plain with { CenterTargets = center, Scale = scale });
        fitted.Save(Place("model"));
        var loaded = KernelRegression.Load(Place("model"));
        Assert.Equal(fitted.TargetMeans, loaded.TargetMeans);
        Assert.Equal(fitted.DeviationScales, loaded.DeviationScales);
        var (before, after) = (fitted.Predict(New, Uncertainty.Deviation), loaded.Predict(New, Uncertainty.Deviation));
        Samples.SameBits(before.Mean, after.Mean);
        Samples.SameBits(before.Deviations(PredictionNoise.Included), after.Deviations(PredictionNoise.Included));
        Assert.Contains("\"Version\": 2", File.ReadAllText(Place("model/model.json")));
    }

    [Theory]
    [InlineData("\"Version\": 2", "\"Version\": 1")]
    [InlineData("\"TargetMeans\": [^\\]]*\\]", "\"TargetMeans\": null")]
    [InlineData("\"DeviationScales\": \\[", "\"DeviationScales\": [1,")]
    [InlineData("\"DeviationScales\": \\[\\s*", "\"DeviationScales\": [1")]
    public void A_changed_scale_or_mean_is_refused(string what, string by)
    {
        KernelRegression.Fit(Net.Ntk(), X, Y, Own).Save(Place("model"));
        var text = File.ReadAllText(Place("model/model.json"));
        var changed = System.Text.RegularExpressions.Regex.Replace(text, what, by);
        Assert.NotEqual(text, changed);
        File.WriteAllText(Place("model/model.json"), changed);
        Assert.Contains("model.json", Assert.Throws<DataFormatException>(() => KernelRegression.Load(Place("model"))).Message);
    }

    [Fact]
    public void A_model_of_neither_is_written_as_before()
    {
        KernelRegression.Fit(Net.Ntk(), X, Y, Plain).Save(Place("model"));
        var text = File.ReadAllText(Place("model/model.json"));
        Assert.Contains("\"Version\": 1", text);
        Assert.DoesNotContain("Means", text);
        Assert.DoesNotContain("Scales", text);
    }

    [Fact]
    public void What_has_no_meaning_is_refused()
    {
        var error = Assert.Throws<ArgumentException>(() => KernelRegression.Fit(Net.Ntk(), X, Y, Own with { Solver = Solver.Falkon }));
        Assert.Contains("unit scale with falkon", error.Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => KernelRegression.Fit(Net.Ntk(), X, Y, Own with { Scale = (VarianceScale)7 }));
        var model = KernelRegression.Fit(Net.Ntk(), X, Y, Own);
        Assert.Contains("Uncertainty.Deviation", Assert.Throws<InvalidOperationException>(() => model.Predict(New).Deviations()).Message);
        var prediction = model.Predict(New, Uncertainty.Deviation);
        Assert.Contains("Uncertainty.Covariance", Assert.Throws<InvalidOperationException>(() => prediction.CovarianceOf(0)).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => prediction.CovarianceOf(2));
        Assert.Throws<ArgumentOutOfRangeException>(() => prediction.Deviations((PredictionNoise)2));

        // Falkon may be centered: its predictions have the means.
        var centers = KernelRegression.Fit(Net.Ntk(), X, Y, Plain with { CenterTargets = true, Solver = Solver.Falkon });
        var whole = KernelRegression.Fit(Net.Ntk(), X, Y, Plain with { CenterTargets = true });
        Samples.Near(whole.Predict(New).Mean, centers.Predict(New).Mean, 1e-6);
    }

    [Theory]
    [MemberData(nameof(Solvers))]
    public void A_variance_that_rounding_decides_is_named(string solver)
    {
        // Without a ridge the process knows its training rows: v = 0 but for rounding there, and only there.
        var options = new RegressionOptions { Ridge = Ridge.Absolute(0), Solver = Of(solver) };
        var model = KernelRegression.Fit(Net.Nngp(), X.SelectRows(0, 10), Y.SelectRows(0, 10), options);
        var rows = Matrix.Wrap([.. New.Row(0), .. X.Row(3), .. New.Row(1)], 3, 3);
        foreach (var uncertainty in new[] { Uncertainty.Deviation, Uncertainty.Covariance })
        {
            var found = model.Predict(rows, uncertainty);
            Assert.All(found.Deviation!, deviation => Assert.True(deviation >= 0));
            Assert.All(found.Undetermined, row => Assert.Equal(1, row));
            Assert.True(found.Undetermined.Count == 1 || found.Deviation![1] < 1e-6);
        }

        var zero = KernelRegression.Fit(Network.Parse("dense").Ntk(), new double[,] { { 1 }, }, new double[,] { { 1 } }, options);
        Assert.Equal([0], zero.Predict(new double[,] { { 1 }, { 0 } }, Uncertainty.Deviation).Undetermined);
    }

    private static Solver Of(string name) => name switch
    {
        "eigen" => Solver.Eigen,
        "cg" => Solver.ConjugateGradients,
        _ => Solver.Cholesky,
    };

    private static Matrix Times(Matrix m, double by) => Matrix.Wrap(Array.ConvertAll(m.Data, v => v * by), m.Rows, m.Columns);
}
