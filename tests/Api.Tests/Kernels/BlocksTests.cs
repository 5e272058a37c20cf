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
        var (blocks, seen, entries) = (new Blocks(rows, columns, isSymmetric), new HashSet<(int, int)>(), 0L);
        while (blocks.TryTake(out var i, out var j))
        {
            Assert.True(seen.Add((i, j)));
            Assert.True(i % blocks.Height == 0 && j % blocks.Width == 0 && i < rows && j < columns && (!isSymmetric || j >= i));
            var area = (long)Math.Min(blocks.Height, rows - i) * Math.Min(blocks.Width, columns - j);
            entries += isSymmetric && j > i ? 2 * area : area;
        }

        Assert.Equal(blocks.Count, seen.Count);
        Assert.Equal((long)rows * columns, entries);
    }

    [Fact]
    public void Blocks_on_the_diagonal_are_half_the_work_and_come_last()
    {
        var (blocks, taken) = (new Blocks(4096, 4096, true), new List<bool>());
        while (blocks.TryTake(out var i, out var j))
        {
            taken.Add(i == j);
        }

        Assert.Equal(taken.Order(), taken);
    }

    // Whole rows, as many as take 64 MB in float32: one long run in a file.
    [Fact]
    public void A_very_large_matrix_of_two_sets_is_cut_into_whole_rows()
    {
        var blocks = new Blocks(60_000, 50_000, false);
        Assert.Equal((320, 50_000), (blocks.Height, blocks.Width));
        Assert.Equal((32, 1 << 19), (new Blocks(60_000, 2_000_000, false).Height, new Blocks(60_000, 2_000_000, false).Width));
    }
}
