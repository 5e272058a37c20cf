using System.Numerics;
using Xunit;
using static HadamardNtk.Api.Tests.LinearAlgebra.Matrices;

namespace HadamardNtk.Api.Tests.LinearAlgebra;

/// <summary>What holds of eigenvalues and eigenvectors, whoever finds them, in either precision.</summary>
public abstract class EigenSpec<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static double Unit => DenseProblem<T>.Unit;

    private protected abstract DenseAlgebra<T> Algebra { get; }

    private DenseProblem<T> Problem => new(Algebra);

    public static TheoryData<string, int> Kinds => new()
    {
        { "general", 1 }, { "general", 2 }, { "general", 50 }, { "general", 130 },
        { "indefinite", 60 }, { "zero", 30 }, { "identity", 40 }, { "ones", 40 }, { "rank 5", 60 }, { "duplicates", 80 },
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public void All_pairs_are_eigenpairs(string kind, int n)
    {
        var a = Matrix(kind, n);
        var (values, vectors) = Problem.Decompose(a, n, n);
        ArePairs(a, n, values, vectors);
        var trace = Enumerable.Range(0, n).Sum(i => a[i * (n + 1)]);
        Assert.InRange(Math.Abs(values.Sum() - trace), 0, n * Bound(a, n));
    }

    /// <summary>Eigenvalues of a perturbed matrix move by at most the norm of the perturbation (Weyl).</summary>
    [Theory]
    [MemberData(nameof(Kinds))]
    public void The_leading_part_is_the_end_of_all(string kind, int n)
    {
        var a = Matrix(kind, n);
        var (all, _) = Problem.Decompose(a, n, n);
        foreach (var leading in new[] { 1, n / 3, n / 2, n - 1, n }.Where(k => k > 0).Distinct())
        {
            var (values, vectors) = Problem.Decompose(a, n, leading);
            Assert.Equal((leading, leading * n), (values.Length, vectors.Length));
            ArePairs(a, n, values, vectors);
            Within(leading, k => values[k] - all[n - leading + k], 2 * Bound(a, n));
        }
    }

    [Fact]
    public void A_matrix_of_rank_5_has_5_eigenvalues_that_are_not_zero()
    {
        const int n = 60;
        var a = Matrix("rank 5", n);
        var (values, _) = Problem.Decompose(a, n, n);
        Assert.All(values[..^5], value => Assert.InRange(Math.Abs(value), 0, Bound(a, n)));
        Assert.All(values[^5..], value => Assert.InRange(value, 1, n));
    }

    [Fact]
    public void Duplicate_samples_have_an_eigenvalue_zero_for_each_pair()
    {
        const int n = 80;
        var a = Matrix("duplicates", n);
        var (values, _) = Problem.Decompose(a, n, n);
        Assert.Equal(n / 2, values.Count(value => Math.Abs(value) <= Bound(a, n)));
    }

    [Fact]
    public void Order_one_is_its_own_eigenvalue()
    {
        var (values, vectors) = Problem.Decompose([-3], 1, 1);
        Assert.Equal([-3.0], values);
        Assert.Equal(1, Math.Abs(vectors[0]));
    }

    [Fact]
    public void No_eigenvalues_are_found_at_once()
    {
        var problem = Problem;
        Assert.All([5, 0], n =>
        {
            var (values, vectors) = problem.Decompose(PositiveDefinite(n, 1), n, 0);
            Assert.Empty(values);
            Assert.Empty(vectors);
        });
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void A_number_that_is_not_finite_is_refused_with_its_place(double number)
    {
        var a = PositiveDefinite(5, 1);
        a[3 * 5 + 2] = number;
        var error = Assert.Throws<ArgumentException>(() => Problem.Decompose(a, 5, 5));
        Assert.StartsWith($"expected finite numbers, not {T.CreateChecked(number)} at row 3, column 2 of the matrix", error.Message);
    }

    [Theory]
    [InlineData(6)]
    [InlineData(-1)]
    public void Only_the_eigenvalues_there_are_can_be_asked_for(int leading)
    {
        var error = Assert.Throws<ArgumentException>(() => Problem.Decompose(PositiveDefinite(5, 1), 5, leading));
        Assert.StartsWith($"expected a number of eigenvalues from 0 to 5, the order of the matrix, not {leading}", error.Message);
    }

    [Fact]
    public void A_matrix_that_is_not_square_is_refused()
    {
        var error = Assert.Throws<ArgumentException>(() => Algebra.Decompose(new T[12], 3, 3, new(1)));
        Assert.StartsWith("expected a symmetric matrix of order 3, not 12 numbers", error.Message);
    }

    private static double[] Matrix(string kind, int n) => DenseProblem<T>.Rounded(kind switch
    {
        "zero" => new double[n * n],
        "identity" => Diagonal([.. Enumerable.Repeat(1.0, n)]),
        "ones" => [.. Enumerable.Repeat(1.0, n * n)],
        "rank 5" => Gram(Random(n, 5, 2), n, 5),
        "duplicates" => Gram([.. Random(n / 2, n, 3), .. Random(n / 2, n, 3)], n, n),
        "indefinite" => Symmetric(Random(n, n, 4), n),
        _ => PositiveDefinite(n, 5),
    });

    private static double[] Gram(double[] x, int n, int d) => Multiply(x, Transpose(x, n, d), n, d, n).Value;

    private static double[] Symmetric(double[] a, int n) => [.. a.Select((x, t) => x + a[t % n * n + t / n])];

    private static void Within(int count, Func<int, double> error, double bound) => Matrices.Within(count, error, _ => bound);

    // The Frobenius norm bounds the spectral one.
    private static double Bound(double[] a, int n) => 4 * (n + 1) * Unit * Math.Sqrt(a.Sum(x => x * x));

    private static void ArePairs(double[] a, int n, double[] values, double[] vectors)
    {
        var m = values.Length;
        Assert.Equal(values.Order(), values);
        var (images, _) = Multiply(vectors, a, m, n, n);
        Within(m * n, t => images[t] - values[t / n] * vectors[t], Bound(a, n));
        var (products, _) = Multiply(vectors, Transpose(vectors, m, n), m, n, m);
        Within(m * m, t => products[t] - (t % m == t / m ? 1 : 0), 4 * (n + 1) * Unit);
    }
}
