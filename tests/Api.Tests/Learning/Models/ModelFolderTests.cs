using System.Text.RegularExpressions;
using HadamardNtk.Api.Tests.LinearAlgebra;
using Xunit;

namespace HadamardNtk.Api.Tests.Learning;

public class ModelFolderTests : DataFolder
{
    private static readonly Network Net = Network.Parse("let p = dense(b=0.1) in sum(hadamard(dense, p dense), p) dense(w=0.3)");
    private static readonly Matrix X = Samples.Random(12, 3, 1);
    private static readonly Matrix Y = Samples.Random(12, 2, 2);
    private static readonly Matrix New = Samples.Random(5, 3, 3);
    private static readonly long[] Labels = [-5, 9, 2, 9, -5, 2, 2, 9, -5, 9, 2, 2];

    [Theory]
    [InlineData(KernelKind.Ntk, false, false)]
    [InlineData(KernelKind.Nngp, false, false)]
    [InlineData(KernelKind.Ntk, true, false)]
    [InlineData(KernelKind.Ntk, false, true)]
    [InlineData(KernelKind.Nngp, true, true)]
    public void A_loaded_regression_predicts_the_same_bits(KernelKind kind, bool center, bool unit)
    {
        var fitted = KernelRegression.Fit(Net.Kernel(kind), X, Y, new() { Center = center, Unit = unit, Ridge = Ridge.Relative(1e-3) });
        fitted.Save(Place("model"));
        var loaded = KernelRegression.Load(Place("model"));
        Assert.Equal((fitted.Kernel.Kind, fitted.Ridge), (loaded.Kernel.Kind, loaded.Ridge));
        Assert.Equal(Net, loaded.Kernel.Network);
        Samples.SameBits(fitted.Weights, loaded.Weights);
        Samples.SameBits(fitted.Predict(New).Mean, loaded.Predict(New).Mean);
        var (before, after) = (fitted.Predict(New, Uncertainty.Deviation), loaded.Predict(New, Uncertainty.Deviation));
        Samples.SameBits(before.Mean, after.Mean);
        Matrices.SameBits(before.Deviation!, after.Deviation!, "deviation");
        Assert.Equal(["model"], Names());
    }

    [Fact]
    public void A_loaded_classifier_says_the_same()
    {
        var fitted = KernelClassifier.Fit(Net.Ntk(), X, Labels, new() { Unit = true });
        fitted.Save(Place("model"));
        var loaded = KernelClassifier.Load(Place("model"));
        Assert.Equal(fitted.Classes, loaded.Classes);
        var (before, after) = (fitted.Predict(New, Uncertainty.Deviation), loaded.Predict(New, Uncertainty.Deviation));
        Assert.Equal(before.Labels, after.Labels);
        Samples.SameBits(before.Scores, after.Scores);
        Assert.Equal(before.Deviation!, after.Deviation!);
    }

    [Fact]
    public void A_model_is_loaded_as_what_it_is()
    {
        KernelRegression.Fit(Net.Ntk(), X, Y).Save(Place("regression"));
        KernelClassifier.Fit(Net.Ntk(), X, Labels).Save(Place("classifier"));
        Assert.Contains("a classifier", Assert.Throws<DataFormatException>(() => KernelClassifier.Load(Place("regression"))).Message);
        var regression = Assert.IsType<KernelRegression>(FittedModel.Load(Place("regression")));
        Samples.SameBits(KernelRegression.Load(Place("regression")).Weights, regression.Weights);
        Assert.Same(regression, ((IFittedModel)regression).Regression);
        var classifier = Assert.IsType<KernelClassifier>(FittedModel.Load(Place("classifier")));
        Assert.Equal(KernelClassifier.Load(Place("classifier")).Classes, classifier.Classes);
        Assert.Equal(3, KernelRegression.Load(Place("classifier")).Weights.Columns);
    }

    [Fact]
    public void A_loaded_model_knows_its_scores()
    {
        var model = KernelRegression.Fit(Net.Ntk(), X, Y);
        model.Save(Place("model"));
        var loaded = KernelRegression.Load(Place("model"));
        Assert.Equal(model.LeaveOneOutRmse, loaded.LeaveOneOutRmse);
        Assert.Equal(model.LogMarginalLikelihood, loaded.LogMarginalLikelihood);
    }

    [Theory]
    [InlineData("samples.npy")]
    [InlineData("weights.npy")]
    [InlineData("mean.npy")]
    public void A_changed_or_missing_file_is_refused(string name)
    {
        KernelRegression.Fit(Net.Ntk(), X, Y, new() { Center = true }).Save(Place("model"));
        var path = Place($"model/{name}");
        var bytes = File.ReadAllBytes(path);
        bytes[^1] ^= 1;
        File.WriteAllBytes(path, bytes);
        Assert.Contains(name, Assert.Throws<DataFormatException>(() => KernelRegression.Load(Place("model"))).Message);
        File.Delete(path);
        Assert.Contains(name, Assert.Throws<DataFormatException>(() => KernelRegression.Load(Place("model"))).Message);
    }

    [Theory]
    [InlineData(".*", "")]
    [InlineData(".*", "not json")]
    [InlineData(".*", "null")]
    [InlineData(".*", "{}")]
    [InlineData("hntk-model", "another")]
    [InlineData("\"Version\": 1", "\"Version\": 2")]
    [InlineData("\"Network\": \"[^\"]*\"", "\"Network\": null")]
    [InlineData("\"Files\": [^}]*}", "\"Files\": null")]
    public void A_manifest_of_another_kind_is_refused(string what, string by)
    {
        KernelRegression.Fit(Net.Ntk(), X, Y).Save(Place("model"));
        var text = File.ReadAllText(Place("model/model.json"));
        var changed = Regex.Replace(text, what, by, RegexOptions.Singleline);
        Assert.NotEqual(text, changed);
        File.WriteAllText(Place("model/model.json"), changed);
        var error = Assert.Throws<DataFormatException>(() => KernelRegression.Load(Place("model")));
        Assert.Contains("model.json", error.Message);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public void A_place_without_a_model_is_refused()
    {
        Assert.Throws<DataFormatException>(() => KernelRegression.Load(Place("nothing")));
        Assert.Throws<DataFormatException>(() => KernelRegression.Load(Folder));
    }

    [Theory]
    [InlineData("tanh")]
    [InlineData("two words")]
    public void A_custom_activation_that_a_text_cannot_name_is_not_saved(string name)
    {
        var own = Network.Input.Dense().Apply(Activation.Custom(name, Math.Tanh)).Dense();
        var fitted = KernelRegression.Fit(own.Ntk(), X.SelectRows(0, 1), Y.SelectRows(0, 1));
        Assert.Contains($"'{name}'", Assert.Throws<NotSupportedException>(() => fitted.Save(Place("model"))).Message);
        Assert.Empty(Names());
    }

    [Fact]
    public void Saving_replaces_an_older_model_and_fills_an_empty_folder()
    {
        KernelRegression.Fit(Net.Ntk(), X, Y, new() { Center = true }).Save(Place("model"));
        var second = KernelRegression.Fit(Net.Ntk(), New, New);
        second.Save(Place("model"));
        Samples.SameBits(second.Weights, KernelRegression.Load(Place("model")).Weights);
        Assert.False(File.Exists(Place("model/mean.npy")));
        Directory.CreateDirectory(Place("empty"));
        second.Save(Place("empty"));
        Assert.Equal(["empty", "model"], Names());
    }

    [Fact]
    public void Saving_replaces_nothing_else()
    {
        var fitted = KernelRegression.Fit(Net.Ntk(), X, Y);
        Put("file", "mine");
        Directory.CreateDirectory(Place("folder"));
        Put("folder/thesis.txt", "mine");
        foreach (var name in new[] { "file", "folder", "file/model" })
        {
            Assert.Equal(OutputFault.CannotCreate, Assert.Throws<OutputException>(() => fitted.Save(Place(name))).Fault);
            Assert.Throws<OutputException>(() => FittedModel.RequireWritable(Place(name)));
        }

        Assert.Equal(["file", "folder"], Names());
        Assert.Equal("mine", File.ReadAllText(Place("folder/thesis.txt")));
    }

    [Fact]
    public void To_ask_whether_a_folder_can_be_written_leaves_nothing()
    {
        FittedModel.RequireWritable(Place("model"));
        Assert.Empty(Names());
    }
}
