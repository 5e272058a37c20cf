using Xunit;

namespace HadamardNtk.Api.Tests.Finite;

public class KernelAverageTests
{
    private static readonly Network Net = Network.Parse("dense(b=0.3) relu dense");
    private static readonly Matrix X = Samples.Random(5, 3, 1);

    private static Func<long, Matrix> Finite(int width, Matrix? other = null) => seed =>
        FiniteNetwork.Create(Net, width, 3, seed).Ntk() is var kernel && other is null ? kernel.Gram(X) : kernel.Cross(X, other);

    [Fact]
    public void Mean_and_standard_error_are_those_of_all_matrices_at_once()
    {
        long[] seeds = [3, -1, 8, 12, 40, 7, long.MaxValue];
        var others = Samples.Random(4, 3, 2);
        var average = KernelAverage.Of(seeds, Finite(6, others));
        Matrix[] all = [.. seeds.Select(Finite(6, others))];
        Assert.Equal((7, 5, 4, 5, 4), (average.Count, average.Mean.Rows, average.Mean.Columns, average.StandardError.Rows, average.StandardError.Columns));
        for (var i = 0; i < 5; i++)
        {
            for (var j = 0; j < 4; j++)
            {
                var mean = all.Average(k => k[i, j]);
                var variance = all.Sum(k => (k[i, j] - mean) * (k[i, j] - mean)) / 6;
                Assert.Equal(mean, average.Mean[i, j], 1e-14);
                Assert.Equal(Math.Sqrt(variance / 7), average.StandardError[i, j], 1e-14);
            }
        }
    }

    [Fact]
    public void A_large_mean_takes_no_digits_of_its_error()
    {
        var average = KernelAverage.Of([0, 1, 2, 3], seed => new double[,] { { 1e9 + seed } });
        Assert.Equal(1e9 + 1.5, average.Mean[0, 0]);
        Assert.Equal(Math.Sqrt(5.0 / 12), average.StandardError[0, 0], 1e-15);
    }

    [Fact]
    public void Symmetric_matrices_have_a_symmetric_mean_and_equal_ones_have_no_error()
    {
        var average = KernelAverage.Of([1, 2, 3, 4], Finite(5));
        for (var k = 0; k < 25; k++)
        {
            Assert.Equal(average.Mean[k / 5, k % 5], average.Mean[k % 5, k / 5]);
            Assert.Equal(average.StandardError[k / 5, k % 5], average.StandardError[k % 5, k / 5]);
        }

        var still = KernelAverage.Of([1, 2, 3], _ => X);
        Samples.SameBits(X, still.Mean);
        Assert.All(still.StandardError.Data, error => Assert.Equal(0, error));
    }

    // One of 15 entries is 5 standard errors off by chance once in 100,000.
    [Fact]
    public void The_mean_over_seeds_agrees_with_the_limit_within_its_errors()
    {
        // With one hidden layer, whose channels are independent copies, E Theta_m = Theta at every width.
        var limit = Net.Ntk().Gram(X);
        var average = KernelAverage.Of(Enumerable.Range(0, 400).Select(s => (long)s), Finite(64));
        var deviation = average.Deviation(limit);
        Assert.InRange(deviation.StandardErrors, 0.5, 5);
        var gap = Math.Abs(average.Mean[deviation.Row, deviation.Column] - limit[deviation.Row, deviation.Column]);
        Assert.Equal(gap / average.StandardError[deviation.Row, deviation.Column], deviation.StandardErrors);
        Assert.True(average.StandardError.Data.Max() < 0.02 * Samples.Size(limit));
    }

    [Fact]
    public void A_deviation_names_the_worst_entry_and_ignores_roundings()
    {
        var average = KernelAverage.Of([0, 1], seed => new double[,] { { seed, 2 * seed, 7 }, { 5, 1 + seed, 3 } });
        // Standard errors: 0.5, 1, 0 and 0, 0.5, 0.
        Assert.Equal(new(1, 1, 3), average.Deviation(new double[,] { { 1.5, 0, 7 * (1 + 1e-15) }, { 5, 3, 3 } }));
        Assert.Equal(new(0, 0, 2), average.Deviation(new double[,] { { 1.5, 0, 7 }, { 5, 1.5, 3 } }));
        Assert.Equal(new(1, 2, double.PositiveInfinity), average.Deviation(new double[,] { { 1.5, 0, 7 }, { 5, 1.5, 3.1 } }));
        Assert.Equal(0, average.Deviation(average.Mean).StandardErrors);
    }

    [Fact]
    public void What_cannot_be_averaged_is_refused_by_name()
    {
        Assert.Throws<ArgumentNullException>("seeds", () => KernelAverage.Of(null!, Finite(3)));
        Assert.Throws<ArgumentNullException>("kernel", () => KernelAverage.Of([1, 2], null!));
        Assert.Contains("came 0", Assert.Throws<ArgumentException>("seeds", () => KernelAverage.Of([], Finite(3))).Message);
        Assert.Contains("came 1", Assert.Throws<ArgumentException>("seeds", () => KernelAverage.Of([4], Finite(3))).Message);
        Assert.Contains("4 came twice", Assert.Throws<ArgumentException>("seeds", () => KernelAverage.Of([4, 5, 4], Finite(3))).Message);
        Assert.Contains("seed 2", Assert.Throws<ArgumentException>("kernel", () => KernelAverage.Of([1, 2], seed => seed == 1 ? X : null!)).Message);
        var error = Assert.Throws<ArgumentException>("kernel", () => KernelAverage.Of([1, 2], seed => Samples.Random((int)seed, 3, 1)));
        Assert.Contains("1 x 3", error.Message);
        Assert.Contains("2 x 3 for seed 2", error.Message);
        var average = KernelAverage.Of([1, 2], Finite(3));
        Assert.Throws<ArgumentNullException>("limit", () => average.Deviation(null!));
        Assert.Contains("came 5 x 3", Assert.Throws<ArgumentException>("limit", () => average.Deviation(X)).Message);
        Assert.Throws<ArgumentException>("limit", () => KernelAverage.Of([1, 2], _ => Matrix.Wrap([], 0, 0)).Deviation(Matrix.Wrap([], 0, 0)));
    }

    [Fact]
    public void What_is_not_finite_is_an_error()
    {
        var error = Assert.Throws<ArithmeticException>(() => KernelAverage.Of([1, 2], seed => new double[,] { { 1, seed == 2 ? double.NaN : 1 } }));
        Assert.Contains("row 0, column 1", error.Message);
        Assert.Throws<ArithmeticException>(() => KernelAverage.Of([1, 2], seed => new double[,] { { 1e200 * seed } }));
    }

    [Fact]
    public void It_stops_between_two_seeds()
    {
        using var source = new CancellationTokenSource();
        var calls = 0;
        Assert.ThrowsAny<OperationCanceledException>(() => KernelAverage.Of(
            [1, 2, 3],
            seed =>
            {
                if (++calls == 2) source.Cancel();
                return X;
            },
            source.Token));
        Assert.Equal(2, calls);
    }
}
