using Xunit;

namespace HadamardNtk.Api.Tests.Learning;

/// <summary>A model of a network with custom activations is given them again when it is loaded.</summary>
public sealed class CustomActivationModels : IDisposable
{
    private static readonly Activation Cube = Activation.Custom("cube", x => x * x * x);
    private static readonly Activation Step = Activation.Custom("step_like", Math.Tanh);
    private static readonly Network Net = Network.Parse("(dense(b=0.3) cube)^2 dense step_like dense", [Cube, Step]);
    private static readonly (Matrix X, Matrix Y) Data = (Samples.Random(12, 3, 1), Samples.Random(12, 2, 2));
    private static readonly long[] Labels = [0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("hntk-tests-");

    private string Place => Path.Combine(_folder.FullName, "model");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void It_predicts_with_the_same_bits()
    {
        var fitted = KernelRegression.Fit(Net.Ntk(), Data.X, Data.Y);
        fitted.Save(Place);
        var loaded = KernelRegression.Load(Place, [Step, Activation.Custom("unused", x => x), Cube]);
        Assert.Equal(Net, loaded.Kernel.Network);
        Samples.SameBits(fitted.Predict(Data.X).Mean, loaded.Predict(Data.X).Mean, "mean");
        var machine = SupportVectorMachine.Fit(Net.Nngp(), Data.X, Labels);
        SupportVectorMachine.Save(machine, Place);
        Assert.Equal(machine.Predict(Data.X), SupportVectorMachine.Load(Place, [Cube, Step]).Predict(Data.X));
    }

    [Fact]
    public void A_classifier_of_texts_is_given_them_too()
    {
        string[] words = [.. Labels.Select(label => $"class {label}")];
        var fitted = KernelClassifier.Fit(Net.Ntk(), Data.X, words);
        fitted.Save(Place);
        Assert.Equal(fitted.Predict(Data.X).Labels, KernelClassifier.Load<string>(Place, [Cube, Step]).Predict(Data.X).Labels);
        using var stream = new MemoryStream();
        fitted.Save(stream);
        stream.Position = 0;
        Assert.Equal(fitted.Predict(Data.X).Labels, KernelClassifier.Load<string>(stream, [Cube, Step]).Predict(Data.X).Labels);
        Assert.Contains("custom activation", Assert.Throws<DataFormatException>(() => KernelClassifier.Load<string>(Place)).Message);
    }

    [Fact]
    public void A_missing_activation_and_another_one_are_named()
    {
        KernelRegression.Fit(Net.Ntk(), Data.X, Data.Y).Save(Place);
        Assert.Contains("cube", Assert.Throws<DataFormatException>(() => KernelRegression.Load(Place)).Message);
        Assert.Contains("step_like", Assert.Throws<DataFormatException>(() => FittedModel.Load(Place, [Cube])).Message);
        var other = Activation.Custom("cube", x => x * x);
        Assert.Contains("cube", Assert.Throws<DataFormatException>(() => FittedModel.Load(Place, [other, Step])).Message);
    }

    [Fact]
    public void Small_functions_are_told_apart_and_null_is_refused()
    {
        var small = Activation.Custom("small", x => 1e-10 * Math.Tanh(x));
        var network = Network.Parse("dense small dense(w=1e10)", [small]);
        KernelRegression.Fit(network.Ntk(), Data.X, Data.Y).Save(Place);
        Assert.NotNull(KernelRegression.Load(Place, [small]));
        var other = Activation.Custom("small", x => 1e-10 * x * x);
        Assert.Throws<DataFormatException>(() => KernelRegression.Load(Place, [other]));
        Assert.Throws<ArgumentException>(() => KernelRegression.Load(Place, [small, null!]));
    }

    [Fact]
    public void A_manifest_without_values_is_refused()
    {
        KernelRegression.Fit(Net.Ntk(), Data.X, Data.Y).Save(Place);
        var manifest = Path.Combine(Place, "model.json");
        var text = File.ReadAllText(manifest);
        var start = text.IndexOf('[', text.IndexOf("\"cube\"", StringComparison.Ordinal));
        File.WriteAllText(manifest, text[..start] + "null" + text[(text.IndexOf(']', start) + 1)..]);
        Assert.Throws<DataFormatException>(() => FittedModel.Load(Place, [Cube, Step]));
    }

    [Fact]
    public void A_manifest_with_other_values_is_refused()
    {
        KernelRegression.Fit(Net.Ntk(), Data.X, Data.Y).Save(Place);
        var manifest = Path.Combine(Place, "model.json");
        File.WriteAllText(manifest, File.ReadAllText(manifest).Replace("-27", "-26"));
        Assert.Contains("model.json", Assert.Throws<DataFormatException>(() => FittedModel.Load(Place, [Cube, Step])).Message);
    }

    [Theory]
    [InlineData("dense cubes dense", "cube")]
    [InlineData("let cube = dense in cube", "a name that is not a word")]
    public void A_text_names_an_activation_as_a_word(string text, string expected)
    {
        var error = Assert.Throws<NetworkSyntaxException>(() => Network.Parse(text, [Cube]));
        Assert.Contains(expected, error.Message);
    }

    [Fact]
    public void A_polynomial_net_takes_it_for_act()
    {
        var network = Network.Parse("ccp(degree=2, act=cube)", [Cube]);
        Assert.Equal(network, Network.Parse(network.ToString(), [Cube]));
        Assert.NotEqual(network, Network.Parse("ccp(degree=2)"));
    }

    [Theory]
    [InlineData("relu")]
    [InlineData("let")]
    [InlineData("two words")]
    [InlineData("2nd")]
    public void Its_name_is_a_name_of_the_notation(string name)
    {
        var error = Assert.Throws<ArgumentException>(() => Network.Parse("dense", [Activation.Custom(name, x => x)]));
        Assert.Contains($"'{name}'", error.Message);
    }

    [Fact]
    public void Two_of_one_name_are_refused() => Assert.Contains(
        "twice", Assert.Throws<ArgumentException>(() => Network.Parse("dense", [Cube, Activation.Custom("cube", x => x)])).Message);
}
