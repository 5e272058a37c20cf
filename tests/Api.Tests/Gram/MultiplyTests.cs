using HadamardNtk.Api.Tests.LinearAlgebra;
using Xunit;

namespace HadamardNtk.Api.Tests.Streaming;

/// <summary>K V without K is K times V.</summary>
public class MultiplyTests
{
    private static readonly InfiniteKernel Relu = Network.Parse("(dense(w=1.4,b=0.1) relu)^2 dense").Ntk();

    public static TheoryData<string, Precision> BackendsAndPrecisions()
    {
        var data = new TheoryData<string, Precision>();
        foreach (var backend in TestBackends.Names)
        {
            data.Add(backend, Precision.Float64);
            data.Add(backend, Precision.Float32);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(BackendsAndPrecisions))]
    public void It_is_the_product_with_the_matrix_of_the_same_backend(string backend, Precision precision)
    {
        var options = new GramOptions { Backend = TestBackends.Find(backend), Precision = precision };
        var rows = backend == "exact" ? 40 : 300;
        var (x, other) = (Samples.Random(rows, 5, 1), Samples.Random(rows / 2 + 1, 5, 2));
        foreach (var kind in Enum.GetValues<KernelKind>())
        {
            foreach (var outputs in new[] { 1, 3 })
            {
                Near(Relu.Of(kind).Gram(x, options), Samples.Random(rows, outputs, 3), v => Relu.Of(kind).Multiply(x, v, null, options));
                Near(Relu.Of(kind).Cross(x, other, options), Samples.Random(other.Rows, outputs, 4), v => Relu.Of(kind).Multiply(x, v, other, options));
            }
        }
    }

    [Theory]
    [InlineData(1, 8, 1)]
    [InlineData(8, 8, 1)]
    [InlineData(50, 8, 2)]
    [InlineData(131, 64, 5)]
    [InlineData(131, 200, 1)]
    public void In_blocks_of_any_side_it_is_the_product(int n, int side, int outputs)
    {
        var (x, other, v) = (Samples.Random(n, 2, 1), Samples.Random(77, 2, 2), Samples.Random(n, outputs, 3));
        foreach (var precision in Enum.GetValues<Precision>())
        {
            var options = new GramOptions { Backend = new BlockBackend(side), Precision = precision };
            Near(Relu.Gram(x, options: options), v, w => Relu.Multiply(x, w, options: options));
            Near(Relu.Cross(other, x, options: options), v, w => Relu.Multiply(other, w, x, options: options));
            var gram = Relu.Gram(x, options: options);
            Assert.All(Enumerable.Range(0, n * n), k => Assert.Equal(BlockBackend.Entry(true, k / n, k % n), gram[k / n, k % n]));
        }
    }

    [Theory]
    [InlineData("cpu")]
    [InlineData("exact")]
    public void The_number_of_threads_does_not_show(string backend)
    {
        var rows = backend == "exact" ? 60 : 700;
        var (x, v) = (Samples.Random(rows, 4, 1), Samples.Random(rows, 2, 2));
        var options = new GramOptions { Backend = Backends.Find(backend), Threads = 1 };
        var one = Relu.Multiply(x, v, options: options);
        var cross = Relu.Multiply(x, v, x, options: options);
        foreach (var threads in new[] { 2, 3, 16 })
        {
            Samples.SameBits(one, Relu.Multiply(x, v, options: options with { Threads = threads }), $"{threads} threads");
            Samples.SameBits(cross, Relu.Multiply(x, v, x, options: options with { Threads = threads }), $"{threads} threads, cross");
        }
    }

    [Fact]
    public void Nor_does_it_where_blocks_come_late()
    {
        var (x, v) = (Samples.Random(400, 2, 1), Samples.Random(400, 2, 2));
        var one = Relu.Multiply(x, v, options: new() { Backend = new BlockBackend(16), Threads = 1 });
        for (var seed = 0; seed < 5; seed++)
        {
            var random = new Random(seed);
            var late = new BlockBackend(16, _ => Thread.Sleep(random.Next(10) == 0 ? 2 : 0));
            Samples.SameBits(one, Relu.Multiply(x, v, options: new() { Backend = late, Threads = 7 }));
        }
    }

    [Fact]
    public void What_does_not_fit_is_refused()
    {
        var (x, other) = (Samples.Random(5, 2, 1), Samples.Random(7, 2, 2));
        Assert.Contains("5 rows", Assert.Throws<ArgumentException>("v", () => Relu.Multiply(x, other)).Message);
        Assert.Contains("7 rows", Assert.Throws<ArgumentException>("v", () => Relu.Multiply(x, x, other)).Message);
        Assert.Throws<ArgumentException>("v", () => Relu.Multiply(x, Matrix.Wrap([], 5, 0)));
        Assert.Throws<ArgumentNullException>("v", () => Relu.Multiply(x, null!));
        Assert.Throws<ArgumentNullException>("x", () => Relu.Multiply(null!, x));
        Assert.Throws<ArgumentException>("other", () => Relu.Multiply(x, x, Samples.Random(5, 3, 1)));
    }

    [Fact]
    public void A_kernel_that_is_not_finite_is_an_error_here_too() =>
        Assert.Equal(1, Assert.Throws<KernelUndefinedException>(() => Network.Parse("dense exp(b=2) dense").Ntk().Multiply(
            new double[,] { { 1 }, { 30 } }, new double[,] { { 1 }, { 2 } })).Row);

    [Fact]
    public void Cancelling_stops_it() => Assert.ThrowsAny<OperationCanceledException>(() => Relu.Multiply(
        Samples.Random(5, 2, 1), Samples.Random(5, 1, 1), cancellation: new CancellationToken(true)));

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(37)]
    public void Its_arithmetic_is_that_of_sums(int length)
    {
        var (a, b) = (Matrices.Random(1, length, 1), Matrices.Random(1, length, 2));
        Assert.Equal(a.Zip(b, (x, y) => x * y).Sum(), RowArithmetic.Dot(a, b), 1e-13);
        var sum = b.ToArray();
        RowArithmetic.Add(3, a, sum);
        Assert.All(Enumerable.Range(0, length), j => Assert.Equal(3 * a[j] + b[j], sum[j], 1e-13));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 5)]
    [InlineData(4, 4)]
    [InlineData(37, 40)]
    public void Four_rows_at_once_are_four_rows(int length, int stride)
    {
        var (rows, v, c) = (Matrices.Random(4, stride, 1), Matrices.Random(1, length, 2), Matrices.Random(1, 4, 3));
        var (y, sums) = (new double[length], new double[4]);
        RowArithmetic.DotAndAdd(rows, stride, v, c, y, sums);
        Assert.All(Enumerable.Range(0, 4), k => Assert.Equal(RowArithmetic.Dot(rows.AsSpan(k * stride, length), v), sums[k], 1e-13));
        Assert.All(Enumerable.Range(0, length), j => Assert.Equal(Enumerable.Range(0, 4).Sum(k => c[k] * rows[k * stride + j]), y[j], 1e-13));
    }

    /// <summary>Within n ε of the sums of absolute values, which bound any order of summation.</summary>
    private static void Near(Matrix k, Matrix v, Func<Matrix, Matrix> multiply)
    {
        var product = multiply(v);
        Assert.Equal((k.Rows, v.Columns), (product.Rows, product.Columns));
        for (var i = 0; i < k.Rows; i++)
        {
            for (var o = 0; o < v.Columns; o++)
            {
                var terms = Enumerable.Range(0, k.Columns).Select(j => k[i, j] * v[j, o]).ToArray();
                Assert.Equal(terms.Sum(), product[i, o], (k.Columns + 1) * 2.3e-16 * terms.Sum(Math.Abs));
            }
        }
    }

    [Fact]
    public void Threads_that_share_a_few_rows_change_no_bit()
    {
        var kernel = Network.Parse("dense(w=1.4) tanh dense").Ntk();
        var (columns, v) = (Samples.Random(2600, 3, 1), Samples.Random(2600, 5, 2));
        var known = kernel.Prepare(columns);
        foreach (var precision in new[] { Precision.Float64, Precision.Float32 })
        {
            foreach (var rows in new[] { 1, 3 })
            {
                var x = Samples.Random(rows, 3, 3);
                var one = kernel.Multiply(x, known, v, new() { Precision = precision, Threads = 1 });
                var shared = kernel.Multiply(x, known, v, new() { Precision = precision, Threads = 3 });
                Samples.SameBits(one, shared, $"{rows} rows in {precision}");
                var cross = kernel.Cross(x, columns, new() { Precision = precision });
                Assert.Equal(
                    Enumerable.Range(0, 2600).Sum(j => cross[rows - 1, j] * v[j, 4]), shared[rows - 1, 4], 1e-9);
            }
        }
    }
}
