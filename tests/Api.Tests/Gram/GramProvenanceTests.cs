using System.Text.Json;
using Xunit;

namespace HadamardNtk.Api.Tests.Streaming;

/// <summary>Beside a Gram matrix in a file stands what it is, and a finished one is not computed again.</summary>
public class GramProvenanceTests : DataFolder
{
    private const string Net = "dense relu dense";
    private const int Side = 8;

    private static readonly InfiniteKernel Relu = Network.Parse(Net).Ntk();
    private static readonly Matrix X = Samples.Random(20, 3, 1);
    private static readonly Matrix Other = Samples.Random(7, 3, 2);

    [Theory]
    [InlineData(KernelKind.Ntk, Precision.Float64, "K.npy")]
    [InlineData(KernelKind.Nngp, Precision.Float32, "K.npy")]
    [InlineData(KernelKind.Ntk, Precision.Float64, "K.csv.gz")]
    public void It_says_network_kernel_precision_backend_shape_and_samples(KernelKind kind, Precision precision, string name)
    {
        Relu.Of(kind).WriteGram(Place(name), X, Other, new() { Precision = precision, Backend = Backends.Reference });
        var read = GramProvenance.Read(Place(name))!;
        Assert.Equal((Net, kind, precision, "reference"), (read.Network, read.Kernel, read.Precision, read.Backend));
        Assert.Equal((20, 7, false), (read.Rows, read.Columns, read.IsSymmetric));
        Assert.Equal(["X", "X2"], read.Inputs.Select(input => input.Name));
        Assert.Equal([(20, 3), (7, 3)], read.Inputs.Select(input => (input.Rows, input.Columns)));
        Assert.Equal(Sum(X), read.Inputs[0].Sha256);
        Assert.Equal(Sum(Other), read.Inputs[1].Sha256);
        Assert.Equal((new FileInfo(Place(name)).Length, Sum(File.ReadAllBytes(Place(name)))), (read.Bytes, read.Fingerprint));
        Assert.StartsWith("hntk 0.", read.Program);
        using var json = JsonDocument.Parse(File.ReadAllText(Place(name + ".json")));
        Assert.Equal(("hntk-gram", 1), (json.RootElement.GetProperty("format").GetString(), json.RootElement.GetProperty("version").GetInt32()));
    }

    [Fact]
    public void A_matrix_of_one_set_of_samples_has_one_input()
    {
        Relu.WriteGram(Place("K.npy"), X);
        var read = GramProvenance.Read(Place("K.npy"))!;
        Assert.True(read.IsSymmetric);
        Assert.Equal("X", Assert.Single(read.Inputs).Name);
    }

    [Fact]
    public void The_kind_of_a_matrix_is_known_with_it_and_null_without()
    {
        Relu.Prior.WriteGram(Place("K.npy"), X);
        using (var known = GramMatrix.Open(Place("K.npy")))
        {
            Assert.Equal((KernelKind.Nngp, Net), (known.Kind, known.Provenance!.Network));
        }

        File.Delete(Place("K.npy.json"));
        Assert.Null(GramProvenance.Read(Place("K.npy")));
        using var unknown = GramMatrix.Open(Place("K.npy"));
        Assert.Null(unknown.Kind);
        Assert.Null(unknown.Provenance);
    }

    [Fact]
    public void Of_another_matrix_it_is_an_error_and_the_kind_is_not_known()
    {
        Relu.WriteGram(Place("K.npy"), X);
        Relu.Gram(Samples.Random(20, 3, 9)).Save(Place("K.npy"));
        Refused(() => GramProvenance.Read(Place("K.npy"))!, "K.npy", "K.npy.json", "another or a changed file");
        using var gram = GramMatrix.Open(Place("K.npy"));
        Assert.Null(gram.Kind);
    }

    [Fact]
    public void Of_a_large_matrix_the_ends_count_too()
    {
        Relu.WriteGram(Place("K.npy"), Samples.Random(900, 2, 1));
        Assert.InRange(new FileInfo(Place("K.npy")).Length, 6_000_000, 7_000_000);
        Assert.NotNull(GramProvenance.Read(Place("K.npy")));
        var bytes = File.ReadAllBytes(Place("K.npy"));
        foreach (var at in new[] { 90, bytes.Length - 1 })
        {
            bytes[at] ^= 1;
            File.WriteAllBytes(Place("K.npy"), bytes);
            Assert.Throws<DataFormatException>(() => GramProvenance.Read(Place("K.npy")));
            bytes[at] ^= 1;
        }
    }

    [Theory]
    [InlineData("\"version\": 1", "\"version\": 2")]
    [InlineData("\"kernel\": \"ntk\"", "\"kernel\": \"both\"")]
    [InlineData("\"rows\": 20,\n", "\"rows\": 0,\n")]
    [InlineData("\"bytes\"", "\"bites\"")]
    [InlineData("\"inputs\": [", "\"inputs\": [[")]
    public void A_damaged_one_is_refused(string text, string instead)
    {
        Relu.WriteGram(Place("K.npy"), X);
        var json = File.ReadAllText(Place("K.npy.json"));
        Assert.Contains(text, json);
        File.WriteAllText(Place("K.npy.json"), json.Replace(text, instead));
        Assert.Contains("K.npy", Assert.Throws<DataFormatException>(() => GramProvenance.Read(Place("K.npy"))).Message);
    }

    [Fact]
    public void Names_with_any_characters_come_back()
    {
        var backend = new BlockBackend(Side, identity: "blocks");
        var names = ("a \"b\"\\\n\u0001 größe \ud83d\ude00 [:3]", (string?)null);
        Relu.WriteGram(Place("K.npy"), X, Other, names, new() { Backend = backend }, false, default);
        var read = GramProvenance.Read(Place("K.npy"))!;
        Assert.Equal([names.Item1, null], read.Inputs.Select(input => input.File));
    }

    [Fact]
    public void A_finished_file_of_the_same_matrix_is_left_alone()
    {
        var backend = new BlockBackend(Side);
        var options = new GramOptions { Backend = backend, Precision = Precision.Float32 };
        Assert.True(Relu.WriteGram(Place("K.npy"), X, options: options, resume: true));
        var (computed, time) = (backend.Computed, File.GetLastWriteTimeUtc(Place("K.npy")));
        Assert.False(Relu.WriteGram(Place("K.npy"), X, options: options, resume: true));
        Assert.Equal((computed, time), (backend.Computed, File.GetLastWriteTimeUtc(Place("K.npy"))));
        Assert.True(Relu.WriteGram(Place("K.npy"), X, options: options));
        Assert.Equal(2 * computed, backend.Computed);
        File.Delete(Place("K.npy.json"));
        Assert.True(Relu.WriteGram(Place("K.npy"), X, options: options, resume: true));
        Assert.Equal(3 * computed, backend.Computed);
        Assert.Equal(["K.npy", "K.npy.json"], Names());
    }

    [Fact]
    public void A_finished_file_of_another_matrix_is_refused_with_the_item()
    {
        Relu.WriteGram(Place("K.npy"), X);
        Finished(Relu.Prior, X, null, null, "kernel", "nngp", "ntk");
        Finished(Network.Parse("dense erf dense").Ntk(), X, null, null, "network", "dense erf dense", Net);
        Finished(Relu, X, null, new() { Precision = Precision.Float32 }, "precision", "f32", "f64");
        Finished(Relu, X, null, new() { Backend = Backends.Reference }, "backend", "reference", "cpu");
        Finished(Relu, X.SelectRows(0, 19), null, null, "shape", "19 x 19", "20 x 20");
        Finished(Relu, Samples.Random(20, 3, 5), null, null, "X", "SHA-256");
        Finished(Relu, X, Samples.Random(20, 3, 5), null, "X2", "X itself");
    }

    [Fact]
    public void A_finished_file_that_was_changed_is_refused()
    {
        Relu.WriteGram(Place("K.npy"), X);
        Relu.Gram(Other).Save(Place("K.npy"));
        Finished(Relu, X, null, null, "K.npy.json", "another or a changed file");
    }

    [Fact]
    public void After_an_interruption_the_partial_file_counts_and_not_a_finished_one()
    {
        Relu.WriteGram(Place("K.npy"), X, options: new() { Backend = new BlockBackend(Side) });
        File.Move(Place("K.npy.json"), Place("kept.json"));
        var more = Samples.Random(30, 3, 4);
        var stopped = new BlockBackend(Side, k => { if (k > 2) throw new OperationCanceledException(); });
        Assert.Throws<OperationCanceledException>(
            () => Relu.WriteGram(Place("K.npy"), more, options: new() { Backend = stopped, Threads = 1 }, resume: true));
        File.Move(Place("kept.json"), Place("K.npy.json"));
        Assert.True(Relu.WriteGram(Place("K.npy"), more, options: new() { Backend = new BlockBackend(Side) }, resume: true));
        Assert.Equal(30, GramProvenance.Read(Place("K.npy"))!.Rows);
    }

    [Fact]
    public void The_file_of_somebody_else_is_not_replaced()
    {
        Put("K.npy.json", "{ \"notes\": \"mine\" }");
        var error = Assert.Throws<OutputException>(() => Relu.WriteGram(Place("K.npy"), X));
        Assert.Equal(OutputFault.CannotCreate, error.Fault);
        Assert.Contains("K.npy.json", error.Message);
        Assert.Equal(["K.npy.json"], Names());
    }

    private void Finished(InfiniteKernel kernel, Matrix x, Matrix? other, GramOptions? options, params string[] parts)
    {
        var before = File.ReadAllBytes(Place("K.npy"));
        var error = Assert.Throws<OutputException>(() => kernel.WriteGram(Place("K.npy"), x, other, options, resume: true));
        Assert.Equal(OutputFault.CannotResume, error.Fault);
        Assert.All([.. parts, "K.npy", "--resume"], part => Assert.Contains(part, error.Message));
        Assert.Equal(before, File.ReadAllBytes(Place("K.npy")));
        Assert.Equal(["K.npy", "K.npy.json"], Names());
    }

    private static string Sum(Matrix x) => Sum(System.Runtime.InteropServices.MemoryMarshal.AsBytes<double>(x.Data).ToArray());

    private static string Sum(byte[] bytes) => Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes));
}
