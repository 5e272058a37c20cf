using System.Numerics;
using Xunit;

namespace HadamardNtk.Api.Tests.Learning;

/// <summary>Means to the last bit, and rounding that is no direction.</summary>
public class RowCentering
{
    private static readonly Network Net = Network.Parse("dense relu dense");

    [Theory]
    [InlineData(100.0, 1000)]
    [InlineData(14.62, 1000)]
    [InlineData(0.1, 7919)]
    [InlineData(-1e-300, 1000)]
    [InlineData(5e-324, 1000)]
    [InlineData(double.MaxValue, 1000)]
    [InlineData(double.MinValue, 3)]
    public void The_mean_of_one_number_many_times_is_that_number(double value, int times) =>
        Assert.Equal([value, 0], ColumnMeans.Of(Matrix.Wrap([.. Enumerable.Range(0, 2 * times).Select(t => t % 2 == 0 ? value : 0)], times, 2)));

    [Fact]
    public void A_mean_is_the_nearest_number_to_the_exact_one()
    {
        // Whole numbers have an exact sum, and n times the mean comes no nearer to it by one bit more or less.
        var numbers = Enumerable.Range(0, 4001).Select(i => (long)(i * 7919L * 104729L % 1000003L) * 1_000_000_007L - 400_000_000_000_000L).ToArray();
        var sum = numbers.Aggregate(BigInteger.Zero, (sum, v) => sum + v);
        BigInteger Distance(double mean) => BigInteger.Abs((BigInteger)Math.ScaleB(mean, 20) * numbers.Length - (sum << 20));
        var mean = ColumnMeans.Of(Matrix.Wrap([.. numbers.Select(v => (double)v)], numbers.Length, 1))[0];
        Assert.True(Distance(mean) <= Distance(Math.BitIncrement(mean)));
        Assert.True(Distance(mean) <= Distance(Math.BitDecrement(mean)));
        Assert.Equal(1.0 / 3, ColumnMeans.Of(new double[,] { { 1e15 }, { 1 }, { -1e15 } })[0]);
    }

    [Fact]
    public void A_sum_within_rounding_of_its_numbers_is_zero() =>
        Assert.Equal([0.0, 0.0], ColumnMeans.Of(new double[,] { { 0.1, 1 }, { 0.2, -1 }, { -0.30000000000000004, 0 } }));

    [Theory]
    [InlineData(100.0)]
    [InlineData(14.62)]
    public void A_constant_table_has_nothing_left_and_is_refused(double value)
    {
        var x = Matrix.Wrap([.. Enumerable.Repeat(value, 2000)], 1000, 2);
        foreach (var unit in new[] { false, true })
        {
            var error = Assert.Throws<ArgumentException>(() => KernelRegression.Fit(
                Net.Ntk(), x, x, new() { Center = true, Unit = unit, Ridge = Ridge.Absolute(1e-3) }));
            Assert.Contains("all 1000 are equal", error.Message);
            Assert.Contains("Leave centering out", error.Message);
        }
    }

    [Fact]
    public void What_centering_leaves_by_rounding_is_no_direction()
    {
        // The middle one is the mean: its neighbours are a rounding away from it.
        var x = Matrix.Wrap([1, 5, Math.BitIncrement(1), 5, Math.BitIncrement(Math.BitIncrement(1)), 5], 3, 2);
        Assert.Contains("equal but for rounding", Assert.Throws<ArgumentException>(() => RowTransform.Learn(x, center: true, unit: false)).Message);
        var apart = Matrix.Wrap([1, 1 + 1e-14], 2, 1);
        Assert.All(RowTransform.Learn(apart, center: true, unit: false).Apply(apart).Data.ToArray(), value => Assert.NotEqual(0, value));
    }

    [Fact]
    public void One_row_has_nothing_left_and_is_refused_by_regressions_and_machines()
    {
        Matrix one = new[,] { { 1.0, 2.0 } };
        Assert.Contains("there is one row", Assert.Throws<ArgumentException>(() => KernelRegression.Fit(Net.Ntk(), one, one, new() { Center = true })).Message);
        Matrix two = new[,] { { 1.0, 2.0 }, { 1.0, 2.0 } };
        Assert.Contains("all 2 are equal", Assert.Throws<ArgumentException>(() => SupportVectorMachine.Fit(Net.Ntk(), two, [0, 1], new() { Center = true })).Message);
    }

    [Fact]
    public void A_row_within_rounding_of_the_mean_is_zero_and_no_unit_vector()
    {
        // 0.2 is the mean of 0.1 and 0.3 but for the last bit; a constant feature beside a varying one is 0 everywhere.
        Matrix x = new[,] { { 0.1, 14.62 }, { 0.2, 14.62 }, { 0.3, 14.62 } };
        var rows = RowTransform.Learn(x, center: true, unit: true).Apply(x);
        Assert.Equal([-1.0, 0, 0, 0, 1, 0], rows.Data);
    }

    [Fact]
    public void A_small_difference_beside_a_large_constant_is_kept()
    {
        Matrix x = new[,] { { 1e16, 1e-3 }, { 1e16, -1e-3 }, { 1e16, 3e-3 } };
        var rows = RowTransform.Learn(x, center: true, unit: false).Apply(x);
        Assert.Equal([0.0, 0.0, 0.0], rows.Column(0).ToArray());
        Assert.All(rows.Column(1).ToArray().Zip([0.0, -2e-3, 2e-3]), pair => Assert.Equal(pair.Second, pair.First, 1e-18));
    }

    [Fact]
    public void A_new_row_at_the_mean_is_zero_too()
    {
        Matrix x = new[,] { { 0.1 }, { 0.2 }, { 0.3 } };
        var model = KernelRegression.Fit(Net.Ntk(), x, x, new() { Center = true, Unit = true, Ridge = Ridge.Absolute(1e-3) });
        Assert.Equal([0.0, 0.0], model.Predict(new[,] { { 0.2 }, { 0.2 + 1e-17 } }).Mean.Data);
    }
}
