using Xunit;

namespace HadamardNtk.Api.Tests;

public class TileWriterTests : DataFolder
{
    [Theory]
    [InlineData(Precision.Float64, 1)]
    [InlineData(Precision.Float32, 2)]
    [InlineData(Precision.Float64, 3)]
    [InlineData(Precision.Float32, 4)]
    public void A_matrix_written_in_tiles_is_the_matrix_written_whole(Precision precision, int seed)
    {
        var random = new Random(seed);
        var whole = RandomMatrix(random, random.Next(1, 200), random.Next(1, 200));
        NpyFile.Write(Place("whole.npy"), whole, precision);
        using (var writer = NpyTileWriter.Create(Place("tiles.npy"), whole.Rows, whole.Columns, precision))
        {
            Parallel.ForEach(Tiles(whole, random).OrderBy(_ => random.Next()).ToList(), tile =>
                writer.WriteTile(tile.Row, tile.Column, tile.Values, tile.Rows, tile.Columns, tile.Stride));
            writer.Commit();
        }

        Assert.Equal(File.ReadAllBytes(Place("whole.npy")), File.ReadAllBytes(Place("tiles.npy")));
        Assert.Equal(["tiles.npy", "whole.npy"], Names());
    }

    [Theory]
    [InlineData(Precision.Float64)]
    [InlineData(Precision.Float32)]
    public void A_matrix_written_in_transposed_tiles_is_its_transpose(Precision precision)
    {
        var random = new Random(5);
        var whole = RandomMatrix(random, 83, 131);
        using (var writer = NpyTileWriter.Create(Place("t.npy"), whole.Columns, whole.Rows, precision))
        {
            Parallel.ForEach(Tiles(whole, random), tile =>
                writer.WriteTransposed(tile.Row, tile.Column, tile.Values, tile.Rows, tile.Columns, tile.Stride));
            writer.Commit();
        }

        var transpose = new Matrix(Enumerable.Range(0, whole.Columns).Select(whole.Column));
        NpyFile.Write(Place("whole.npy"), transpose, precision);
        Assert.Equal(File.ReadAllBytes(Place("whole.npy")), File.ReadAllBytes(Place("t.npy")));
    }

    [Fact]
    public void The_upper_triangle_of_tiles_makes_a_symmetric_matrix()
    {
        const int n = 70, tile = 16;
        var random = new Random(6);
        var square = RandomMatrix(random, n, n);
        var whole = new double[n, n];
        for (var i = 0; i < n; i++)
            for (var j = 0; j < n; j++) whole[i, j] = square[Math.Min(i, j), Math.Max(i, j)];
        Matrix symmetric = whole;
        using (var writer = NpyTileWriter.Create(Place("k.npy"), n, n))
        {
            for (var i = 0; i < n; i += tile)
                for (var j = i; j < n; j += tile)
                {
                    var part = symmetric.Data.AsSpan(i * n + j);
                    var (rows, columns) = (Math.Min(tile, n - i), Math.Min(tile, n - j));
                    writer.WriteTile(i, j, part, rows, columns, n);
                    if (j > i) writer.WriteTransposed(i, j, part, rows, columns, n);
                }

            writer.Commit();
        }

        Same(whole, DataFile.ReadMatrix(Place("k.npy")));
    }

    [Fact]
    public void The_partial_file_is_hidden_and_the_name_appears_only_at_the_commit()
    {
        using var writer = NpyTileWriter.Create(Place("K.npy"), 2, 2);
        using var other = NpyTileWriter.Create(Place("K.npy"), 3, 3);
        writer.WriteTile(1, 1, [5], 1, 1, 1);

        // Where the system has nameless files there is nothing to see; elsewhere two hidden ones.
        Assert.Equal(0, Names().Length % 2);
        Assert.All(Names(), name => Assert.Matches(@"^\.K\.npy\.[0-9a-f]{16}\.partial$", name));
        writer.Commit();
        Same(new double[,] { { 0, 0 }, { 0, 5 } }, DataFile.ReadMatrix(Place("K.npy")));
        other.Dispose();
        Assert.Equal(["K.npy"], Names());
    }

    [Fact]
    public void An_abandoned_writer_leaves_nothing_and_what_was_there_stays()
    {
        Put("K.npy", "as before");
        using (var writer = NpyTileWriter.Create(Place("K.npy"), 2, 2)) writer.WriteTile(0, 0, [1, 2, 3, 4], 2, 2, 2);
        Assert.Equal(["K.npy"], Names());
        Assert.Equal("as before", File.ReadAllText(Place("K.npy")));
    }

    [Fact]
    public void After_the_commit_or_the_end_nothing_more_is_written()
    {
        var writer = NpyTileWriter.Create(Place("K.npy"), 1, 1);
        writer.Commit();
        Assert.Throws<ObjectDisposedException>(() => writer.WriteTile(0, 0, [1], 1, 1, 1));
        Assert.Throws<ObjectDisposedException>(writer.Commit);
        writer.Dispose();
        writer.Dispose();
        Assert.Equal(["K.npy"], Names());
    }

    [Theory]
    [InlineData(-1, 0, 1, 1, 1)]
    [InlineData(0, -1, 1, 1, 1)]
    [InlineData(3, 0, 1, 1, 1)]
    [InlineData(0, 4, 1, 1, 1)]
    [InlineData(2, 0, 2, 1, 1)]
    [InlineData(0, 3, 1, 2, 2)]
    [InlineData(0, 0, 2, 2, 1)]
    [InlineData(0, 0, -1, 2, 2)]
    [InlineData(0, 0, 2, 4, 5)]
    [InlineData(long.MaxValue, 0, 1, 1, 1)]
    public void A_tile_outside_the_matrix_or_its_span_is_refused(
        long row, long column, int rows, int columns, int stride)
    {
        using var writer = NpyTileWriter.Create(Place("K.npy"), 3, 4);
        using var turned = NpyTileWriter.Create(Place("T.npy"), 4, 3);
        var tile = new double[8];
        Assert.ThrowsAny<ArgumentException>(() => writer.WriteTile(row, column, tile, rows, columns, stride));
        Assert.ThrowsAny<ArgumentException>(() => turned.WriteTransposed(row, column, tile, rows, columns, stride));
    }

    [Fact]
    public void Empty_tiles_write_nothing()
    {
        using var writer = NpyTileWriter.Create(Place("K.npy"), 3, 4);
        writer.WriteTile(3, 0, [], 0, 4, 4);
        writer.WriteTile(0, 4, [], 3, 0, 0);
        writer.WriteTransposed(0, 0, [], 0, 3, 3);
        writer.WriteTransposed(0, 0, [], 3, 0, 0);
        writer.Commit();
        Assert.All(DataFile.ReadMatrix(Place("K.npy")).Data, value => Assert.Equal(0, value));
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 0)]
    [InlineData(-1, -1)]
    [InlineData(long.MaxValue, 1)]
    [InlineData(1L << 40, 1L << 40)]
    public void A_matrix_without_entries_or_beyond_all_files_is_refused(long rows, long columns)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => NpyTileWriter.Create(Place("K.npy"), rows, columns));
        Assert.Empty(Names());
    }

    [Fact]
    public void A_matrix_that_no_disk_holds_fails_and_leaves_nothing()
    {
        const long n = 1L << 29;
        var error = Assert.Throws<OutputException>(() =>
        {
            using var writer = NpyTileWriter.Create(Place("K.npy"), n, n);
            writer.WriteTile(n - 1, n - 1, [1], 1, 1, 1);
        });
        Assert.Equal(OutputFault.WriteFailed, error.Fault);
        Assert.Empty(Names());
    }

    [Fact]
    public void After_a_failure_every_call_gives_the_same_error_and_the_partial_file_is_gone()
    {
        using var writer = NpyTileWriter.Create(Place("K.npy"), 2, 2, Precision.Float32);
        var first = Assert.Throws<OutputException>(() => writer.WriteTile(0, 0, [1e300], 1, 1, 1));
        Assert.Empty(Names());
        Assert.Same(first, Assert.Throws<OutputException>(() => writer.WriteTile(0, 0, [1], 1, 1, 1)));
        Assert.Same(first, Assert.Throws<OutputException>(writer.Commit));
        Assert.Empty(Names());
    }

    [Fact]
    public void A_folder_that_vanishes_before_the_commit_is_an_error()
    {
        Directory.CreateDirectory(Place("sub"));
        using var writer = NpyTileWriter.Create(Place("sub/K.npy"), 2, 2);
        Directory.Delete(Place("sub"), recursive: true);
        Assert.Equal(OutputFault.WriteFailed, Assert.Throws<OutputException>(writer.Commit).Fault);
    }

    private static Matrix RandomMatrix(Random random, int rows, int columns) =>
        Matrix.Wrap([.. Enumerable.Range(0, rows * columns).Select(_ => random.NextDouble() - 0.5)], rows, columns);

    /// <summary>A random partition: horizontal bands, each cut at its own places, with random strides.</summary>
    private static List<Tile> Tiles(Matrix whole, Random random)
    {
        var tiles = new List<Tile>();
        for (var (i, rows) = (0, 0); i < whole.Rows; i += rows)
        {
            rows = Math.Min(random.Next(1, 40), whole.Rows - i);
            var widest = random.Next(3) == 0 ? whole.Columns : 50;
            for (var (j, columns) = (0, 0); j < whole.Columns; j += columns)
            {
                columns = Math.Min(random.Next((widest + 1) / 2, widest + 1), whole.Columns - j);
                if (widest == whole.Columns) columns = whole.Columns;
                tiles.Add(Cut(whole, i, j, rows, columns, columns + random.Next(2) * random.Next(4)));
            }
        }

        return tiles;
    }

    private static Tile Cut(Matrix whole, int row, int column, int rows, int columns, int stride)
    {
        var values = Enumerable.Repeat(double.NaN, rows * stride).ToArray();
        for (var i = 0; i < rows; i++) whole.Row(row + i).Slice(column, columns).CopyTo(values.AsSpan(i * stride));
        return new Tile(row, column, values, rows, columns, stride);
    }

    private sealed record Tile(int Row, int Column, double[] Values, int Rows, int Columns, int Stride);
}
