using Xunit;

namespace HadamardNtk.Api.Tests.Threads;

/// <summary>Files that are read and written say how far they are, and a token leaves nothing of them.</summary>
public class FileProgress : DataFolder
{
    private static readonly Matrix X = Samples.Random(60, 8, 1);
    private static readonly Matrix Y = Samples.Random(60, 2, 2);
    private static readonly Matrix Long = Samples.Random(40_000, 2, 3);
    private static readonly long[] Labels = [.. Enumerable.Range(0, 60).Select(i => i % 3L)];
    private static readonly InfiniteKernel Kernel = Network.Parse("dense(b=0.5) relu dense").Ntk();
    private static readonly RegressionOptions Ridged = new() { Ridge = Ridge.Absolute(0.1) };

    private static readonly Lazy<KernelRegression> Regression = new(() => KernelRegression.Fit(Kernel, X, Y, Ridged));
    private static readonly Lazy<KernelClassifier> Classifier = new(() =>
        KernelClassifier.Fit(Kernel, X, Labels, Ridged));

    private static readonly Lazy<LabelClassifier<string>> OfTexts = new(() =>
        KernelClassifier.Fit(Kernel, X, Array.ConvertAll(Labels, label => $"class {label}"), Ridged));

    private static readonly Lazy<SupportVectorMachine<Matrix>> Machine = new(() =>
        SupportVectorMachine.Fit(Kernel, X, Labels));

    private static readonly Lazy<GramClassifier> OnGram = new(() =>
        KernelClassifier.Fit(Kernel.Gram(X), Labels, Ridged));

    [Theory]
    [InlineData("x.npy")]
    [InlineData("x.npy.gz")]
    [InlineData("x.csv")]
    [InlineData("x.csv.gz")]
    public void A_matrix_is_read(string name)
    {
        Long.Save(Place(name));
        Require((heard, stop) => DataFile.ReadMatrix(Place(name), null, heard, stop));
        Samples.SameBits(Long, DataFile.ReadMatrix(Place(name), progress: new Heard()));
    }

    [Fact]
    public void An_array_in_an_archive_is_read()
    {
        Long.Save(Place("x.npy"));
        using (var archive = System.IO.Compression.ZipFile.Open(Place("x.npz"), System.IO.Compression.ZipArchiveMode.Create))
        {
            System.IO.Compression.ZipFileExtensions.CreateEntryFromFile(archive, Place("x.npy"), "x.npy");
        }

        Require((heard, stop) => DataFile.ReadMatrix(Place("x.npz"), null, heard, stop));
        Samples.SameBits(Long, DataFile.ReadMatrix(Place("x.npz"), progress: new Heard()));
    }

    [Fact]
    public void Text_in_UTF_16_is_read()
    {
        Long.Save(Place("x.csv"));
        File.WriteAllText(Place("wide.csv"), File.ReadAllText(Place("x.csv")), System.Text.Encoding.Unicode);
        Require((heard, stop) => DataFile.ReadMatrix(Place("wide.csv"), null, heard, stop));
    }

    [Fact]
    public void Samples_targets_and_labels_are_read()
    {
        Long.Save(Place("x.csv"));
        var labels = Put("labels.csv", string.Concat(Enumerable.Range(0, 60_000).Select(i => $"{i % 7}\n")));
        Require((heard, stop) => DataFile.ReadSamples(Place("x.csv"), null, heard, stop));
        Require((heard, stop) => DataFile.ReadTargets(Place("x.csv"), null, heard, stop));
        Require((heard, stop) => DataFile.ReadLabels(labels, null, heard, stop));
        Require((heard, stop) => DataFile.ReadTextLabels(labels, null, heard, stop));
    }

    [Theory]
    [InlineData("x.npy", Precision.Float64, 1600)]
    [InlineData("x.npy", Precision.Float32, 400)]
    [InlineData("x.npy.gz", Precision.Float64, 200)]
    [InlineData("x.csv", Precision.Float64, 100)]
    public void A_matrix_is_written(string name, Precision precision, int size)
    {
        var matrix = Samples.Random(size, size, 4);
        Require((heard, stop) => matrix.Save(Place(name), precision, heard, stop), name);
        Require((heard, stop) => NpyFile.Write(Place("y.npy"), Samples.Random(1600, 1600, 5), precision, heard, stop));
    }

    [Theory]
    [InlineData("copy.npy")]
    [InlineData("copy.csv")]
    public void A_matrix_in_a_file_is_written(string name)
    {
        Samples.Random(50, 50, 6).Save(Place("K.npy"));
        using var gram = GramMatrix.Open(Place("K.npy"));
        Require((heard, stop) => gram.Save(Place(name), heard, stop), name);
    }

    [Fact]
    public void Graphs_of_one_text_file_are_read()
    {
        const string Path = "3 1\n5 1 1\n2 2 0 2\n5 1 1\n";
        Put("any.txt", $"4000\n{string.Concat(Enumerable.Repeat(Path, 4000))}");
        Require((heard, stop) => GraphData.Read(Folder, heard, stop));
    }

    [Fact]
    public void Graphs_of_the_TU_collection_are_read()
    {
        var vertices = Enumerable.Range(0, 8000);
        Put("X_A.txt", string.Concat(vertices.Select(v => $"{v + 1}, {(v ^ 1) + 1}\n")));
        Put("X_graph_indicator.txt", string.Concat(vertices.Select(v => $"{(v / 2) + 1}\n")));
        Put("X_graph_labels.txt", string.Concat(Enumerable.Repeat("1\n", 4000)));
        Put("X_node_labels.txt", string.Concat(vertices.Select(v => $"{v % 3}\n")));
        Directory.CreateDirectory(Place("10fold_idx"));
        Put("10fold_idx/train_idx-1.txt", string.Concat(Enumerable.Range(0, 3999).Select(i => $"{i}\n")));
        Put("10fold_idx/test_idx-1.txt", "3999\n");
        Require((heard, stop) => GraphData.Read(Folder, heard, stop));
        Assert.ThrowsAny<OperationCanceledException>(() => GraphFold.ReadAll(Folder, 4000, new(canceled: true)));
    }

    [Fact]
    public void Models_are_written_to_folders()
    {
        var place = Place("model");
        Require((heard, stop) => Regression.Value.Save(place, Precision.Float64, heard, stop), "model");
        Require((heard, stop) => Classifier.Value.Save(Place("classes"), Precision.Float64, heard, stop), "classes");
        Require((heard, stop) => OfTexts.Value.Save(Place("texts"), Precision.Float64, heard, stop), "texts");
        Require((heard, stop) => SupportVectorMachine.Save(Machine.Value, Place("machine"), heard, stop), "machine");
        Require((heard, stop) => OnGram.Value.Save(Place("gram"), true, heard, stop), "gram");
        Require((heard, stop) => OnGram.Value.Regression.Save(Place("bare"), true, heard, stop), "bare");
    }

    [Fact]
    public void Models_are_read_from_folders()
    {
        Regression.Value.Save(Place("model"));
        Classifier.Value.Save(Place("classes"));
        OfTexts.Value.Save(Place("texts"));
        SupportVectorMachine.Save(Machine.Value, Place("machine"));
        OnGram.Value.Save(Place("gram"));
        Require((heard, stop) => KernelRegression.Load(Place("model"), null, heard, stop));
        Require((heard, stop) => FittedModel.Load(Place("model"), null, heard, stop));
        Require((heard, stop) => KernelClassifier.Load(Place("classes"), null, heard, stop));
        Require((heard, stop) => KernelClassifier.Load<string>(Place("texts"), null, heard, stop));
        Require((heard, stop) => SupportVectorMachine.Load(Place("machine"), null, heard, stop));
        Require((heard, stop) => GramClassifier.Load(Place("gram"), heard, stop));
        Require((heard, stop) => GramRegression.Load(Place("gram"), heard, stop));
    }

    [Fact]
    public void Models_are_written_to_streams_and_read_from_them()
    {
        Streamed(
            (stream, heard, stop) => Regression.Value.Save(stream, Precision.Float64, heard, stop),
            (stream, heard, stop) => KernelRegression.Load(stream, null, heard, stop));
        Streamed(
            (stream, heard, stop) => Classifier.Value.Save(stream, Precision.Float64, heard, stop),
            (stream, heard, stop) => KernelClassifier.Load(stream, null, heard, stop));
        Streamed(
            (stream, heard, stop) => OfTexts.Value.Save(stream, Precision.Float64, heard, stop),
            (stream, heard, stop) => FittedModel.Load(stream, null, heard, stop));
        Streamed(
            (stream, heard, stop) => SupportVectorMachine.Save(Machine.Value, stream, heard, stop),
            (stream, heard, stop) => SupportVectorMachine.Load(stream, null, heard, stop));
    }

    [Fact]
    public void A_model_that_is_stopped_leaves_the_one_before_it()
    {
        Regression.Value.Save(Place("model"));
        Assert.ThrowsAny<OperationCanceledException>(
            () => Classifier.Value.Save(Place("model"), cancellation: new(canceled: true)));
        Samples.SameBits(Regression.Value.Weights, KernelRegression.Load(Place("model")).Weights);
    }

    private delegate void StreamWork(Stream stream, IProgress<double>? progress, CancellationToken cancellation);

    private static void Streamed(StreamWork save, StreamWork load)
    {
        using var kept = new MemoryStream();
        save(kept, null, default);
        Require((heard, stop) => save(new MemoryStream(), heard, stop));
        Require((heard, stop) => load(new MemoryStream(kept.ToArray()), heard, stop));
    }

    private static void Require(Heard.Work work)
    {
        Heard.RequireStopped(work);
        Heard.RequireWhole(work);
    }

    // What is stopped is not there, nor is a part of it.
    private void Require(Heard.Work work, string name)
    {
        Heard.RequireStopped(work);
        Assert.DoesNotContain(Names(), entry => entry.Contains(name, StringComparison.Ordinal));
        Heard.RequireWhole(work);
        Assert.Contains(name, Names());
        (Directory.Exists(Place(name)) ? (Action<string>)(path => Directory.Delete(path, true)) : File.Delete)(Place(name));
    }
}
