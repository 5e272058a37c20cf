using Xunit;

namespace HadamardNtk.Api.Tests.Kernels;

/// <summary>Blocks cover a matrix, each entry once.</summary>
public class BlocksTests
{
    [Theory]
    [InlineData(1, 1, true)]
    [InlineData(100, 100, true)]
    [InlineData(129, 129, true)]
    [InlineData(4100, 4100, true)]
    [InlineData(60_000, 60_000, true)]
    [InlineData(1, 300, false)]
    [InlineData(4100, 700, false)]
    [InlineData(60_000, 60_000, false)]
    [InlineData(60_000, 3, false)]
    [InlineData(3, 20_000_000, false)]
    public void Every_block_of_what_is_wanted_is_handed_out_once(int rows, int columns, bool isSymmetric)
    {
        var (blocks, seen, entries) = (new BlockGrid(rows, columns, isSymmetric), new HashSet<(int, int)>(), 0L);
        foreach (var tile in blocks.Tiles())
        {
            var (i, j) = (tile.Row, tile.Column);
            Assert.True(seen.Add((i, j)));
            Assert.True(i % blocks.Height == 0 && j % blocks.Width == 0 && i < rows && j < columns && (!isSymmetric || j >= i));
            Assert.Equal((Math.Min(blocks.Height, rows - i), Math.Min(blocks.Width, columns - j)), (tile.Rows, tile.Columns));
            entries += isSymmetric && j > i ? 2 * tile.Count : tile.Count;
        }

        Assert.Equal(blocks.Count, seen.Count);
        Assert.Equal((long)rows * columns, entries);
    }

    [Fact]
    public void Blocks_on_the_diagonal_are_half_the_work_and_come_last()
    {
        var (blocks, taken) = (new BlockGrid(4096, 4096, true), new List<bool>());
        foreach (var tile in blocks.Tiles())
        {
            taken.Add(tile.Row == tile.Column);
        }

        Assert.Equal(taken.Order(), taken);
    }

    // Whole rows, as many as take 64 MB in float32: one long run in a file.
    [Fact]
    public void A_very_large_matrix_of_two_sets_is_cut_into_whole_rows()
    {
        var blocks = new BlockGrid(60_000, 50_000, false);
        Assert.Equal((320, 50_000), (blocks.Height, blocks.Width));
        Assert.Equal((32, 1 << 19), (new BlockGrid(60_000, 2_000_000, false).Height, new BlockGrid(60_000, 2_000_000, false).Width));
    }
}
