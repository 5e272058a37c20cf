using Xunit;

namespace HadamardNtk.Api.Tests.Streaming;

/// <summary>What does not belong together, is damaged or is in use is refused in one line, and left as it is.</summary>
public class ResumeRefusals : DataFolder
{
    private const string Net = "dense relu dense";
    private const int Side = 8;

    private static readonly Matrix X = Samples.Random(50, 3, 1);
    private static readonly GramOptions Options = new() { Backend = new BlockBackend(Side), Precision = Precision.Float32, Threads = 1 };

    public ResumeRefusals()
    {
        var backend = new BlockBackend(Side, k => { if (k > 10) throw new OperationCanceledException(); });
        Assert.Throws<OperationCanceledException>(() => Write(X, options: Options with { Backend = backend }));
    }

    [Fact]
    public void Another_network() => Refused(() => Write(X, net: "dense erf dense"), "network", "dense relu dense", "dense erf dense");

    [Fact]
    public void Another_kernel() => Refused(() => Write(X, kind: KernelKind.Nngp), "kernel", "ntk", "nngp");

    [Fact]
    public void Another_precision() => Refused(() => Write(X, options: Options with { Precision = Precision.Float64 }), "precision", "f32", "f64");

    [Fact]
    public void Another_number_of_rows() => Refused(() => Write(X.SelectRows(0, 49)), "shape", "50 x 50", "49 x 49");

    [Fact]
    public void Other_samples()
    {
        var changed = new Matrix(X.ToArray());
        changed.Data[^1] = Math.BitIncrement(changed.Data[^1]);
        Refused(() => Write(changed), "X", "SHA-256");
    }

    [Fact]
    public void A_second_set_of_samples_although_it_is_the_same() =>
        Refused(() => Write(X, new Matrix(X.ToArray())), "X2", "X itself", "SHA-256");

    [Fact]
    public void Another_backend() =>
        Refused(() => Write(X, options: Options with { Backend = Backends.Reference }), "backend", "blocks", "reference");

    [Fact]
    public void Another_identity_of_the_backend() => Refused(
        () => Write(X, options: Options with { Backend = new BlockBackend(Side, identity: "wider blocks") }), "identity", "wider blocks");

    [Theory]
    [InlineData(0)]
    [InlineData(9)]
    [InlineData(13)]
    [InlineData(40)]
    public void A_damaged_head(int at)
    {
        Damage("K.npy.journal", at);
        Refused(() => Write(X), "journal");
    }

    [Fact]
    public void A_damaged_record_before_a_good_one()
    {
        Damage("K.npy.journal", (int)new FileInfo(Place("K.npy.journal")).Length - 2 * JournalFormat.RecordLength + 3);
        Refused(() => Write(X), "journal", "record 8", "damaged");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(JournalFormat.RecordLength - 1)]
    [InlineData(JournalFormat.RecordLength)]
    [InlineData(3 * JournalFormat.RecordLength + 7)]
    public void A_torn_end_is_no_reason_to_refuse(int lost)
    {
        var journal = Place("K.npy.journal");
        var bytes = File.ReadAllBytes(journal);
        File.WriteAllBytes(journal, bytes[..^lost]);
        AssertCompletes(lost);
    }

    [Theory]
    [InlineData(JournalFormat.RecordLength)]
    [InlineData(2 * JournalFormat.RecordLength)]
    public void Nor_is_an_end_of_zeros(int lost)
    {
        var journal = Place("K.npy.journal");
        var bytes = File.ReadAllBytes(journal);
        File.WriteAllBytes(journal, [.. bytes[..^lost], .. new byte[lost]]);
        AssertCompletes(lost);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    [InlineData(100)]
    public void Nor_is_a_beginning_that_was_never_finished(int written)
    {
        var journal = Place("K.npy.journal");
        File.WriteAllBytes(journal, File.ReadAllBytes(journal)[..written]);
        AssertCompletes(int.MaxValue);
    }

    [Fact]
    public void A_partial_file_without_its_journal()
    {
        File.Delete(Place("K.npy.journal"));
        Refused(() => Write(X), "K.npy.partial", "no such file");
    }

    [Fact]
    public void A_partial_file_of_another_length()
    {
        File.AppendAllText(Place("K.npy.partial"), "x");
        Refused(() => Write(X), "K.npy.partial", "bytes");
    }

    [Fact]
    public void A_journal_that_somebody_works_on()
    {
        using var held = File.Open(Place("K.npy.journal"), FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        var error = Assert.Throws<OutputException>(() => Write(X));
        Assert.Equal(OutputFault.CannotResume, error.Fault);
        Assert.Contains("in use", error.Message);
    }

    [Fact]
    public void A_second_run_at_the_same_time()
    {
        OutputException? second = null;
        var backend = new BlockBackend(Side, _ => second ??= Assert.Throws<OutputException>(() => Write(X)));
        Write(X, options: Options with { Backend = backend });
        Assert.Equal(OutputFault.CannotResume, second?.Fault);
        Assert.Equal(["K.npy", "K.npy.json"], Names());
    }

    /// <summary>It goes on from what is left of the ten blocks that were done.</summary>
    private void AssertCompletes(int lost)
    {
        var backend = new BlockBackend(Side);
        Write(X, options: Options with { Backend = backend });
        Assert.Equal(18 + Math.Min(10, (lost + (JournalFormat.RecordLength - 1L)) / JournalFormat.RecordLength), backend.Computed);
        var kernel = Network.Parse(Net).Ntk();
        kernel.WriteGram(Place("whole.npy"), X, options: Options);
        Assert.Equal(File.ReadAllBytes(Place("whole.npy")), File.ReadAllBytes(Place("K.npy")));
    }

    private void Damage(string name, int at)
    {
        var bytes = File.ReadAllBytes(Place(name));
        bytes[at] ^= 0x10;
        File.WriteAllBytes(Place(name), bytes);
    }

    private void Refused(Action write, params string[] parts)
    {
        var before = Contents();
        var error = Assert.Throws<OutputException>(write);
        Assert.Equal(OutputFault.CannotResume, error.Fault);
        Assert.DoesNotContain('\n', error.Message);
        Assert.All([.. parts, "delete", "--resume"], part => Assert.Contains(part, error.Message));
        Assert.Equal(before, Contents());
    }

    private string[] Contents() => [.. Names().Select(name => name + Convert.ToHexString(File.ReadAllBytes(Place(name))))];

    private void Write(
        Matrix x, Matrix? other = null, string net = Net, KernelKind kind = KernelKind.Ntk, GramOptions? options = null) =>
        Network.Parse(net).Kernel(kind).WriteGram(Place("K.npy"), x, other, options ?? Options, resume: true);
}
