using Xunit;
using static HadamardNtk.Api.Tests.LinearAlgebra.Matrices;

namespace HadamardNtk.Api.Tests.LinearAlgebra;

public class TriangularSolveSpec
{
    public static TheoryData<int, int> Shapes => new()
    {
        { 1, 1 }, { 2, 3 }, { 31, 1 }, { 32, 16 }, { 33, 17 }, { 70, 5 },
        { 255, 1 }, { 257, 10 }, { 300, 1 }, { 300, 193 }, { 530, 401 },
    };

    /// <summary>|B - L Y| ≤ 2·n·ε·|L||Y| entry by entry.</summary>
    [Theory]
    [MemberData(nameof(Shapes))]
    public void Forward_substitution_solves_with_the_factor(int n, int columns)
    {
        var (l, b) = (Factor(PositiveDefinite(n, 1), n), Random(n, columns, 2));
        Solved(l, b, Forward(l, b, n, columns, 2), n, columns);
    }

    /// <summary>|Y - Lᵀ X| ≤ 2·n·ε·|Lᵀ||X| entry by entry.</summary>
    [Theory]
    [MemberData(nameof(Shapes))]
    public void Backward_substitution_solves_with_the_transposed_factor(int n, int columns)
    {
        var (l, b) = (Factor(PositiveDefinite(n, 3), n), Random(n, columns, 4));
        Solved(Transpose(l, n, n), b, Backward(l, b, n, columns, 2), n, columns);
    }

    [Fact]
    public void The_upper_triangle_of_the_factor_is_not_read()
    {
        const int n = 290, columns = 20;
        var (l, b) = (Factor(PositiveDefinite(n, 5), n), Random(n, columns, 6));
        var half = l.Select((x, t) => t % n > t / n ? double.NaN : x).ToArray();
        SameBits(Forward(l, b, n, columns, 2), Forward(half, b, n, columns, 2));
        SameBits(Backward(l, b, n, columns, 2), Backward(half, b, n, columns, 2));
    }

    [Fact]
    public void A_column_is_solved_to_the_same_bits_alone_and_among_others()
    {
        const int n = 300, columns = 215;
        var (l, b) = (Factor(PositiveDefinite(n, 7), n), Random(n, columns, 8));
        var (forward, backward) = (Forward(l, b, n, columns, 2), Backward(l, b, n, columns, 2));
        foreach (var j in new[] { 0, 15, 16, 191, 192, 214 })
        {
            SameBits(Column(forward, j, columns), Forward(l, Column(b, j, columns), n, 1, 1));
            SameBits(Column(backward, j, columns), Backward(l, Column(b, j, columns), n, 1, 1));
        }
    }

    [Fact]
    public void The_bits_do_not_depend_on_the_number_of_threads()
    {
        const int n = 700, columns = 400;
        var (l, b) = (Factor(PositiveDefinite(n, 9), n), Random(n, columns, 10));
        var (forward, backward) = (Forward(l, b, n, columns, 1), Backward(l, b, n, columns, 1));
        foreach (var threads in new[] { 2, 3, 7 })
        {
            SameBits(forward, Forward(l, b, n, columns, threads));
            SameBits(backward, Backward(l, b, n, columns, threads));
        }
    }

    [Fact]
    public void No_right_hand_sides_are_no_work()
    {
        Assert.Empty(Forward([2], [], 1, 0, 2));
        Assert.Empty(Backward([], [], 0, 0, 2));
    }

    [Fact]
    public void A_cancelled_solve_stops()
    {
        var cancelled = new Workers(2, new CancellationToken(canceled: true));
        Assert.ThrowsAny<OperationCanceledException>(
            () => TriangularSolve.Forward([1], 1, new double[1], 1, 1, 1, cancelled));
        Assert.ThrowsAny<OperationCanceledException>(
            () => TriangularSolve.Backward([1], 1, new double[1], 1, 1, 1, cancelled));
    }

    private static double[] Forward(double[] l, double[] b, int n, int columns, int threads)
    {
        var x = (double[])b.Clone();
        TriangularSolve.Forward(l, n, x, columns, n, columns, new Workers(threads));
        return x;
    }

    private static double[] Backward(double[] l, double[] b, int n, int columns, int threads)
    {
        var x = (double[])b.Clone();
        TriangularSolve.Backward(l, n, x, columns, n, columns, new Workers(threads));
        return x;
    }

    private static double[] Column(double[] b, int j, int columns) => [.. b.Where((_, t) => t % columns == j)];

    private static void Solved(double[] l, double[] b, double[] x, int n, int columns)
    {
        var (product, absolute) = Multiply(l, x, n, n, columns);
        for (var t = 0; t < b.Length; t++)
        {
            Assert.InRange(Math.Abs(b[t] - product[t]), 0, 2 * n * Epsilon * absolute[t]);
        }
    }
}
