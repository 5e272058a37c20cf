using Xunit;

namespace HadamardNtk.Api.Tests.Learning;

public class SupportVectorFolders : DataFolder
{
    private static readonly Network Net = Network.Parse("(dense(he,b=0.1) relu)^2 dense");
    private static readonly Matrix X = Samples.Random(60, 3, 1);
    private static readonly Matrix New = Samples.Random(40, 3, 2);
    private static readonly long[] Labels = [.. Enumerable.Range(0, 60).Select(i => X[i, 0] > 0 ? 7L : X[i, 1] > 0 ? -2 : 3)];

    public static TheoryData<KernelKind, bool, bool> All => new()
    {
        { KernelKind.Ntk, false, false },
        { KernelKind.Nngp, true, true },
    };

    [Theory]
    [MemberData(nameof(All))]
    public void A_machine_comes_back_with_its_bits(KernelKind kind, bool center, bool unit)
    {
        var machine = SupportVectorMachine.Fit(Net.Kernel(kind), X, Labels, new() { Center = center, Unit = unit, Cost = 10 });
        SupportVectorMachine.Save(machine, Place("svm"));
        var loaded = SupportVectorMachine.Load(Place("svm"));
        Assert.Equal(machine.ToString(), loaded.ToString());
        Assert.Equal(machine.Classes, loaded.Classes);
        Assert.Equal(machine.Machine.Biases, loaded.Machine.Biases);
        Assert.Equal((machine.Machine.Violation, machine.Machine.Steps), (loaded.Machine.Violation, loaded.Machine.Steps));
        Samples.SameBits(machine.Machine.Weights, loaded.Machine.Weights);
        Assert.Equal(machine.Predict(New), loaded.Predict(New));
        Assert.Equal(machine.Predict(X), loaded.Predict(X));
        SupportVectorMachine.Save(loaded, Place("svm"));
        Assert.Equal(center, File.Exists(Place("svm/mean.npy")));
    }

    [Fact]
    public void Models_of_other_kinds_and_changed_files_are_refused()
    {
        var machine = SupportVectorMachine.Fit(Net.Ntk(), X, Labels);
        SupportVectorMachine.Save(machine, Place("svm"));
        KernelClassifier.Fit(Net.Ntk(), X, Labels, new() { Ridge = Ridge.Absolute(1) }).Save(Place("ridge"));
        var error = Assert.Throws<DataFormatException>(() => SupportVectorMachine.Load(Place("ridge")));
        Assert.Contains("FittedModel.Load", error.Message);
        error = Assert.Throws<DataFormatException>(() => FittedModel.Load(Place("svm")));
        Assert.Contains("SupportVectorMachine.Load", error.Message);
        Assert.Throws<DataFormatException>(() => SupportVectorMachine.Load(Place("none")));
        var manifest = File.ReadAllText(Place("svm/model.json"));
        File.WriteAllText(Place("svm/model.json"), manifest.Replace("\"Steps\"", "\"Step\""));
        Assert.Throws<DataFormatException>(() => SupportVectorMachine.Load(Place("svm")));
        File.WriteAllText(Place("svm/model.json"), manifest);
        NpyFile.Write(Place("svm/weights.npy"), Matrix.Wrap(new double[machine.Machine.Weights.Data.Length], machine.Machine.Weights.Rows, 3));
        Assert.Throws<DataFormatException>(() => SupportVectorMachine.Load(Place("svm")));
    }

    [Fact]
    public void What_a_file_cannot_name_is_not_saved()
    {
        var gaussian = SupportVectorMachine.Fit(StationaryKernel.Gaussian(1), X, Labels);
        var error = Assert.Throws<NotSupportedException>(() => SupportVectorMachine.Save(gaussian, Place("svm")));
        Assert.Contains("Gaussian kernel of length 1", error.Message);
        var custom = Network.Input.Dense().Apply(Activation.Custom("two words", x => x * x)).Dense();
        Assert.Throws<NotSupportedException>(() => SupportVectorMachine.Save(SupportVectorMachine.Fit(custom.Ntk(), X, Labels), Place("svm")));
        Assert.False(Directory.Exists(Place("svm")));
    }
}
