using Xunit;

namespace HadamardNtk.Api.Tests.Streaming;

/// <summary>What a backend gives is what the file holds: in tiles of any shape, in float32 and float64.</summary>
public class FileSinkTests : DataFolder
{
    public static TheoryData<int, int, int> TilesOfSquares() => new()
    {
        { 40, 8, 8 }, { 41, 8, 8 }, { 41, 41, 41 }, { 41, 1, 41 }, { 41, 5, 41 }, { 40, 16, 8 }, { 41, 3, 7 }, { 300, 128, 128 }, { 1, 1, 1 },
    };

    [Theory]
    [MemberData(nameof(TilesOfSquares))]
    public void The_upper_triangle_in_tiles_makes_the_whole_matrix_whatever_lies_below_the_diagonal(int n, int height, int width)
    {
        foreach (var precision in Enum.GetValues<Precision>())
        {
            Write<double>(n, n, height, width, precision, symmetric: true);
            Write<float>(n, n, height, width, precision, symmetric: true);
        }
    }

    [Theory]
    [InlineData(7, 50, 3, 20)]
    [InlineData(50, 7, 20, 7)]
    [InlineData(130, 257, 128, 128)]
    public void A_rectangle_in_tiles_is_the_rectangle(int rows, int columns, int height, int width)
    {
        foreach (var precision in Enum.GetValues<Precision>())
        {
            Write<double>(rows, columns, height, width, precision, symmetric: false);
            Write<float>(rows, columns, height, width, precision, symmetric: false);
        }
    }

    [Fact]
    public void Float32_is_not_touched_on_its_way_into_a_file_in_float32()
    {
        float[] values = [float.Epsilon, -0f, float.MaxValue, 1e-40f];
        using (var writer = NpyTileWriter.Create(Place("K.npy"), 2, 2, Precision.Float32))
        {
            new FileSink(writer, symmetric: false).Write<float>(new(0, 0, 2, 2), values, 2);
            writer.Commit();
        }

        Assert.Equal(Bytes(values), File.ReadAllBytes(Place("K.npy"))[^16..]);
    }

    [Fact]
    public void Tiles_beyond_the_first_2_to_the_31_entries_lie_where_they_belong()
    {
        const int n = 70_000, block = 1024, last = n / block * block;
        using (var writer = NpyTileWriter.On(PartialFile.Create(Place("K.npy"), 0), n, n, Precision.Float32))
        {
            var sink = new FileSink(writer, symmetric: true);
            var tile = new float[block * block];
            foreach (var (row, column) in new[] { (0, last), (last, last), (46 * block, 47 * block) })
            {
                var (rows, columns) = (Math.Min(block, n - row), Math.Min(block, n - column));
                for (var i = 0; i < rows; i++)
                {
                    for (var j = 0; j < columns; j++)
                    {
                        tile[i * block + j] = Entry(row + i, column + j);
                    }
                }

                sink.Write<float>(new(row, column, rows, columns), tile, block);
            }

            writer.Commit();
        }

        using var file = File.OpenHandle(Place("K.npy"));
        Assert.Equal(RandomAccess.GetLength(file), NpyTileWriter.Length(n, n, Precision.Float32));
        foreach (var (i, j) in new[] { (0, n - 1), (1023, last), (n - 1, n - 1), (last, n - 1), (46 * block + 5, 47 * block + 9), (47 * block - 1, 48 * block - 1) })
        {
            Assert.Equal(Entry(i, j), At(file, n, i, j));
            Assert.Equal(Entry(i, j), At(file, n, j, i));
        }

        Assert.Equal(0, At(file, n, 46 * block - 1, 47 * block));
        Assert.Equal(0, At(file, n, 48 * block, 47 * block - 1));
    }

    private static float Entry(int i, int j) => 1 + (Math.Min(i, j) * 31L + Math.Max(i, j) * 7L) % 65521;

    private static float At(Microsoft.Win32.SafeHandles.SafeFileHandle file, long n, long i, long j)
    {
        var bytes = new byte[sizeof(float)];
        RandomAccess.Read(file, bytes, RandomAccess.GetLength(file) - (n * n - i * n - j) * sizeof(float));
        return BitConverter.ToSingle(bytes);
    }

    private static byte[] Bytes(float[] values) => [.. values.SelectMany(BitConverter.GetBytes)];

    private void Write<T>(int rows, int columns, int height, int width, Precision precision, bool symmetric)
    {
        var path = Place("K.npy");
        using (var writer = NpyTileWriter.Create(path, rows, columns, precision))
        {
            var sink = new FileSink(writer, symmetric);
            foreach (var (i, j) in Places(rows, columns, height, width).OrderBy(_ => Random.Shared.Next()))
            {
                Give<T>(sink, i, j, Math.Min(height, rows - i), Math.Min(width, columns - j), symmetric);
            }

            writer.Commit();
        }

        var written = DataFile.ReadMatrix(path);
        for (var i = 0; i < rows; i++)
        {
            for (var j = 0; j < columns; j++)
            {
                Assert.Equal(symmetric ? Entry(i, j) : 1000f * i + j, written[i, j]);
            }
        }
    }

    private static IEnumerable<(int, int)> Places(int rows, int columns, int height, int width) =>
        from i in Enumerable.Range(0, (rows + height - 1) / height)
        from j in Enumerable.Range(0, (columns + width - 1) / width)
        select (i * height, j * width);

    private static void Give<T>(FileSink sink, int row, int column, int rows, int columns, bool symmetric)
    {
        var stride = columns + 3;
        var tile = Enumerable.Repeat(float.NaN, rows * stride).ToArray();
        for (var i = 0; i < rows; i++)
        {
            for (var j = symmetric ? Math.Max(0, row + i - column) : 0; j < columns; j++)
            {
                tile[i * stride + j] = symmetric ? Entry(row + i, column + j) : 1000f * (row + i) + column + j;
            }
        }

        if (typeof(T) == typeof(float))
        {
            sink.Write<float>(new(row, column, rows, columns), tile, stride);
        }
        else
        {
            sink.Write<double>(new(row, column, rows, columns), Array.ConvertAll(tile, x => (double)x), stride);
        }
    }
}
