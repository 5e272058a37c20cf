using System.Numerics;
using Xunit;
using static HadamardNtk.Api.Tests.LinearAlgebra.Matrices;

namespace HadamardNtk.Api.Tests.LinearAlgebra;

/// <summary>What holds of whoever does dense linear algebra, in either precision.</summary>
public abstract class DenseAlgebraSpec<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static double Unit => DenseProblem<T>.Unit;

    private protected abstract DenseAlgebra<T> Algebra { get; }

    private DenseProblem<T> Problem => new(Algebra);

    /// <summary>|A - L Lᵀ|[i, j] ≤ 2·(n + 1)·ε·√(A[i, i]·A[j, j]).</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(33)]
    [InlineData(300)]
    public void The_factor_reproduces_the_matrix(int n)
    {
        var a = DenseProblem<T>.Rounded(PositiveDefinite(n, 1));
        var (l, _) = Problem.Factor(a, n);
        var (product, _) = Multiply(l, Transpose(l, n, n), n, n, n);
        Within(n * n, t => a[t] - product[t], t => 2 * (n + 1) * Unit * Math.Sqrt(a[t / n * (n + 1)] * a[t % n * (n + 1)]));
    }

    /// <summary>|A X - B| ≤ 4·(n + 1)·ε·|L||Lᵀ||X| entry by entry.</summary>
    [Theory]
    [InlineData(1, 1, false)]
    [InlineData(40, 1, false)]
    [InlineData(40, 1, true)]
    [InlineData(270, 7, false)]
    [InlineData(270, 7, true)]
    [InlineData(3, 0, false)]
    public void A_solution_solves(int n, int columns, bool byColumns)
    {
        var (a, b) = (DenseProblem<T>.Rounded(PositiveDefinite(n, 2)), DenseProblem<T>.Rounded(Random(n, columns, 3)));
        var (l, _) = Problem.Factor(a, n);
        var x = Problem.Solve(l, b, n, columns, byColumns);
        var (_, factors) = Multiply(l, Transpose(l, n, n), n, n, n);
        var (value, _) = Multiply(a, x, n, n, columns);
        var (_, size) = Multiply(factors, x, n, n, columns);
        Within(n * columns, t => value[t] - b[t], t => 4 * (n + 1) * Unit * size[t]);
    }

    /// <summary>|C - A B| ≤ 2·K·ε·|A||B| entry by entry.</summary>
    [Theory]
    [InlineData(1, 1, 1, false, false)]
    [InlineData(5, 1, 7, false, true)]
    [InlineData(60, 33, 17, false, false)]
    [InlineData(60, 33, 17, true, false)]
    [InlineData(60, 33, 17, true, true)]
    [InlineData(1, 9, 5, true, false)]
    public void A_product_is_rows_times_columns(int m, int k, int n, bool turnsA, bool turnsB)
    {
        var (a, b) = (DenseProblem<T>.Rounded(Random(m, k, 4)), DenseProblem<T>.Rounded(Random(k, n, 5)));
        var (expected, absolute) = Multiply(a, b, m, k, n);
        var actual = Problem.Multiply(a, b, m, k, n, turnsA, turnsB);
        Within(m * n, t => actual[t] - expected[t], t => 2 * k * Unit * absolute[t]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(32)]
    [InlineData(33)]
    [InlineData(257)]
    [InlineData(300)]
    public void A_negative_pivot_fails_at_its_order(int order)
    {
        const int n = 300;
        var a = PositiveDefinite(n, 6);
        a[(order - 1) * (n + 1)] = -1;
        var (_, failure) = Problem.Factor(a, n);
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
        var a = PositiveDefinite(n, 7);
        a[270 * (n + 1)] = pivot;
        Assert.Equal(new FailingMinor(271, pivot), Problem.Factor(a, n).Failure);
    }

    [Fact]
    public void Nan_below_the_diagonal_fails_at_its_row()
    {
        const int n = 150;
        var a = PositiveDefinite(n, 8);
        a[140 * n + 3] = double.NaN;
        Assert.Equal(new FailingMinor(141, double.NaN), Problem.Factor(a, n).Failure);
    }

    /// <summary>The ones matrix has rank 1 and every product in its factorization is exact.</summary>
    [Fact]
    public void A_semidefinite_matrix_fails_after_its_rank_and_nothing_is_added_to_it() =>
        Assert.Equal(new FailingMinor(2, 0), Problem.Factor([.. Enumerable.Repeat(1.0, 400)], 20).Failure);

    [Fact]
    public void Nothing_is_factored_and_solved_as_nothing()
    {
        Assert.Equal(default, Problem.Factor([], 0).Failure);
        Assert.Empty(Problem.Solve([], [], 0, 0, byColumns: false));
    }

    [Fact]
    public unsafe void What_is_cancelled_does_not_begin()
    {
        var (algebra, cancelled) = (Algebra, new Workers(1, new CancellationToken(canceled: true)));
        T[] four = [T.CreateChecked(4)];
        fixed (T* x = four)
        {
            var one = new MatrixView<T>(x, 1, 1, 1);
            Assert.ThrowsAny<OperationCanceledException>(() => algebra.TryFactor(one, cancelled, null, out _));
            Assert.ThrowsAny<OperationCanceledException>(() => algebra.Solve(one, one, cancelled));
            Assert.ThrowsAny<OperationCanceledException>(() => algebra.Multiply(one, one, one, cancelled));
        }

        Assert.ThrowsAny<OperationCanceledException>(() => algebra.Decompose(four, 1, 1, cancelled));
        Assert.Equal(T.CreateChecked(4), four[0]);
    }
}
