using Xunit;

namespace HadamardNtk.Api.Tests.Streaming;

/// <summary>An interrupted file goes on where it was, and ends as if nothing had happened.</summary>
public class ResumeTests : DataFolder
{
    private const int Side = 8;

    private static readonly InfiniteKernel Relu = Network.Parse("dense relu dense").Ntk();
    private static readonly Matrix X = Samples.Random(50, 3, 1);
    private static readonly Matrix Other = Samples.Random(37, 3, 2);

    public static TheoryData<bool, Precision, int> Interruptions()
    {
        var data = new TheoryData<bool, Precision, int>();
        foreach (var at in new[] { 1, 2, 9, 20 })
        {
            data.Add(true, Precision.Float32, at);
            data.Add(true, Precision.Float64, at);
            data.Add(false, Precision.Float32, at);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Interruptions))]
    public void A_resumed_file_is_the_uninterrupted_one_and_nothing_is_computed_twice(bool symmetric, Precision precision, int at)
    {
        var other = symmetric ? null : Other;
        var whole = new BlockBackend(Side);
        Relu.WriteGram(Place("whole.npy"), X, other, options: new() { Backend = whole, Precision = precision });
        var first = Interrupted(other, precision, at);
        Assert.Equal(["K.npy.journal", "K.npy.partial", "whole.npy", "whole.npy.json"], Names());
        var second = new BlockBackend(Side);
        Resume(second, other, precision);
        Assert.Equal(whole.Computed, first + second.Computed);
        Assert.Equal(["K.npy", "K.npy.json", "whole.npy", "whole.npy.json"], Names());
        Assert.Equal(File.ReadAllBytes(Place("whole.npy")), File.ReadAllBytes(Place("K.npy")));
    }

    [Fact]
    public void It_may_be_interrupted_again_and_again()
    {
        for (var k = 0; k < 10; k++)
        {
            Interrupted(null, Precision.Float32, 3);
        }

        Resume(new BlockBackend(Side));
        Relu.WriteGram(Place("whole.npy"), X, options: new() { Backend = new BlockBackend(Side), Precision = Precision.Float32 });
        Assert.Equal(File.ReadAllBytes(Place("whole.npy")), File.ReadAllBytes(Place("K.npy")));
    }

    [Theory]
    [InlineData("cpu")]
    [InlineData("reference")]
    [InlineData("exact")]
    [InlineData("torch")]
    public void Every_backend_resumes(string backend)
    {
        // Several tiles of every backend.
        var x = Samples.Random(700, 3, 5);

        int Written(string file, IProgress<double>? progress = null, CancellationToken cancellation = default)
        {
            var counting = new CountingBackend(TestBackends.Find(backend));
            var options = new GramOptions { Backend = counting, Threads = 2, Progress = progress };
            var write = () => Relu.WriteGram(Place(file), x, options: options, resume: true, cancellation: cancellation);
            if (progress is null)
            {
                write();
            }
            else
            {
                Assert.ThrowsAny<OperationCanceledException>(() => write());
            }

            return counting.Tiles;
        }

        var whole = Written("whole.npy");
        using var stop = new CancellationTokenSource();
        var first = Written("K.npy", new LinearAlgebra.ProgressLog(stop.Cancel), stop.Token);
        Assert.Equal(["K.npy.journal", "K.npy.partial", "whole.npy", "whole.npy.json"], Names());
        Assert.InRange(first, 1, whole - 1);
        Assert.Equal(whole - first, Written("K.npy"));
        Assert.Equal(["K.npy", "K.npy.json", "whole.npy", "whole.npy.json"], Names());
        Assert.Equal(File.ReadAllBytes(Place("whole.npy")), File.ReadAllBytes(Place("K.npy")));
    }

    [Fact]
    public void What_is_complete_and_of_unknown_origin_begins_afresh()
    {
        Resume(new BlockBackend(Side));
        File.Delete(Place("K.npy.json"));
        var again = new BlockBackend(Side);
        Resume(again);
        Assert.Equal(28, again.Computed);
        Assert.Equal(["K.npy", "K.npy.json"], Names());
    }

    [Fact]
    public void So_does_what_has_a_journal_but_no_partial_file()
    {
        Interrupted(null, Precision.Float32, 9);
        File.Delete(Place("K.npy.partial"));
        var again = new BlockBackend(Side);
        Resume(again);
        Assert.Equal(28, again.Computed);
    }

    [Fact]
    public void A_kernel_that_is_not_finite_leaves_nothing()
    {
        var kernel = Network.Parse("dense exp(b=2) dense").Ntk();
        Matrix x = new[,] { { 1.0 }, { 30 } };
        Assert.Throws<KernelUndefinedException>(() => kernel.WriteGram(Place("K.npy"), x, resume: true));
        Assert.Empty(Names());
    }

    [Fact]
    public void A_custom_activation_cannot_be_resumed()
    {
        var kernel = Network.Input.Dense().Apply(Activation.Custom("own", Math.Tanh)).Dense().Ntk();
        var error = Assert.Throws<NotSupportedException>(() => kernel.WriteGram(Place("K.npy"), X, resume: true));
        Assert.Contains("custom", error.Message);
        Assert.Empty(Names());
    }

    [Fact]
    public void Without_resume_the_files_of_an_interrupted_one_are_left_alone()
    {
        Interrupted(null, Precision.Float32, 9);
        Relu.WriteGram(Place("K.npy"), X, options: new() { Backend = new BlockBackend(Side) });
        Assert.Equal(["K.npy", "K.npy.journal", "K.npy.json", "K.npy.partial"], Names());
    }

    [Fact]
    public void A_place_that_cannot_be_written_is_said_to_be_one()
    {
        var error = Assert.Throws<OutputException>(() => Relu.WriteGram(Place("none/K.npy"), X, resume: true));
        Assert.Equal(OutputFault.CannotCreate, error.Fault);
    }

    /// <summary>Begins or resumes, and stops before a block; the number of blocks computed.</summary>
    private int Interrupted(Matrix? other, Precision precision, int at)
    {
        var backend = new BlockBackend(Side, k => { if (k > at) throw new OperationCanceledException(); });
        try
        {
            Resume(backend, other, precision, threads: 1);
        }
        catch (OperationCanceledException)
        {
            return at;
        }

        return backend.Computed;
    }

    private void Resume(BlockBackend backend, Matrix? other = null, Precision precision = Precision.Float32, int threads = 2) =>
        Relu.WriteGram(
            Place("K.npy"), X, other, options: new() { Backend = backend, Precision = precision, Threads = threads }, resume: true);
}
