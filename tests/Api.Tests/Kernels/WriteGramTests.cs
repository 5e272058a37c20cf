using HadamardNtk.Api.Tests.LinearAlgebra;
using Xunit;

namespace HadamardNtk.Api.Tests.Kernels;

public class WriteGramTests : DataFolder
{
    private static readonly InfiniteKernel Relu = Network.Parse("(dense(w=1.4142135623730951,b=0.1) relu)^2 dense").Ntk();

    public static TheoryData<string> BackendNames => [.. TestBackends.Names];

    [Theory]
    [InlineData("cpu", 1)]
    [InlineData("cpu", 128)]
    [InlineData("cpu", 131)]
    [InlineData("cpu", 300)]
    [InlineData("torch", 1)]
    [InlineData("torch", 128)]
    [InlineData("torch", 131)]
    [InlineData("torch", 300)]
    [InlineData("reference", 45)]
    public void A_Gram_matrix_in_a_file_is_the_one_in_memory(string backend, int rows)
    {
        var options = new GramOptions { Backend = TestBackends.Find(backend) };
        var x = Samples.Random(rows, 6, rows);
        foreach (var kind in Enum.GetValues<KernelKind>())
        {
            Relu.Of(kind).WriteGram(Place("k.npy"), x, null, options: options);
            Samples.SameBits(Relu.Of(kind).Gram(x, options), DataFile.ReadMatrix(Place("k.npy")));
        }
    }

    [Theory]
    [InlineData("cpu", 129, 300)]
    [InlineData("cpu", 1, 5)]
    [InlineData("cpu", 130, 1)]
    [InlineData("torch", 129, 300)]
    [InlineData("torch", 1, 5)]
    [InlineData("torch", 130, 1)]
    [InlineData("reference", 20, 45)]
    public void A_cross_matrix_in_a_file_is_the_one_in_memory(string backend, int rows, int columns)
    {
        var options = new GramOptions { Backend = TestBackends.Find(backend) };
        var (x, other) = (Samples.Random(rows, 6, rows), Samples.Random(columns, 6, columns));
        Relu.WriteGram(Place("k.npy"), x, other, options: options);
        Samples.SameBits(Relu.Cross(x, other, options: options), DataFile.ReadMatrix(Place("k.npy")));
    }

    [Fact]
    public void A_file_in_float32_holds_the_matrix_in_float32()
    {
        var x = Samples.Random(140, 6, 3);
        var options = new GramOptions { Precision = Precision.Float32 };
        Relu.WriteGram(Place("k.npy"), x, options: options);
        Samples.SameBits(Relu.Gram(x, options: options), DataFile.ReadMatrix(Place("k.npy")));
    }

    [Fact]
    public void A_saved_Gram_matrix_is_the_written_one_byte_for_byte()
    {
        var x = Samples.Random(70, 6, 4);
        Relu.Gram(x).Save(Place("saved.npy"));
        Relu.WriteGram(Place("written.npy"), x);
        Assert.Equal(File.ReadAllBytes(Place("saved.npy")), File.ReadAllBytes(Place("written.npy")));
    }

    [Theory]
    [MemberData(nameof(BackendNames))]
    public void Cancelling_leaves_no_file_and_the_older_one_as_it_was(string backend)
    {
        var x = Samples.Random(400, 3, 5);
        File.WriteAllText(Place("old.npy"), "old");
        foreach (var name in new[] { "new.npy", "old.npy" })
        {
            using var source = new CancellationTokenSource();
            var options = new GramOptions { Backend = TestBackends.Find(backend), Progress = new ProgressLog(source.Cancel) };
            Assert.ThrowsAny<OperationCanceledException>(
                () => Relu.WriteGram(Place(name), x, options: options, cancellation: source.Token));
        }

        Assert.Equal(["old.npy"], Names());
        Assert.Equal("old", File.ReadAllText(Place("old.npy")));
    }

    [Theory]
    [MemberData(nameof(BackendNames))]
    public void What_is_cancelled_beforehand_does_not_begin(string backend)
    {
        var log = new ProgressLog();
        var options = new GramOptions { Backend = TestBackends.Find(backend), Progress = log };
        var x = Samples.Random(5, 3, 5);
        var cancelled = new CancellationToken(true);
        Assert.ThrowsAny<OperationCanceledException>(() => Relu.Gram(x, options: options, cancellation: cancelled));
        Assert.ThrowsAny<OperationCanceledException>(() => Relu.Cross(x, x, options: options, cancellation: cancelled));
        Assert.ThrowsAny<OperationCanceledException>(() => Relu.WriteGram(Place("k.npy"), x, options: options, cancellation: cancelled));
        Assert.Empty(log.Reports);
        Assert.Empty(Names());
    }

    [Fact]
    public void A_kernel_that_is_not_defined_leaves_no_file()
    {
        Matrix x = new[,] { { 1.0 }, { 30 } };
        var kernel = Network.Parse("dense exp(b=2) dense").Ntk();
        Assert.Throws<KernelUndefinedException>(() => kernel.WriteGram(Place("k.npy"), x));
        Assert.Empty(Names());
    }

    [Fact]
    public void A_progress_that_throws_stops_the_work_with_its_own_error()
    {
        var options = new GramOptions { Threads = 3, Progress = new ProgressLog(() => throw new InvalidTimeZoneException()) };
        Assert.Throws<InvalidTimeZoneException>(() => Relu.WriteGram(Place("k.npy"), Samples.Random(400, 3, 5), options: options));
        Assert.Empty(Names());
    }

    [Fact]
    public void A_place_that_cannot_be_written_is_said_to_be_one()
    {
        var error = Assert.Throws<OutputException>(() => Relu.WriteGram(Place("none/k.npy"), Samples.Random(2, 2, 1)));
        Assert.Equal(OutputFault.CannotCreate, error.Fault);
    }

    [Theory]
    [InlineData("cpu", 1, 300, 0)]
    [InlineData("cpu", 4, 300, 0)]
    [InlineData("cpu", 4, 128, 400)]
    [InlineData("cpu", 2, 1, 0)]
    [InlineData("torch", 1, 300, 0)]
    [InlineData("torch", 4, 128, 400)]
    [InlineData("torch", 2, 1, 0)]
    [InlineData("reference", 2, 40, 0)]
    [InlineData("reference", 2, 9, 30)]
    public void Progress_grows_to_1(string backend, int threads, int rows, int columns)
    {
        var log = new ProgressLog();
        var options = new GramOptions { Backend = TestBackends.Find(backend), Threads = threads, Progress = log };
        var other = columns == 0 ? null : Samples.Random(columns, 3, 2);
        Relu.WriteGram(Place("k.npy"), Samples.Random(rows, 3, 1), other, options: options);
        Assert.All(log.Reports, part => Assert.InRange(part, double.Epsilon, 1));
        Assert.Equal(log.Reports.Order(), log.Reports);
        Assert.Equal(1, log.Reports[^1]);
    }
}
