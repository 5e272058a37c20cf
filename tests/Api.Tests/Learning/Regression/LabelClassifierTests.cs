using Xunit;

namespace HadamardNtk.Api.Tests.Learning;

/// <summary>Classes of any type are those of the same samples with the classes' places for labels.</summary>
public class LabelClassifierTests : DataFolder
{
    private static readonly InfiniteKernel Kernel = Network.Parse("dense(w=1.4142135623730951) relu dense").Ntk();
    private static readonly Matrix X = Samples.Random(12, 3, 1);
    private static readonly Matrix New = Samples.Random(5, 3, 3);
    private static readonly string[] Words = ["b", "a", "C", "a", "b", "C", "C", "a", "b", "a", "C", "C"];
    private static readonly long[] Places = [.. Words.Select(word => (long)"Cab".IndexOf(word, StringComparison.Ordinal))];

    public enum Kind
    {
        Third,
        First,
        Second,
    }

    [Fact]
    public void Texts_are_classes_in_the_order_of_their_characters()
    {
        var (texts, places) = (KernelClassifier.Fit(Kernel, X, Words), KernelClassifier.Fit(Kernel, X, Places));
        Assert.Equal(["C", "a", "b"], texts.Classes);
        var (said, expected) = (texts.Predict(New, Uncertainty.Covariance), places.Predict(New, Uncertainty.Covariance));
        Samples.SameBits(expected.Scores, said.Scores);
        Assert.Equal(expected.Deviation!, said.Deviation!);
        Samples.SameBits(expected.Covariance!, said.Covariance!);
        Assert.Equal(expected.Labels.Select(k => texts.Classes[(int)k]), said.Labels);
        Samples.SameBits(places.Targets([2, 0, 7]), texts.Targets(["b", "C", "none of them"]));
        Assert.Equal(100, Metrics.Accuracy(texts.Predict(X).Labels, Words));
    }

    [Fact]
    public void Labels_may_be_numbers_truths_enumerations_and_anything_with_equality()
    {
        Fits([.. Places.Select(k => 0.5 - k)], [-1.5, -0.5, 0.5]);
        Fits([.. Places.Select(k => (int)k)], [0, 1, 2]);
        Fits([.. Places.Select(k => k == 1)], [false, true]);
        Fits([.. Places.Select(k => (Kind)k)], [Kind.Third, Kind.First, Kind.Second]);
        Fits([.. Words.Select(word => (word, word.Length))], [("C", 1), ("a", 1), ("b", 1)]);
        Fits<object>([.. Words], ["b", "a", "C"]);
    }

    [Fact]
    public void Whole_numbers_in_brackets_are_integers_of_64_bits_as_before()
    {
        KernelClassifier fitted = KernelClassifier.Fit(Kernel, X, [0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2]);
        Assert.Equal([0L, 1, 2], fitted.Classes);
        KernelRegression regression = KernelRegression.Fit(Kernel, X, [0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2]);
        Assert.Equal(1, regression.Weights.Columns);
    }

    [Fact]
    public void A_kernel_of_other_samples_takes_labels_too()
    {
        IKernel<IReadOnlyList<int>> kernel = PrecomputedKernel.Of(Kernel.Gram(X));
        var model = KernelClassifier.Fit(kernel, (IReadOnlyList<int>)[.. Enumerable.Range(0, 12)], Words);
        Assert.Equal(["b", "a"], model.Predict((int[])[0, 1]).Labels);
        Assert.Equal(3, model.Regression.Weights.Columns);
    }

    [Fact]
    public void Labels_that_are_missing_or_of_one_class_are_refused()
    {
        Assert.Contains("row 1", Assert.Throws<ArgumentException>("labels", () => KernelClassifier.Fit(Kernel, X, ["a", null!])).Message);
        Assert.Contains("at least two classes", Assert.Throws<ArgumentException>(() => KernelClassifier.Fit(Kernel, X, new[] { "a", "a" })).Message);
        Assert.Throws<ArgumentNullException>("labels", () => KernelClassifier.Fit(Kernel, X, (string[])null!));
        Assert.Contains("12 samples", Assert.Throws<ArgumentException>(() => KernelClassifier.Fit(Kernel, X, new[] { "a", "b" })).Message);
    }

    [Fact]
    public void A_saved_classifier_has_its_labels()
    {
        string[] odd = [.. Words.Select(word => word + ", \"größe\"\n")];
        var fitted = KernelClassifier.Fit(Kernel, X, odd, new() { Unit = true, CenterTargets = true });
        fitted.Save(Place("model"));
        var loaded = Assert.IsType<LabelClassifier<string>>(FittedModel.Load(Place("model")));
        Assert.Equal(fitted.Classes, loaded.Classes);
        var (before, after) = (fitted.Predict(New, Uncertainty.Deviation), KernelClassifier.Load<string>(Place("model")).Predict(New, Uncertainty.Deviation));
        Assert.Equal(before.Labels, after.Labels);
        Samples.SameBits(before.Scores, after.Scores);
        Assert.Equal(before.Deviation!, after.Deviation!);
        Assert.Contains("type of its labels", Assert.Throws<DataFormatException>(() => KernelClassifier.Load(Place("model"))).Message);
        Assert.Contains("Double", Assert.Throws<DataFormatException>(() => KernelClassifier.Load<double>(Place("model"))).Message);
    }

    [Fact]
    public void Numbers_are_saved_to_the_last_bit()
    {
        double[] labels = [.. Places.Select(k => k / 3.0)];
        KernelClassifier.Fit(Kernel, X, labels).Save(Place("model"));
        Assert.Equal([0, 1 / 3.0, 2 / 3.0], Assert.IsType<LabelClassifier<double>>(FittedModel.Load(Place("model"))).Classes);
        Assert.Equal([0, 1 / 3.0, 2 / 3.0], KernelClassifier.Load<double>(Place("model")).Classes);
        Assert.Equal(["0", "0.3333333333333333", "0.6666666666666666"], KernelClassifier.Load<string>(Place("model")).Classes);
        Assert.Throws<NotSupportedException>(() => KernelClassifier.Fit(Kernel, X, Words.Select(word => (word, 1)).ToArray()).Save(Place("tuples")));
        Assert.Equal(["model"], Names());
    }

    [Fact]
    public void Labels_that_one_type_does_not_tell_apart_are_refused_with_the_way_to_load_them()
    {
        ulong[] labels = [.. Places.Select(k => (1UL << 53) + (ulong)k)];
        KernelClassifier.Fit(Kernel, X, (IReadOnlyList<ulong>)labels).Save(Place("model"));
        Refused(() => FittedModel.Load(Place("model")), "model", "Double", "Load<TLabel>");
        Refused(() => KernelClassifier.Load<double>(Place("model")), "model", "Load<TLabel>");
        Assert.Equal(labels.Distinct().Order(), KernelClassifier.Load<ulong>(Place("model")).Classes);
        KernelClassifier.Fit(Kernel, X, Places.Select(k => k == 2 ? "1.0" : $"{k}").ToArray()).Save(Place("texts"));
        Refused(() => KernelClassifier.Load<double>(Place("texts")), "texts", "1 for 2 of them", "string");
    }

    [Fact]
    public void Integers_are_kept_as_before_and_load_as_any_label()
    {
        KernelClassifier.Fit(Kernel, X, Places).Save(Place("model"));
        var manifest = File.ReadAllText(Place("model/model.json"));
        Assert.Contains("\"Version\": 1,", manifest);
        Assert.DoesNotContain("Labels", manifest);
        Assert.Equal(["0", "1", "2"], KernelClassifier.Load<string>(Place("model")).Classes);
        Assert.Equal([0, 1, 2], KernelClassifier.Load<byte>(Place("model")).Classes);
        Assert.Equal(KernelClassifier.Load(Place("model")).Predict(New).Labels, KernelClassifier.Load<long>(Place("model")).Predict(New).Labels);
    }

    [Theory]
    [InlineData("\"a\"", "\"z\"")]
    [InlineData("\"text\"", "\"number\"")]
    [InlineData("\"Version\": 3", "\"Version\": 2")]
    public void Labels_that_were_changed_are_refused(string old, string changed)
    {
        KernelClassifier.Fit(Kernel, X, Words).Save(Place("model"));
        var manifest = File.ReadAllText(Place("model/model.json"));
        Assert.Contains(old, manifest);
        File.WriteAllText(Place("model/model.json"), manifest.Replace(old, changed));
        Assert.Contains("as it was written", Assert.Throws<DataFormatException>(() => FittedModel.Load(Place("model"))).Message);
    }

    [Fact]
    public void Targets_of_one_output_may_be_an_array()
    {
        double[] y = [.. Places.Select(k => k - 0.7)];
        var column = Matrix.Wrap([.. y], y.Length, 1);
        Samples.SameBits(KernelRegression.Fit(Kernel, X, column).Weights, KernelRegression.Fit(Kernel, X, y).Weights);
        IKernel<IReadOnlyList<int>> kernel = PrecomputedKernel.Of(Kernel.Gram(X));
        IReadOnlyList<int> all = [.. Enumerable.Range(0, 12)];
        Samples.SameBits(KernelRegression.Fit(kernel, all, column).Weights, KernelRegression.Fit(kernel, all, y).Weights);
        Samples.SameBits(
            TrainingDynamics.Create(Kernel, X, column).At().Ensemble(Training.Flow(2)).Mean,
            TrainingDynamics.Create(Kernel, X, y).At().Ensemble(Training.Flow(2)).Mean);
        Assert.Equal(Spectrum.Of(Kernel, X).Align(column).Energies.Data, Spectrum.Of(Kernel, X).Align(y).Energies.Data);
        var search = new EvidenceOptions { MaximumEvaluations = 3 };
        Assert.Equal(
            MarginalLikelihood.Maximize(_ => Kernel, [], X, column, null, search).LogMarginalLikelihood,
            MarginalLikelihood.Maximize(_ => Kernel, [], X, y, null, search).LogMarginalLikelihood);
        Assert.Throws<ArgumentNullException>("y", () => KernelRegression.Fit(Kernel, X, (double[])null!));
        Assert.Throws<ArgumentException>("y", () => KernelRegression.Fit(Kernel, X, new double[] { 1, 2 }));
    }

    private static void Fits<TLabel>(TLabel[] labels, TLabel[] classes) where TLabel : notnull
    {
        var model = KernelClassifier.Fit(Kernel, X, (IReadOnlyList<TLabel>)labels);
        Assert.Equal(classes, model.Classes);
        Assert.Equal(labels, model.Predict(X).Labels);
    }
}
