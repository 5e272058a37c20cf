using Xunit;

namespace HadamardNtk.Cluster.Tests.Leases;

public class LeaseGridTests
{
    [Theory]
    [InlineData(1, 1, true, 128)]
    [InlineData(129, 129, true, 128)]
    [InlineData(1000, 1000, true, 256)]
    [InlineData(2049, 2049, true, 512)]
    [InlineData(700, 130, false, 128)]
    [InlineData(3, 4000, false, 1024)]
    public void Tiles_cover_every_entry_once_and_none_is_thin(int rows, int columns, bool isSymmetric, int side)
    {
        var grid = new LeaseGrid(rows, columns, isSymmetric, side);
        var tiles = Enumerable.Range(0, grid.Count).Select(number => grid[number]).ToArray();
        var seen = new HashSet<(int, int)>();
        foreach (var tile in tiles)
        {
            Assert.InRange(Math.Max(tile.Rows, tile.Columns), 1, side);
            Assert.True(Math.Max(tile.Rows, tile.Columns) >= Math.Min(64, Math.Max(rows, columns)));
            for (var i = tile.Row; i < tile.Row + tile.Rows; i++)
            {
                for (var j = tile.Column; j < tile.Column + tile.Columns; j++)
                {
                    Assert.True(seen.Add((i, j)));
                }
            }
        }

        Assert.All(tiles, tile => Assert.True(!isSymmetric || tile.IsDiagonal || tile.Column >= tile.Row + tile.Rows));
        var expected = isSymmetric ? tiles.Sum(tile => (tile.IsDiagonal ? 1 : 2) * tile.Count) : tiles.Sum(tile => tile.Count);
        Assert.Equal((long)rows * columns, expected);
        Assert.Equal(grid.Count, grid.Numbers().Count);
    }

    [Fact]
    public void Shapes_out_of_bounds_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new LeaseGrid(10, 10, true, 127));
        Assert.Throws<ArgumentOutOfRangeException>(() => new LeaseGrid(10, 10, true, 4097));
        Assert.Throws<ArgumentOutOfRangeException>(() => new LeaseGrid(0, 10, false, 128));
        Assert.Throws<ArgumentOutOfRangeException>(() => new LeaseGrid(10, 11, true, 128));
        Assert.Contains("tiles", Assert.Throws<ArgumentOutOfRangeException>(
            () => new LeaseGrid(1_000_000, 1_000_000, true, 128)).Message);
        Assert.InRange(new LeaseGrid(1_000_000, 1_000_000, true, LeaseGrid.UsualSide(1_000_000, 1_000_000)).Count, 1, 1 << 15);
    }
}
