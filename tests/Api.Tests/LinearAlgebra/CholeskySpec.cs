using Xunit;
using static HadamardNtk.Api.Tests.LinearAlgebra.Matrices;

namespace HadamardNtk.Api.Tests.LinearAlgebra;

public class CholeskySpec
{
    public static TheoryData<int> Orders => [.. Enumerable.Range(1, 70), 127, 128, 129, 130, 255, 256, 257, 300];

    /// <summary>|A - L Lᵀ|[i, j] ≤ 2·(n + 1)·ε·√(A[i, i]·A[j, j]), from |L||Lᵀ|[i, j] ≤ √(A[i, i]·A[j, j]).</summary>
    [Theory]
    [MemberData(nameof(Orders))]
    public void The_factor_reproduces_the_matrix(int n)
    {
        var a = PositiveDefinite(n, n);
        var l = Factor(a, n);
        var (product, _) = Multiply(l, Transpose(l, n, n), n, n, n);
        for (var t = 0; t < n * n; t++)
        {
            var bound = 2 * (n + 1) * Epsilon * Math.Sqrt(a[t / n * (n + 1)] * a[t % n * (n + 1)]);
            Assert.InRange(Math.Abs(a[t] - product[t]), 0, bound);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(33)]
    [InlineData(300)]
    public void The_upper_triangle_is_neither_read_nor_written(int n)
    {
        var a = PositiveDefinite(n, 1);
        var half = a.Select((x, t) => t % n > t / n ? double.NaN : x).ToArray();
        Assert.True(Cholesky.TryFactor(half, n, n, new Workers(2), null, out _));
        SameBits(Factor(a, n), Lower(half, n));
        Assert.All(half.Where((_, t) => t % n > t / n), x => Assert.True(double.IsNaN(x)));
    }

    [Fact]
    public void A_leading_dimension_skips_what_lies_between_rows()
    {
        const int n = 70, lda = 77;
        var a = PositiveDefinite(n, 2);
        var wide = new double[n * lda];
        Array.Fill(wide, double.NaN);
        for (var i = 0; i < n; i++)
        {
            a.AsSpan(i * n, n).CopyTo(wide.AsSpan(i * lda));
        }

        Assert.True(Cholesky.TryFactor(wide, lda, n, new Workers(2), null, out _));
        SameBits(Factor(a, n), Lower([.. wide.Where((_, t) => t % lda < n)], n));
    }

    [Theory]
    [InlineData(300)]
    [InlineData(1000)]
    public void The_bits_do_not_depend_on_the_number_of_threads(int n)
    {
        var a = PositiveDefinite(n, 3);
        var one = Factor(a, n, threads: 1);
        Assert.All([2, 3, 7], threads => SameBits(one, Factor(a, n, threads), $"{threads} threads,"));
    }

    [Fact]
    public void A_zero_on_the_diagonal_fails_at_its_order() =>
        Assert.Equal(new FailingMinor(3, 0), Failure(Diagonal(1, 1, 0, 1, 1), 5));

    [Theory]
    [InlineData(1)]
    [InlineData(32)]
    [InlineData(33)]
    [InlineData(256)]
    [InlineData(257)]
    [InlineData(300)]
    public void A_negative_pivot_fails_at_its_order(int order)
    {
        const int n = 300;
        var a = PositiveDefinite(n, 4);
        a[(order - 1) * (n + 1)] = -1;
        var failure = Failure(a, n);
        Assert.Equal(order, failure.Order);
        Assert.InRange(failure.Pivot, double.NegativeInfinity, -1);
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity)]
    public void A_pivot_that_is_not_finite_fails_at_its_order(double pivot)
    {
        const int n = 280;
        var a = PositiveDefinite(n, 5);
        a[270 * (n + 1)] = pivot;
        Assert.Equal(new FailingMinor(271, pivot), Failure(a, n));
    }

    [Fact]
    public void Nan_below_the_diagonal_fails_at_its_row()
    {
        const int n = 50;
        var a = PositiveDefinite(n, 6);
        a[40 * n + 3] = double.NaN;
        Assert.Equal(new FailingMinor(41, double.NaN), Failure(a, n));
    }

    /// <summary>The ones matrix has rank 1 and every product in its factorization is exact.</summary>
    [Fact]
    public void A_semidefinite_matrix_fails_after_its_rank() =>
        Assert.Equal(new FailingMinor(2, 0), Failure([.. Enumerable.Repeat(1.0, 400)], 20));

    /// <summary>The Hilbert matrix of order 20 has a condition number beyond 10²⁸.</summary>
    [Fact]
    public void An_ill_conditioned_matrix_fails_before_its_pivots_are_noise()
    {
        const int n = 20;
        var failure = Failure([.. Enumerable.Range(0, n * n).Select(t => 1.0 / (t / n + t % n + 1))], n);
        Assert.InRange(failure.Order, 12, 16);
        Assert.InRange(failure.Pivot, -2 * (n + 1) * Epsilon, 0);
    }

    [Fact]
    public void Order_one_is_a_square_root() => Assert.Equal([3.0], Factor([9], 1));

    [Fact]
    public void Order_zero_has_nothing_to_fail() =>
        Assert.True(Cholesky.TryFactor([], 0, 0, new Workers(1), null, out _));

    [Fact]
    public void A_cancelled_factorization_stops()
    {
        var cancelled = new Workers(2, new CancellationToken(canceled: true));
        var a = PositiveDefinite(300, 7);
        Assert.ThrowsAny<OperationCanceledException>(() => Cholesky.TryFactor(a, 300, 300, cancelled, null, out _));
    }

    [Fact]
    public void A_factorization_can_be_cancelled_between_panels()
    {
        using var source = new CancellationTokenSource();
        var log = new ProgressLog(source.Cancel);
        var a = PositiveDefinite(600, 8);
        Assert.ThrowsAny<OperationCanceledException>(
            () => Cholesky.TryFactor(a, 600, 600, new Workers(2, source.Token), log, out _));
        Assert.Single(log.Reports);
    }

    [Fact]
    public void Progress_rises_to_one()
    {
        var log = new ProgressLog();
        Cholesky.TryFactor(PositiveDefinite(600, 9), 600, 600, new Workers(2), log, out _);
        Assert.Equal(3, log.Reports.Count);
        Assert.Equal(log.Reports.Order(), log.Reports);
        Assert.Equal(1, log.Reports[^1]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(129)]
    public void The_log_determinant_is_twice_the_sum_of_the_logarithms_of_the_diagonal(int n)
    {
        var values = Enumerable.Range(1, n).Select(i => (double)i).ToArray();
        var expected = values.Sum(Math.Log);
        Assert.InRange(LogDeterminant.Of(Factor(Diagonal(values), n), n, n) - expected, -1e-12 * n, 1e-12 * n);
    }

    private static FailingMinor Failure(double[] a, int n)
    {
        Assert.False(Cholesky.TryFactor((double[])a.Clone(), n, n, new Workers(2), null, out var failure));
        return failure;
    }
}
