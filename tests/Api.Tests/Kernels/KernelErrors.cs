using Xunit;

namespace HadamardNtk.Api.Tests.Kernels;

public class KernelErrors
{
    private static readonly InfiniteKernel Relu = Network.Parse("dense relu dense").Ntk();

    /// <summary>e^(2u) with u ~ N(0, 900) has the second moment e^7200: beyond float64.</summary>
    private static readonly InfiniteKernel Exponential = Network.Parse("dense exp(b=2) dense").Ntk();

    private static readonly Matrix Bad = new[,] { { 1.0 }, { 2 }, { 30 }, { 0.5 } };

    public static TheoryData<string> BackendNames => [.. TestBackends.Names];

    [Theory]
    [MemberData(nameof(BackendNames))]
    public void A_kernel_that_is_not_finite_names_the_row_and_the_layer(string backend)
    {
        var options = new GramOptions { Backend = TestBackends.Find(backend) };
        foreach (var work in new Func<object>[]
                 {
                     () => Exponential.Gram(Bad, options: options),
                     () => Exponential.Of(KernelKind.Nngp).Gram(Bad, options),
                     () => Exponential.Cross(new double[,] { { 1 } }, Bad, options: options),
                 })
        {
            var error = Assert.Throws<KernelUndefinedException>(work);
            Assert.Equal((2, "exp(b=2)"), (error.Row, error.Layer));
            Assert.Contains("row 2", error.Message);
            Assert.Contains("x.x/d = 900", error.Message);
            Assert.DoesNotContain('\n', error.Message);
        }
    }

    [Fact]
    public void Also_where_one_thread_finds_it_and_where_the_row_is_on_the_left()
    {
        foreach (var threads in new[] { 1, 4 })
        {
            var options = new GramOptions { Threads = threads };
            Assert.Equal(2, Assert.Throws<KernelUndefinedException>(() => Exponential.Gram(Bad, options: options)).Row);
            var crossed = () => Exponential.Cross(Bad, new double[,] { { 1 } }, options: options);
            Assert.Equal(2, Assert.Throws<KernelUndefinedException>(crossed).Row);
        }
    }

    [Fact]
    public void Also_for_diagonals_and_pairs()
    {
        Assert.Equal(2, Assert.Throws<KernelUndefinedException>(() => Exponential.Diagonal(Bad)).Row);
        Assert.Equal(0, Assert.Throws<KernelUndefinedException>(() => Exponential.Evaluate([30.0], [1.0])).Row);
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void A_row_that_is_not_finite_is_named(double value)
    {
        Matrix x = new[,] { { 1.0, 2 }, { 3, value } };
        Assert.Equal(1, Assert.Throws<KernelUndefinedException>(() => Relu.Gram(x)).Row);
    }

    [Theory]
    [MemberData(nameof(BackendNames))]
    public void A_pair_whose_kernel_overflows_is_refused(string backend)
    {
        // Every second moment is finite, Sigma = 1e308 at the last, but Theta = 2 Sigma is not.
        var kernel = Network.Parse("dense dense(w=1e154)").Ntk();
        var error = Assert.Throws<KernelUndefinedException>(
            () => kernel.Gram(new double[,] { { 0.5 }, { 1 } }, options: new() { Backend = TestBackends.Find(backend) }));
        Assert.Equal("dense(w=1e+154)", error.Layer);
    }

    [Fact]
    public void A_row_whose_own_kernel_overflows_is_named()
    {
        // The factors' second moments 1e200 are finite; their product is not.
        var kernel = Network.Parse("hadamard(dense(w=1e100), dense(w=1e100)) dense").Ntk();
        var error = Assert.Throws<KernelUndefinedException>(() => kernel.Gram(new double[,] { { 0 }, { 1 } }));
        Assert.Equal(("hadamard", 1), (error.Layer, error.Row));
    }

    [Fact]
    public void Rows_with_other_numbers_of_features_do_not_meet()
    {
        var error = Assert.Throws<ArgumentException>("other", () => Relu.Cross(Samples.Random(2, 3, 1), Samples.Random(2, 4, 1)));
        Assert.Contains("3 features", error.Message);
        Assert.Contains("4", error.Message);
        Assert.Throws<ArgumentException>("other", () => Relu.Evaluate([1.0, 2], [1.0]));
        Assert.Throws<ArgumentException>("other", () => Relu.WriteGram("never", Samples.Random(2, 3, 1), Samples.Random(2, 4, 1)));
    }

    [Fact]
    public void Nothing_has_no_Gram_matrix()
    {
        var some = Samples.Random(2, 3, 1);
        Assert.ThrowsAny<ArgumentException>(() => Relu.Gram(Matrix.Wrap([], 0, 3)));
        Assert.ThrowsAny<ArgumentException>(() => Relu.Gram(Matrix.Wrap([], 2, 0)));
        Assert.ThrowsAny<ArgumentException>(() => Relu.Cross(some, Matrix.Wrap([], 0, 3)));
        Assert.ThrowsAny<ArgumentException>(() => Relu.Evaluate([], []));
        Assert.Empty(Relu.Diagonal(Matrix.Wrap([], 0, 3)));
    }

    [Fact]
    public void A_missing_matrix_is_a_missing_argument()
    {
        var some = Samples.Random(2, 3, 1);
        Assert.Throws<ArgumentNullException>("x", () => Relu.Gram(null!));
        Assert.Throws<ArgumentNullException>("x", () => Relu.Diagonal(null!));
        Assert.Throws<ArgumentNullException>("x", () => Relu.Cross(null!, some));
        Assert.Throws<ArgumentNullException>("other", () => Relu.Cross(some, null!));
        Assert.Throws<ArgumentNullException>("x", () => Relu.WriteGram("never", null!));
    }

    [Fact]
    public void Options_are_values()
    {
        var options = new GramOptions { Threads = 2 };
        Assert.Equal(options, options with { });
        Assert.Equal(3, (options with { Threads = 3 }).Threads);
        Assert.Equal(2, options.Threads);
        Assert.Throws<ArgumentOutOfRangeException>(() => options with { Threads = 0 });
        Assert.Null(options.Backend);
        var x = Samples.Random(5, 3, 1);
        Assert.Equal(Relu.Gram(x, options: new() { Backend = Backends.Default }).Data, Relu.Gram(x, options: options).Data);
        Assert.Equal(Environment.ProcessorCount, new GramOptions().Threads);
    }

    [Fact]
    public void A_kernel_knows_its_network()
    {
        var network = Network.Parse("dense relu dense");
        Assert.Equal(network, network.Ntk().Network);
    }

    [Fact]
    public void A_Gram_matrix_shows_its_numbers()
    {
        var gram = Network.Parse("dense(w=2)").Ntk().Gram(new double[,] { { 1, 0 }, { 1, 2 } });
        Assert.Equal(new double[,] { { 2, 2 }, { 2, 10 } }, gram.ToArray());
        Assert.Equal((2, 2, 10.0), (gram.Rows, gram.Columns, gram[1, 1]));
    }
}
