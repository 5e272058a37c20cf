using Xunit;

namespace HadamardNtk.Api.Tests.Streaming;

/// <summary>Parts in files, and the whole matrix of them.</summary>
public class JoinTests : DataFolder
{
    private static readonly InfiniteKernel Kernel = Network.Parse("dense relu dense").Ntk();
    private static readonly Matrix X = Samples.Random(50, 3, 1);
    private static readonly GramOptions Blocks = new() { Backend = new BlockBackend(8), Threads = 1 };

    private string Parts => Place("parts");

    [Theory]
    [InlineData(1, false, Precision.Float64, "K.npy")]
    [InlineData(4, false, Precision.Float32, "K.npy")]
    [InlineData(60, false, Precision.Float32, "K.csv")]
    [InlineData(3, true, Precision.Float64, "K.npy.gz")]
    [InlineData(7, true, Precision.Float32, "K.npy")]
    public void The_joined_file_is_that_of_one_run(int count, bool cross, Precision precision, string name)
    {
        var (other, options) = (cross ? Samples.Random(21, 3, 2) : null, Blocks with { Precision = precision, Threads = 3 });
        Kernel.WriteGram(Place(name), X, other, options);
        for (var k = count; k >= 1; k--)
        {
            Assert.True(Kernel.WriteGramPart(Parts, new(k, count), X, other, options).IsComputed);
        }

        Directory.CreateDirectory(Place("joined"));
        var joined = Place($"joined/{name}");
        Assert.True(GramParts.Open(Parts).Join(joined));
        Assert.Equal(File.ReadAllBytes(Place(name)), File.ReadAllBytes(joined));
        Assert.Equal(File.ReadAllText($"{Place(name)}.json"), File.ReadAllText($"{joined}.json"));
        Assert.False(GramParts.Open(Parts).Join(joined));
    }

    [Theory]
    [InlineData("reference", Precision.Float32)]
    [InlineData("exact", Precision.Float32)]
    [InlineData("cpu", Precision.Float32)]
    [InlineData("cpu", Precision.Float64)]
    public void So_it_is_of_every_backend(string name, Precision precision)
    {
        var (options, x) = (new GramOptions { Backend = Backends.Find(name), Precision = precision }, Samples.Random(140, 3, 1));
        Kernel.WriteGram(Place("K.npy"), x, x, options);
        for (var k = 1; k <= 3; k++)
        {
            Kernel.WriteGramPart(Parts, new(k, 3), x, x, options);
        }

        GramParts.Open(Parts).Join(Place("J.npy"));
        Assert.Equal(File.ReadAllBytes(Place("K.npy")), File.ReadAllBytes(Place("J.npy")));
    }

    [Fact]
    public void A_finished_part_is_left_alone_and_a_damaged_one_is_computed_again()
    {
        var first = Write(2, 3);
        var bytes = File.ReadAllBytes(first.Path);
        Assert.Equal((true, null), (first.IsComputed, first.Damage));
        Assert.Equal(first with { IsComputed = false }, Write(2, 3));
        bytes[bytes.Length / 2] ^= 1;
        File.WriteAllBytes(first.Path, bytes);
        var mended = Write(2, 3);
        Assert.True(mended.IsComputed);
        Assert.Contains("other numbers", mended.Damage);
        bytes[bytes.Length / 2] ^= 1;
        Assert.Equal(bytes, File.ReadAllBytes(first.Path));
    }

    [Fact]
    public void A_part_of_another_matrix_or_another_file_is_not_replaced()
    {
        var path = Write(2, 3).Path;
        var bytes = File.ReadAllBytes(path);
        var changed = new Matrix(X.ToArray());
        changed.Data[^1] = Math.BitIncrement(changed.Data[^1]);
        Taken("X", () => Kernel.WriteGramPart(Parts, new(2, 3), changed, null, Blocks));
        Taken("kernel", () => Kernel.Prior.WriteGramPart(Parts, new(2, 3), X, null, Blocks));
        Taken("wider", () => Kernel.WriteGramPart(
            Parts, new(2, 3), X, null, Blocks with { Backend = new BlockBackend(8, identity: "wider blocks") }));
        Assert.Equal(bytes, File.ReadAllBytes(path));
        File.WriteAllText(path, "notes");
        Taken("another file", () => Write(2, 3));
    }

    [Fact]
    public void Every_changed_byte_and_every_cut_is_found()
    {
        for (var k = 1; k <= 3; k++)
        {
            Kernel.WriteGramPart(Parts, new(k, 3), X.SelectRows(0, 30), null, Blocks);
        }

        var path = Path.Combine(Parts, "part-2-of-3.gram");
        var bytes = File.ReadAllBytes(path);
        for (var at = 0; at < bytes.Length; at += at < 40 ? 1 : 7)
        {
            Found(path, [.. bytes.Select((value, k) => k == at ? (byte)(value ^ 16) : value)]);
            Found(path, bytes[..at]);
        }

        Found(path, [.. bytes, 0]);
        Assert.Equal(["parts"], Names());
    }

    [Fact]
    public void Missing_parts_are_named()
    {
        foreach (var k in new[] { 2, 5, 6, 9, 12 })
        {
            Write(k, 12);
        }

        var parts = GramParts.Open(Parts);
        Assert.Equal((12, 5), (parts.Count, parts.Files.Count));
        Assert.Equal([1, 3, 4, 7, 8, 10, 11], parts.Missing);
        Refused(() => parts.Join(Place("K.npy")), Parts, "all of 12", "1, 3-4, 7-8, 10-11", "--part 1/12");
        Assert.Equal(["parts"], Names());
    }

    [Fact]
    public void Parts_of_two_divisions_and_renamed_ones_are_refused()
    {
        Refused(() => GramParts.Open(Parts), Parts, "no such folder");
        Directory.CreateDirectory(Parts);
        Refused(() => GramParts.Open(Parts), Parts, "without any");
        var path = Write(1, 2).Path;
        Write(1, 3);
        Refused(() => GramParts.Open(Parts), "part-1-of-3.gram", "number of parts", "2", "3");
        File.Delete(Path.Combine(Parts, "part-1-of-3.gram"));
        File.Move(path, Path.Combine(Parts, "part-2-of-2.gram"));
        Refused(() => GramParts.Open(Parts), "part-2-of-2.gram", "part 1/2");
    }

    [Fact]
    public void Progress_is_that_of_the_part_and_of_the_join()
    {
        var seen = new Progress();
        for (var k = 1; k <= 3; k++)
        {
            seen.All.Clear();
            Kernel.WriteGramPart(Parts, new(k, 3), X, null, Blocks with { Progress = seen });
            Assert.Equal(seen.All.Order(), seen.All);
            Assert.InRange(seen.All[^1], 0.9, 1);
        }

        seen.All.Clear();
        GramParts.Open(Parts).Join(Place("K.npy"), seen);
        Assert.Equal(seen.All.Order(), seen.All);
        Assert.Equal(1, seen.All[^1]);
    }

    [Fact]
    public void What_is_canceled_or_fails_leaves_nothing()
    {
        var stopped = Blocks with { Backend = new BlockBackend(8, k => { if (k > 3) throw new OperationCanceledException(); }) };
        Assert.Throws<OperationCanceledException>(() => Kernel.WriteGramPart(Parts, new(1, 2), X, null, stopped));
        Assert.Empty(Names());
        Directory.CreateDirectory(Parts);
        Assert.Throws<OperationCanceledException>(() => Kernel.WriteGramPart(Parts, new(1, 2), X, null, stopped));
        Assert.Empty(Directory.GetFileSystemEntries(Parts));
        Write(1, 1);
        Assert.Throws<OperationCanceledException>(() => GramParts.Open(Parts).Join(Place("K.npy"), null, new(canceled: true)));
        Assert.Equal(["parts"], Names());
    }

    [Fact]
    public void A_folder_that_another_process_deletes_is_made_again()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "elsewhere the file has a name from its beginning.");
        var options = Blocks with { Backend = new BlockBackend(8, k => { if (k == 3) WholeFolder.DeleteEmpty(Parts); }) };
        Kernel.WriteGramPart(Parts, new(1, 1), X, null, options);
        Kernel.WriteGram(Place("K.npy"), X, null, Blocks);
        GramParts.Open(Parts).Join(Place("J.npy"));
        Assert.Equal(File.ReadAllBytes(Place("K.npy")), File.ReadAllBytes(Place("J.npy")));
    }

    [Fact]
    public void A_backend_that_leaves_tiles_out_is_found()
    {
        var forgetful = Blocks with { Backend = new Forgetful() };
        Assert.Throws<InvalidOperationException>(() => Kernel.WriteGramPart(Parts, new(1, 1), X, null, forgetful));
        Assert.Empty(Names());
    }

    [Fact]
    public void A_custom_activation_has_no_parts()
    {
        var own = Activation.Custom("own", Math.Tanh);
        var kernel = Network.Parse("dense own dense", [own]).Ntk();
        Assert.Throws<NotSupportedException>(() => kernel.WriteGramPart(Parts, new(1, 1), X));
        Assert.Empty(Names());
    }

    private GramPartReport Write(int number, int count) =>
        Kernel.WriteGramPart(Parts, new(number, count), X, null, Blocks);

    private static void Taken(string part, Action write)
    {
        var error = Assert.Throws<OutputException>(write);
        Assert.Equal(OutputFault.CannotResume, error.Fault);
        Assert.Contains(part, error.Message);
    }

    private void Found(string path, byte[] damaged)
    {
        File.WriteAllBytes(path, damaged);
        Refused(() => GramParts.Open(Parts).Join(Place("K.npy")), "part-2-of-3.gram");
    }

    private sealed class Progress : IProgress<double>
    {
        internal List<double> All { get; } = [];

        public void Report(double value) => All.Add(value);
    }

    private sealed class Forgetful : IKernelBackend
    {
        public string Name => "forgetful";

        public string Description => "computes nothing";

        public void Compute(GramRequest request, IGramSink sink, ComputeOptions options, CancellationToken cancellation) =>
            Assert.True(sink.Wants(new(0, 0, request.Rows, request.Columns)));
    }
}
