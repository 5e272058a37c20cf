using System.IO.Compression;
using Xunit;

namespace HadamardNtk.Api.Tests.Learning;

/// <summary>Models on streams are those of folders.</summary>
public class ModelStreams
{
    private static readonly InfiniteKernel Kernel = Network.Parse("dense(b=0.3) relu dense").Ntk();
    private static readonly (Matrix X, Matrix Y, Matrix New) Data =
        (Samples.Random(12, 3, 1), Samples.Random(12, 2, 2), Samples.Random(5, 3, 3));

    private static readonly long[] Labels = [0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2];

    [Fact]
    public void Models_of_every_kind_come_back_with_the_same_bits()
    {
        var regression = KernelRegression.Fit(Kernel, Data.X, Data.Y, new() { Center = true });
        Same(regression, stream => KernelRegression.Load(stream));
        Same(regression, stream => FittedModel.Load(stream));
        Same(KernelClassifier.Fit(Kernel, Data.X, Labels), stream => KernelClassifier.Load(stream));
        var texts = KernelClassifier.Fit(Kernel, Data.X, Array.ConvertAll(Labels, label => $"class {label}"));
        Same((IFittedModel)texts, stream => FittedModel.Load(stream));
        var machine = SupportVectorMachine.Fit(Kernel, Data.X, Labels);
        using var kept = Written(stream => SupportVectorMachine.Save(machine, stream));
        Assert.Equal(machine.Predict(Data.New), SupportVectorMachine.Load(kept).Predict(Data.New));
    }

    [Fact]
    public void A_stream_stays_open_and_need_not_seek()
    {
        var regression = KernelRegression.Fit(Kernel, Data.X, Data.Y);
        using var whole = new MemoryStream();
        using (var pipe = new BufferedStream(new GZipStream(whole, CompressionLevel.Fastest, leaveOpen: true)))
        {
            regression.Save(pipe);
            Assert.True(pipe.CanWrite);
        }

        whole.Position = 0;
        using var packed = new GZipStream(whole, CompressionMode.Decompress);
        Samples.SameBits(regression.Weights, KernelRegression.Load(packed).Weights, "weights");
    }

    [Fact]
    public void Another_stream_is_refused_and_writes_nothing_outside()
    {
        Assert.Throws<DataFormatException>(() => FittedModel.Load(new MemoryStream([1, 2, 3])));
        Assert.Throws<DataFormatException>(() => FittedModel.Load(new MemoryStream()));
        var name = $"../hntk-{Guid.NewGuid():N}";
        using var other = new MemoryStream();
        using (var archive = new ZipArchive(other, ZipArchiveMode.Create, leaveOpen: true))
        {
            using var entry = archive.CreateEntry(name).Open();
            entry.WriteByte(1);
        }

        other.Position = 0;
        Assert.Contains(name, Assert.Throws<DataFormatException>(() => FittedModel.Load(other)).Message);
        Assert.False(File.Exists(Path.Combine(Path.GetTempPath(), name[3..])));
    }

    [Fact]
    public void A_stream_holds_one_model_from_its_position_on()
    {
        var (first, second) = (KernelRegression.Fit(Kernel, Data.X, Data.Y), KernelRegression.Fit(Kernel, Data.New, Data.New));
        using var stream = new MemoryStream();
        first.Save(stream);
        var middle = stream.Position;
        second.Save(stream);
        stream.Position = middle;
        Samples.SameBits(second.Weights, KernelRegression.Load(stream).Weights, "second");
        stream.Position = 0;
        Assert.Contains("nothing behind", Assert.Throws<DataFormatException>(() => KernelRegression.Load(stream)).Message);
    }

    [Fact]
    public void An_error_names_no_temporary_folder()
    {
        var custom = Network.Parse("dense cube dense", [Activation.Custom("cube", x => x * x * x)]);
        using var stream = Written(s => KernelRegression.Fit(custom.Ntk(), Data.X, Data.Y).Save(s));
        var error = Assert.Throws<DataFormatException>(() => FittedModel.Load(stream));
        Assert.StartsWith("the stream's model.json", error.Message);
        Assert.Contains("cube", error.Message);
    }

    [Fact]
    public void A_failure_leaves_no_folder()
    {
        var before = Folders();
        var custom = Network.Input.Dense().Apply(Activation.Custom("two words", x => x * x)).Dense();
        var machine = SupportVectorMachine.Fit(custom.Ntk(), Data.X, Labels);
        Assert.Throws<NotSupportedException>(() => SupportVectorMachine.Save(machine, new MemoryStream()));
        Assert.DoesNotContain(Folders().Except(before), folder => File.Exists(Path.Combine(folder, "model.json")));
    }

    private static string[] Folders() => Directory.GetDirectories(Path.GetTempPath(), "hntk-*");

    private static void Same(IFittedModel model, Func<Stream, IFittedModel> load)
    {
        using var stream = Written(s => model.Save(s));
        var loaded = load(stream);
        Assert.Equal(model.GetType(), loaded.GetType());
        Samples.SameBits(model.Regression.Predict(Data.New).Mean, loaded.Regression.Predict(Data.New).Mean, model.GetType().Name);
    }

    private static MemoryStream Written(Action<Stream> save)
    {
        var stream = new MemoryStream();
        save(stream);
        stream.Position = 0;
        return stream;
    }
}
