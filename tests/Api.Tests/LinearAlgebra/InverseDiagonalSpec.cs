using Xunit;
using static HadamardNtk.Api.Tests.LinearAlgebra.Matrices;

namespace HadamardNtk.Api.Tests.LinearAlgebra;

public class InverseDiagonalSpec
{
    /// <summary>Relative error 20·n·ε: the condition number is below 5.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(33)]
    [InlineData(128)]
    [InlineData(390)]
    public void It_is_the_diagonal_of_the_explicit_inverse(int n)
    {
        var a = PositiveDefinite(n, 1);
        var (expected, actual) = (Inverse(a, n), Diagonal(Factor(a, n), n, 2));
        for (var i = 0; i < n; i++)
        {
            Assert.InRange(actual[i] / expected[i * (n + 1)] - 1, -20 * n * Epsilon, 20 * n * Epsilon);
        }
    }

    [Fact]
    public void The_bits_do_not_depend_on_the_number_of_threads()
    {
        const int n = 800;
        var l = Factor(PositiveDefinite(n, 2), n);
        var one = Diagonal(l, n, 1);
        Assert.All([2, 3, 7], threads => SameBits(one, Diagonal(l, n, threads)));
    }

    [Fact]
    public void The_upper_triangle_of_the_factor_is_not_read()
    {
        const int n = 400;
        var l = Factor(PositiveDefinite(n, 3), n);
        var half = l.Select((x, t) => t % n > t / n ? double.NaN : x).ToArray();
        SameBits(Diagonal(l, n, 2), Diagonal(half, n, 2));
    }

    [Fact]
    public void Progress_rises_to_one()
    {
        const int n = 800;
        var log = new ProgressLog();
        InverseDiagonal.Of(Factor(PositiveDefinite(n, 4), n), n, n, new double[n], new Workers(2), log);
        Assert.Equal(log.Reports.Order(), log.Reports);
        Assert.Equal(1, log.Reports[^1]);
    }

    [Fact]
    public void Room_of_another_length_is_refused() =>
        Assert.Throws<ArgumentException>(() => InverseDiagonal.Of([1], 1, 1, new double[2], new Workers(1), null));

    [Fact]
    public void A_cancelled_inversion_stops() =>
        Assert.ThrowsAny<OperationCanceledException>(
            () => InverseDiagonal.Of([1], 1, 1, new double[1], new Workers(1, new CancellationToken(true)), null));

    private static double[] Diagonal(double[] l, int n, int threads)
    {
        var diagonal = new double[n];
        InverseDiagonal.Of(l, n, n, diagonal, new Workers(threads), null);
        return diagonal;
    }
}
