using Xunit;

namespace HadamardNtk.Api.Tests.Learning.Selection;

/// <summary>The criteria that choose hyper-parameters: their values by definition, and their gradients by differences.</summary>
public class SelectionScoreTests
{
    private static readonly GramOptions Plain = new();
    private static readonly Matrix X = Samples.Random(17, 3, 4);

    private static Matrix Targets(int outputs) => Samples.Random(17, outputs, 9);

    public static TheoryData<string, int, VarianceScale> Cases()
    {
        var data = new TheoryData<string, int, VarianceScale>();
        foreach (var outputs in new[] { 1, 3 })
        {
            data.Add("evidence", outputs, VarianceScale.Unit);
            data.Add("evidence", outputs, VarianceScale.Estimated);
            data.Add("loo", outputs, VarianceScale.Unit);
            data.Add("folds", outputs, VarianceScale.Unit);
        }

        return data;
    }

    private static SelectionCriterion Named(string name) => name switch
    {
        "evidence" => SelectionCriterion.Evidence,
        "loo" => SelectionCriterion.LeaveOneOut,
        _ => SelectionCriterion.CrossValidation(4, 3),
    };

    private static SelectionScore At(Network network, double ridge, string name, int outputs, VarianceScale scale) =>
        SelectionScore.Of(
            Named(name), network.Ntk().Gram(X), ridge, Targets(outputs), scale, Plain, CancellationToken.None);

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_gradient_is_that_of_differences(string name, int outputs, VarianceScale scale)
    {
        var network = Network.Parse("hadamard(dense(w=1.2,b=0.3) relu, dense(w=0.9,b=0.2) erf) dense");
        var here = At(network, 0.05, name, outputs, scale);
        foreach (var parameter in network.Parameters.Where(p => p.Value != 0))
        {
            const double Step = 1e-4;
            double Value(double step) =>
                At(network.With(parameter.Name, parameter.Value + step), 0.05, name, outputs, scale).Value;
            var expected = ((8 * (Value(Step) - Value(-Step))) - (Value(2 * Step) - Value(-2 * Step))) / (12 * Step);
            var found = here.Along(network.Ntk().Derivative(parameter.Name).Gram(X));
            Assert.InRange(Math.Abs(expected - found), 0, 1e-8 * (1 + Math.Abs(expected)));
        }

        const double Less = 1e-5;
        double Ridged(double step) => At(network, 0.05 + step, name, outputs, scale).Value;
        var slope = ((8 * (Ridged(Less) - Ridged(-Less))) - (Ridged(2 * Less) - Ridged(-2 * Less))) / (12 * Less);
        Assert.InRange(Math.Abs(slope - here.ByRidge), 0, 1e-8 * (1 + Math.Abs(slope)));
    }

    [Theory]
    [InlineData("loo")]
    [InlineData("folds")]
    public void The_error_of_samples_left_out_is_that_of_fits_without_them(string name)
    {
        var (network, y) = (Network.Parse("(dense(w=1.2,b=0.3) relu)^2 dense"), Targets(2));
        var parts = Named(name).Parts(17);
        var squares = 0.0;
        foreach (var part in parts)
        {
            int[] kept = [.. Enumerable.Range(0, 17).Except(part)];
            Matrix Rows(Matrix m, int[] places) => network.Ntk().Select(m, places);
            var model = KernelRegression.Fit(
                network.Ntk(), Rows(X, kept), Rows(y, kept), new() { Ridge = Ridge.Absolute(0.05) });
            var error = Metrics.Rmse(model.Predict(Rows(X, part)).Mean, Rows(y, part));
            squares += error * error * part.Length * 2;
        }

        var shown = SelectionScore.ShownOf(Named(name), At(network, 0.05, name, 2, VarianceScale.Unit).Value, 34);
        Assert.InRange(Math.Abs(shown - Math.Sqrt(squares / 34)), 0, 1e-12);
    }

    [Fact]
    public void The_evidence_is_that_of_the_fit()
    {
        var network = Network.Parse("(dense(w=1.2,b=0.3) relu)^2 dense");
        foreach (var scale in Enum.GetValues<VarianceScale>())
        {
            var model = KernelRegression.Fit(
                network.Ntk(), X, Targets(2), new() { Ridge = Ridge.Absolute(0.05), Scale = scale });
            Assert.Equal(
                model.LogMarginalLikelihood!.Value, At(network, 0.05, "evidence", 2, scale).Value, 1e-11);
        }
    }

    [Fact]
    public void Folds_hold_every_sample_once_and_differ_by_one_in_size()
    {
        var parts = SelectionCriterion.CrossValidation(5, 8).Parts(23);
        Assert.Equal(Enumerable.Range(0, 23), parts.SelectMany(part => part).Order());
        Assert.All(parts, part => Assert.InRange(part.Length, 4, 5));
        Assert.NotEqual(parts[0], SelectionCriterion.CrossValidation(5, 9).Parts(23)[0]);
        Assert.Contains(
            "3 samples and 5 folds",
            Assert.Throws<ArgumentException>(() => SelectionCriterion.CrossValidation(5).Parts(3)).Message,
            StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => SelectionCriterion.CrossValidation(1));
    }

    [Fact]
    public void Stratified_folds_have_their_share_of_every_class()
    {
        string[] labels = [.. Enumerable.Range(0, 53).Select(i => i % 7 == 0 ? "rare" : i % 2 == 0 ? "even" : "odd")];
        var criterion = SelectionCriterion.CrossValidation(4, 3).Stratified(labels);
        var parts = criterion.Parts(53);
        Assert.Equal(Enumerable.Range(0, 53), parts.SelectMany(part => part).Order());
        Assert.InRange(parts.Max(part => part.Length) - parts.Min(part => part.Length), 0, 1);
        foreach (var label in labels.Distinct())
        {
            int[] counts = [.. parts.Select(part => part.Count(i => labels[i] == label))];
            Assert.InRange(counts.Max() - counts.Min(), 0, 1);
        }

        Assert.Contains("52 samples and 53 labels", Assert.Throws<ArgumentException>(() => criterion.Parts(52)).Message);
        Assert.Same(SelectionCriterion.LeaveOneOut, SelectionCriterion.LeaveOneOut.Stratified(labels));
    }

    [Fact]
    public void A_classifier_chooses_its_ridge_by_stratified_folds()
    {
        // Sorted labels, of which a fold by chance may lack a class.
        long[] labels = [.. Enumerable.Range(0, 24).Select(i => (long)(i / 8))];
        var (kernel, x) = (Network.Parse("dense(b=0.2) relu dense").Ntk(), Samples.Random(24, 3, 1));
        var criterion = SelectionCriterion.CrossValidation(4, 5);
        var expected = KernelRegression.Fit(
            kernel, x, OneHot.Targets(labels, [0, 1, 2]), new() { RidgeBy = criterion.Stratified(labels) });
        Assert.Equal(expected.Ridge, KernelClassifier.Fit(kernel, x, labels, new() { RidgeBy = criterion }).Regression.Ridge);
        var gram = kernel.Gram(x);
        var given = GramClassifier.Fit(PrecomputedKernel.Of(gram), GramOrigin.Unknown, labels, new() { RidgeBy = criterion }, default);
        Assert.Equal(expected.Ridge, given.Regression.Ridge);
        Assert.Equal(expected.Ridge, KernelClassifier.Fit(gram, labels, new() { RidgeBy = criterion }).Regression.Ridge);
    }
}
