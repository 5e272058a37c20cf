using Xunit;

namespace HadamardNtk.Cluster.Tests.Products;

/// <summary>The bands of a job of products: who is given which.</summary>
public class BandTableTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public void A_worker_is_given_the_bands_that_it_keeps()
    {
        var table = Table(4);
        Assert.Equal([0, 1], table.Pull("a", 2, [], true, Second));
        Assert.Equal([2, 3], table.Pull("b", 2, [], true, Second));
        Array.ForEach([0, 1], band => table.Finish("a", band, true));
        Array.ForEach([2, 3], band => table.Finish("b", band, true));
        Assert.True(table.IsComplete);
        table.Begin(Second);
        Assert.Equal([2, 3], table.Pull("b", 4, [], true, Second));
        Assert.Equal([0, 1], table.Pull("a", 4, [], true, Second));
        Assert.Equal("a", table.Home(1));
    }

    [Fact]
    public void Bands_of_a_worker_that_is_gone_or_silent_are_given_to_others()
    {
        var table = Table(3);
        Assert.Equal([0], table.Pull("a", 1, [], true, Second));
        Assert.Equal([1], table.Pull("b", 1, [], true, Second));
        table.Leave("a");
        Assert.Equal([0, 2], table.Pull("c", 3, [], true, Second));
        Assert.Equal([1], table.Pull("c", 3, [0, 2], true, 20 * Second));
        Assert.Equal(1, table.Alive(20 * Second));
    }

    [Fact]
    public void A_newcomer_with_room_takes_its_share_and_one_without_room_waits()
    {
        var table = Table(6);
        table.Pull("a", 6, [], true, Second);
        Array.ForEach([0, 1, 2, 3, 4, 5], band => table.Finish("a", band, true));
        table.Begin(Second);
        Assert.Empty(table.Pull("b", 6, [], false, Second));
        var given = table.Pull("b", 6, [], true, Second);
        Assert.Equal(2, given.Count);
        given.ForEach(band => table.Finish("b", band, true));
        Assert.Equal(4, table.Pull("a", 6, [], true, Second).Count);
    }

    [Fact]
    public void A_band_that_waits_or_is_computed_for_long_is_given_to_another_worker_too()
    {
        var table = Table(2);
        table.Pull("a", 2, [], true, Second);
        table.Finish("a", 0, true);
        table.Begin(2 * Second);
        Assert.Equal([0], table.Pull("a", 1, [], true, 2 * Second));
        Assert.Equal([1], table.Pull("b", 1, [], false, 3 * Second));
        table.Pull("a", 0, [0], true, 12 * Second);
        Assert.Equal([0], table.Pull("b", 1, [1], false, 12 * Second));
        table.Finish("b", 0, false);
        Assert.Equal("a", table.Home(0));
        Assert.Equal(1, table.Done);
        table.Finish("a", 0, true);
        Assert.Equal(1, table.Done);
    }

    [Fact]
    public void A_band_that_is_not_held_any_more_is_given_again()
    {
        var table = Table(1);
        Assert.Equal([0], table.Pull("a", 1, [], true, Second));
        Assert.Empty(table.Pull("a", 1, [0], true, Second));
        Assert.Equal([0], table.Pull("a", 1, [], true, Second));
    }

    [Theory]
    [InlineData(1, 128)]
    [InlineData(63, 128)]
    [InlineData(64, 128)]
    [InlineData(129, 128)]
    [InlineData(20000, 1024)]
    public void Bands_cover_the_rows_and_have_64_or_all(int rows, int height)
    {
        var (bands, next) = (new ProductBands(rows, height), 0);
        for (var band = 0; band < bands.Count; band++)
        {
            Assert.Equal(next, bands[band].First);
            Assert.InRange(bands[band].Rows, Math.Min(rows, 64), height);
            next += bands[band].Rows;
        }

        Assert.Equal(rows, next);
    }

    [Theory]
    [InlineData(10, 10)]
    [InlineData(20_000, 20_000)]
    [InlineData(1_000_000, 1_000_000)]
    [InlineData(100_000_000, 5)]
    public void The_usual_height_is_within_bounds(int rows, int columns) =>
        Assert.True(new ProductBands(rows, ProductBands.UsualHeight(rows, columns)).Count > 0);

    [Theory]
    [InlineData(0, 128)]
    [InlineData(5, 127)]
    [InlineData(5, 4097)]
    public void Other_bands_are_refused(int rows, int height) =>
        Assert.Throws<ArgumentException>(() => new ProductBands(rows, height));

    private static BandTable Table(int bands)
    {
        var table = new BandTable(bands, 15 * Second, 10 * Second);
        table.Begin(Second);
        return table;
    }
}
