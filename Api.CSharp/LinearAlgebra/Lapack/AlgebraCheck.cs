using System.Numerics;

namespace HadamardNtk;

/// <summary>
/// Small problems whose solutions are known. A[i, j] = min(i, j) + n δ(i, j), for i, j from 1 to n, has the eigenvalues
/// n + 1/(2 - 2 cos((2 k - 1) π/(2 n + 1))), and entries that are exact in either precision. The tolerance is
/// 16 (n + 1) ε times the size of the compared numbers.
/// </summary>
/// <param name="algebra">The algebra to check.</param>
/// <typeparam name="T">double or float.</typeparam>
internal sealed unsafe class AlgebraCheck<T>(DenseAlgebra<T> algebra)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int Gap = 3;

    private static readonly double _epsilon = double.CreateChecked(T.BitIncrement(T.One) - T.One);

    /// <summary>The orders of the problems.</summary>
    internal static int[] Orders => [1, 2, 5, 40];

    /// <summary>Whether L Lᵀ = A, the upper triangle is unchanged, and a failing minor is reported.</summary>
    internal bool IsFactorRight(int n)
    {
        var a = Lower(n);
        return TryFactor(a, n, out _)
            && All(n, n + Gap, (i, j) => j <= i || T.IsNaN(a[i * (n + Gap) + j]))
            && All(
                n, n,
                (i, j) => Near(
                    Sum(Math.Min(i, j) + 1, k => Value(a, n, i, k) * Value(a, n, j, k)), Entry(n, i, j), n, 2 * n))
            && FailsRightly(n, T.NegativeOne)
            && FailsRightly(n, T.NaN);
    }

    /// <summary>Whether X = I solves A X = A.</summary>
    internal bool IsSolutionRight(int n)
    {
        var (l, b) = (Lower(n), Whole(n));
        var isFactored = TryFactor(l, n, out _);
        fixed (T* x = l, y = b)
        {
            algebra.Solve(Square(x, n), Square(y, n), new(1));
        }

        return isFactored
            && All(n, n, (i, j) => Near(Value(b, n, i, j), i == j ? 1 : 0, n, Lambda(n, 1) / Lambda(n, n)));
    }

    /// <summary>Whether C = A Bᵀ, where B is A without its last row.</summary>
    internal bool IsProductRight(int n)
    {
        var (a, c) = (Whole(n), new T[n * (n + Gap)]);
        Array.Fill(c, T.NaN);
        fixed (T* x = a, z = c)
        {
            var others = new MatrixView<T>(x, n - 1, n, n + Gap);
            algebra.Multiply(Square(x, n), others.Transpose, new(z, n, n - 1, n + Gap), new(1));
        }

        return All(n, n + Gap, (i, j) => j < n - 1
            ? Near(Value(c, n, i, j), Sum(n, k => Entry(n, i, k) * Entry(n, j, k)), n, 4 * n * n * n)
            : T.IsNaN(c[i * (n + Gap) + j]));
    }

    /// <summary>
    /// Whether the largest <paramref name="count"/> eigenvalues λ are ascending, and A v = λ v with orthonormal v.
    /// </summary>
    internal bool ArePairsRight(int n, int count)
    {
        var a = Enumerable.Range(0, n * n).Select(
            t => t % n <= t / n ? T.CreateChecked(Entry(n, t / n, t % n)) : T.NaN);
        var (values, vectors) = algebra.Decompose([.. a], n, count, new(1));
        double V(int k, int i) => double.CreateChecked(vectors[k * n + i]);
        return values.Length == count
            && All(count, 1, (k, _) => Near(double.CreateChecked(values[k]), Lambda(n, count - k), n, Lambda(n, 1)))
            && All(
                count, n,
                (k, i) => Near(Sum(n, j => Entry(n, i, j) * V(k, j)), Lambda(n, count - k) * V(k, i), n, Lambda(n, 1)))
            && All(count, count, (k, l) => Near(Sum(n, i => V(k, i) * V(l, i)), k == l ? 1 : 0, n, 1));
    }

    private bool FailsRightly(int n, T pivot)
    {
        var (a, order) = (Lower(n), (n + 1) / 2);
        a[(order - 1) * (n + Gap + 1)] = pivot;
        return !TryFactor(a, n, out var failure) && failure.Order == order && !(failure.Pivot > 0);
    }

    private bool TryFactor(T[] a, int n, out FailingMinor failure)
    {
        fixed (T* x = a)
        {
            return algebra.TryFactor(Square(x, n), new(1), null, out failure);
        }
    }

    private static double Entry(int n, int i, int j) => Math.Min(i, j) + 1 + (i == j ? n : 0);

    /// <summary>The k-th largest eigenvalue, k from 1.</summary>
    private static double Lambda(int n, int k) => n + 1 / (2 - 2 * Math.Cos((2 * k - 1) * Math.PI / (2 * n + 1)));

    /// <summary>The lower triangle of A. The upper triangle and the gaps between the rows hold NaN.</summary>
    private static T[] Lower(int n) => Part(n, (i, j) => j <= i);

    /// <summary>All of A. The gaps between the rows hold NaN.</summary>
    private static T[] Whole(int n) => Part(n, (_, j) => j < n);

    private static T[] Part(int n, Func<int, int, bool> isIn)
    {
        var wide = n + Gap;
        return
        [
            .. Enumerable.Range(0, n * wide).Select(
                t => isIn(t / wide, t % wide) ? T.CreateChecked(Entry(n, t / wide, t % wide)) : T.NaN)
        ];
    }

    private static MatrixView<T> Square(T* a, int n) => new(a, n, n, n + Gap);

    private static double Value(T[] a, int n, int i, int j) => double.CreateChecked(a[i * (n + Gap) + j]);

    private static double Sum(int count, Func<int, double> term) => Enumerable.Range(0, count).Sum(term);

    private static bool All(int rows, int columns, Func<int, int, bool> holds) =>
        Enumerable.Range(0, rows * columns).All(t => holds(t / columns, t % columns));

    // The result is false if the actual number is NaN.
    private static bool Near(double actual, double expected, int n, double size) =>
        Math.Abs(actual - expected) <= 16 * (n + 1) * _epsilon * size;
}
