using System.Text.RegularExpressions;
using HadamardNtk.Torch.Tests.Device;
using Xunit;

namespace HadamardNtk.Torch.Tests.Trainers;

/// <summary>The folder of a trained network: the same bits again, or a refusal that says why.</summary>
public sealed class TrainedFolderTests : IDisposable
{
    private static readonly Matrix X = Tensors.Random(24, 5, 1);
    private static readonly Matrix Y = Tensors.Random(24, 2, 2);
    private static readonly Matrix Other = Tensors.Random(7, 5, 3);
    private static readonly long[] Labels = [.. Enumerable.Range(0, 24).Select(i => X[i, 0] > 0.4 ? 7L : X[i, 1] > 0 ? -2L : 3L)];

    private readonly IDisposable _scope = Tensors.Scope();
    private readonly string _folder = Directory.CreateTempSubdirectory("hntk").FullName;

    private string Model => Path.Combine(_folder, "model");

    public void Dispose()
    {
        _scope.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData(Precision.Float32, false, false, false)]
    [InlineData(Precision.Float64, true, true, false)]
    [InlineData(Precision.Float32, true, false, true)]
    [InlineData(Precision.Float64, false, true, true)]
    public void A_loaded_network_predicts_the_same_bits(Precision precision, bool center, bool unit, bool isLinearized)
    {
        var options = Options with { Precision = precision, Center = center, Unit = unit, Linearized = isLinearized };
        using var trained = TrainedNetwork.Train(Net(2), X, Y, options, (Other, Tensors.Random(7, 2, 4)));
        trained.Save(Model);
        using var loaded = TrainedNetwork.Load(Model);
        Assert.Equal(trained.Predict(Other).Data, loaded.Predict(Other).Data);
        Assert.Equal(trained.History, loaded.History);
        Assert.Equal(isLinearized, loaded.Linearized is not null);
        Assert.Equal((trained.Module.Network, 16, 3L, 5, 2), (loaded.Module.Network, loaded.Module.Width, loaded.Module.Seed, loaded.Module.Features, loaded.Module.Outputs));
        string[] files = ["model.json", "parameters.dat", "history.csv", .. center ? ["mean.npy"] : (string[])[], .. isLinearized ? ["changes.dat"] : (string[])[]];
        Assert.Equal(files.Order(), Directory.GetFiles(Model).Select(Path.GetFileName).Order());
        loaded.Save(Model);
        using var again = TrainedNetwork.Load(Model);
        Assert.Equal(trained.Predict(Other).Data, again.Predict(Other).Data);
    }

    [Fact]
    public void A_loaded_classifier_says_the_same()
    {
        using var trained = TrainedNetwork.Train(Net(3), X, Labels, Options with { Training = new() { Loss = Loss.Softmax, Epochs = 9 } });
        trained.Save(Model);
        using var loaded = TrainedNetwork.Load(Model);
        Assert.Equal(trained.Classify(Other).Labels, loaded.Classify(Other).Labels);
        Assert.Equal(trained.Classes, loaded.Classes);
        Assert.All(loaded.History, point => Assert.NotNull(point.Accuracy));
    }

    [Fact]
    public void A_module_that_was_trained_elsewhere_is_kept_too()
    {
        var module = Net(3).ToModule(5, 16, 1, Precision.Float64);
        using (TorchSharp.torch.no_grad())
        {
            module.Layers[0].Weight.mul_(2.0);
        }

        using var trained = TrainedNetwork.Of(module, [1, 2, 3]);
        trained.Save(Model);
        using var loaded = TrainedNetwork.Load(Model);
        Assert.Equal(trained.Classify(Other).Labels, loaded.Classify(Other).Labels);
        Assert.Equal(trained.Predict(Other).Data, loaded.Predict(Other).Data);
        Assert.Empty(loaded.History);
        Assert.Throws<ArgumentException>(() => TrainedNetwork.Of(module, [1, 2]));
        Assert.Throws<ArgumentException>(() => TrainedNetwork.Of(module, [3, 2, 1]));
        var other = TorchSharp.torch.nn.Linear(5, 3);
        Assert.Contains("Linear", Assert.Throws<ArgumentException>(() => TrainedNetwork.Of(other)).Message);
    }

    [Theory]
    [InlineData("parameters.dat")]
    [InlineData("changes.dat")]
    [InlineData("mean.npy")]
    [InlineData("history.csv")]
    public void A_changed_or_missing_file_is_refused(string name)
    {
        Saved();
        var path = Path.Combine(Model, name);
        var bytes = File.ReadAllBytes(path);
        bytes[^2] ^= 1;
        File.WriteAllBytes(path, bytes);
        Assert.Contains(name, Refused());
        File.Delete(path);
        Assert.Contains(name, Refused());
    }

    [Theory]
    [InlineData(".*", "")]
    [InlineData(".*", "{}")]
    [InlineData("\"Version\": 1", "\"Version\": 2")]
    [InlineData("\"Width\": 16", "\"Width\": 17")]
    [InlineData("\"Unit\": false", "\"Unit\": true")]
    [InlineData("tanh", "relu")]
    [InlineData("\"Network\": \"[^\"]*\"", "\"Network\": null")]
    [InlineData("\"Files\": [^}]*}", "\"Files\": null")]
    public void A_changed_manifest_is_refused(string what, string by)
    {
        Saved();
        var text = File.ReadAllText(Path.Combine(Model, "model.json"));
        var changed = Regex.Replace(text, what, by, RegexOptions.Singleline);
        Assert.NotEqual(text, changed);
        File.WriteAllText(Path.Combine(Model, "model.json"), changed);
        Assert.Contains("model.json", Refused());
    }

    [Fact]
    public void The_two_kinds_of_models_are_told_apart_and_replace_one_another()
    {
        Saved();
        var error = Assert.Throws<DataFormatException>(() => FittedModel.Load(Model));
        Assert.Contains("a trained network of finite width", error.Message);
        Assert.Contains("TrainedNetwork.Load", error.Message);
        KernelRegression.Fit(Network.Parse("dense relu dense").Ntk(), X, Y).Save(Model);
        Assert.Equal(["model.json", "samples.npy", "weights.npy"], Directory.GetFiles(Model).Select(Path.GetFileName).Order());
        Assert.Contains("a kernel regression", Refused());
        Assert.Contains("FittedModel.Load", Refused());
        File.WriteAllText(Path.Combine(Model, "notes.txt"), "mine");
        Saved();
        Assert.False(File.Exists(Path.Combine(Model, "weights.npy")));
        Assert.Equal("mine", File.ReadAllText(Path.Combine(Model, "notes.txt")));
        TrainedNetwork.Load(Model).Dispose();
    }

    [Fact]
    public void A_place_for_something_else_is_refused_and_left_alone()
    {
        Directory.CreateDirectory(Model);
        File.WriteAllText(Path.Combine(Model, "thesis.txt"), "mine");
        Assert.Throws<OutputException>(() => TrainedNetwork.RequireWritable(Model));
        Assert.Throws<OutputException>(Saved);
        Assert.Contains("model.json", Refused());
        Assert.Equal(["thesis.txt"], Directory.GetFiles(Model).Select(Path.GetFileName));
        TrainedNetwork.RequireWritable(Path.Combine(_folder, "new"));
        Assert.Equal([Model], Directory.GetFileSystemEntries(_folder));
    }

    private static NetworkTrainingOptions Options => new() { Width = 16, Seed = 3, Training = new() { Epochs = 3 } };

    private static Network Net(int outputs) => Network.Parse($"dense(b=0.3) tanh dense(width={outputs},b=0.1)");

    private void Saved()
    {
        using var trained = TrainedNetwork.Train(Net(2), X, Y, Options with { Linearized = true, Center = true });
        trained.Save(Model);
    }

    private string Refused()
    {
        var message = Assert.Throws<DataFormatException>(() => TrainedNetwork.Load(Model)).Message;
        Assert.DoesNotContain('\n', message);
        return message;
    }
}
