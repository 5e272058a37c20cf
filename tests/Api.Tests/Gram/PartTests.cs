using Xunit;

namespace HadamardNtk.Api.Tests.Streaming;

/// <summary>The parts of a matrix have every tile once and nearly equal work, and their text is K/N.</summary>
public class PartTests
{
    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 40)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Parts_have_every_tile_once_and_nearly_equal_work(int seed)
    {
        var random = new Random(seed);
        var (pairs, tiles) = Division(random);
        var parts = Parts(random.Next(1, 30));
        var load = new long[parts.Length];
        foreach (var tile in tiles)
        {
            load[Assert.Single(parts, part => part.Contains(pairs, tile)).Number - 1] += pairs.Pairs(tile);
        }

        Assert.Equal(pairs.Total, load.Sum());
        var (mean, most) = ((double)pairs.Total / parts.Length, tiles.Max(pairs.Pairs));
        Assert.All(load, work => Assert.InRange(work, mean - most, mean + most));
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void The_pairs_of_the_tiles_follow_one_another_and_so_do_the_parts(int seed)
    {
        var random = new Random(seed);
        var (pairs, tiles) = Division(random);
        var parts = Parts(random.Next(1, 9));
        var (next, last) = (0L, 1);
        foreach (var tile in tiles.OrderBy(tile => (tile.Row, tile.Column)))
        {
            Assert.Equal(next, pairs.Before(tile));
            Assert.Equal(Entries(tile).Count(e => !pairs.IsSymmetric || e.Column >= e.Row), pairs.Pairs(tile));
            var part = Array.Find(parts, part => part.Contains(pairs, tile))!.Number;
            Assert.True(part >= last);
            (next, last) = (next + pairs.Pairs(tile), part);
        }

        Assert.Equal(pairs.Total, next);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_largest_matrix_in_the_most_parts_does_not_overflow(bool isSymmetric)
    {
        const int n = int.MaxValue, side = 4096;
        var pairs = new PairOrder(n, n, isSymmetric);
        var last = new GramTile(n / side * side, n / side * side, n % side, n % side);
        Assert.Equal(pairs.Total, pairs.Before(last) + pairs.Pairs(last));
        Assert.True(new GramPart(GramPart.MaxCount, GramPart.MaxCount).Contains(pairs, last));
        Assert.True(new GramPart(1, GramPart.MaxCount).Contains(pairs, new(0, 0, side, side)));
    }

    [Fact]
    public void A_tile_outside_the_matrix_is_in_no_part()
    {
        var request = new GramRequest(Network.Parse("dense"), Samples.Random(5, 2, 1));
        var part = new GramPart(1, 1);
        Assert.True(part.Contains(request, new(3, 3, 2, 2)));
        Assert.Throws<ArgumentOutOfRangeException>(() => part.Contains(request, new(3, 3, 2, 3)));
        Assert.Throws<ArgumentOutOfRangeException>(() => part.Contains(request, new(-1, 3, 2, 2)));
    }

    [Theory]
    [InlineData("1/1", "part-1-of-1.gram")]
    [InlineData("3/16", "part-03-of-16.gram")]
    [InlineData("99999/99999", "part-99999-of-99999.gram")]
    [InlineData("03/0016", "part-03-of-16.gram")]
    public void Text_names_a_part(string text, string file)
    {
        Assert.True(GramPart.TryParse(text, out var part));
        Assert.Equal(file, part.FileName);
        Assert.True(GramPart.TryParse(part.ToString(), out var again));
        Assert.Equal(part, again);
    }

    [Theory]
    [InlineData("0/16")]
    [InlineData("17/16")]
    [InlineData("-1/16")]
    [InlineData("+1/16")]
    [InlineData("x/y")]
    [InlineData("1")]
    [InlineData("1/2/3")]
    [InlineData("1/0")]
    [InlineData("1/100000")]
    [InlineData("1 /2")]
    [InlineData("1.0/2")]
    [InlineData("")]
    [InlineData(null)]
    public void Other_text_does_not(string? text) => Assert.False(GramPart.TryParse(text, out _));

    [Fact]
    public void Numbers_out_of_range_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new GramPart(0, 3));
        Assert.Throws<ArgumentOutOfRangeException>(() => new GramPart(4, 3));
        Assert.Throws<ArgumentOutOfRangeException>(() => new GramPart(1, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new GramPart(1, GramPart.MaxCount + 1));
    }

    // Bands of rows, divided as the backends divide them: squares on and above the diagonal, whole rows, or strips that
    // begin at the multiple of their width before the diagonal.
    private static (PairOrder Pairs, List<GramTile> Tiles) Division(Random random)
    {
        var (rows, isSymmetric) = (random.Next(1, 40), random.Next(2) == 0);
        var columns = isSymmetric ? rows : random.Next(1, 40);
        var height = random.Next(1, 9);
        var width = random.Next(3) switch { 0 => height, 1 => columns, _ => random.Next(1, 9) };
        var tiles =
            from i in Steps(0, rows, height)
            from j in Steps(isSymmetric ? i / width * width : 0, columns, width)
            select new GramTile(i, j, Math.Min(height, rows - i), Math.Min(width, columns - j));
        return (new(rows, columns, isSymmetric), [.. tiles]);
    }

    private static IEnumerable<int> Steps(int first, int end, int step)
    {
        for (var i = first; i < end; i += step)
        {
            yield return i;
        }
    }

    private static GramPart[] Parts(int count) => [.. Enumerable.Range(1, count).Select(k => new GramPart(k, count))];

    private static IEnumerable<(int Row, int Column)> Entries(GramTile tile) =>
        from i in Enumerable.Range(tile.Row, tile.Rows)
        from j in Enumerable.Range(tile.Column, tile.Columns)
        select (i, j);
}
