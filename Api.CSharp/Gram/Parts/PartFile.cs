using System.Buffers;
using System.Runtime.InteropServices;

namespace HadamardNtk;

/// <summary>
/// The file of a part, all little-endian: its head, the numbers of its tiles one after the other, and the index of the
/// tiles. The head begins with the magic, a CRC-32C of the rest of the head and of the index, and the lengths of the
/// three. A tile has its rows one after the other, of a symmetric matrix from the diagonal on.
/// </summary>
internal sealed class PartFile
{
    private readonly string _path;
    private readonly int _start;

    private PartFile(string path, PartHead head, PartTile[] tiles, int start) =>
        (_path, Head, Tiles, _start) = (path, head, tiles, start);

    /// <summary>The head.</summary>
    internal PartHead Head { get; }

    /// <summary>The tiles in the order of their numbers in the file.</summary>
    internal IReadOnlyList<PartTile> Tiles { get; }

    /// <summary>The number of pairs of samples of all tiles.</summary>
    internal long Pairs => Tiles.Sum(tile => Head.Pairs.Pairs(tile.Tile));

    /// <summary>Whether a file begins as one of these.</summary>
    /// <exception cref="DataFormatException">The file cannot be read.</exception>
    internal static bool Is(string path) => DataSource.Guard(path, () =>
    {
        using var stream = DataSource.OpenFile(path);
        return DataSource.Head(stream, PartHead.Magic.Length).AsSpan().SequenceEqual(PartHead.Magic);
    });

    /// <summary>Reads the head and the index of a file, and checks them; the numbers are not read.</summary>
    /// <exception cref="DataFormatException">
    /// The file cannot be read, is no part, or is cut short or damaged.
    /// </exception>
    internal static PartFile Open(string path) => DataSource.Guard(path, () =>
    {
        using var stream = DataSource.OpenFile(path);
        var prefix = DataSource.Head(stream, PartHead.Prefix);
        if (prefix.Length < PartHead.Prefix || !prefix.AsSpan().StartsWith(PartHead.Magic))
        {
            throw Damaged(path, "a file that does not begin like one");
        }

        var lengths = PartHead.Lengths(prefix);
        if (!PartHead.ArePossible(lengths) || lengths.Index % PartTile.Length != 0)
        {
            throw Damaged(path, "one whose head is damaged");
        }

        var whole = lengths.Head + lengths.Numbers + lengths.Index;
        if (stream.Length != whole)
        {
            throw Damaged(path, $"{stream.Length} bytes, where its head states {whole}");
        }

        var (head, index) = (new byte[lengths.Head], new byte[lengths.Index]);
        stream.ReadExactly(head);
        stream.Position = lengths.Head + lengths.Numbers;
        stream.ReadExactly(index);
        return PartHead.IsWhole(head, index)
            ? Of(path, head, index, lengths.Numbers)
            : throw Damaged(path, "one whose head or index is damaged");
    });

    /// <summary>Reads all numbers, and gives each tile with its checksum to an action where it is right.</summary>
    /// <param name="take">
    /// Takes a tile with its entries and their stride; entries below the diagonal of a symmetric matrix are 0.
    /// </param>
    /// <param name="cancellation">The token that stops the work.</param>
    /// <typeparam name="T">double, or float for a matrix in float32.</typeparam>
    /// <exception cref="DataFormatException">A tile is not as it was written.</exception>
    internal void Read<T>(TakeTile<T> take, CancellationToken cancellation) where T : unmanaged
    {
        using var stream = DataSource.OpenFile(_path);
        using var buffered = new BufferedStream(stream, 1 << 20);
        buffered.Position = _start;
        var largest = Tiles.Select(tile => tile.Tile.Count).DefaultIfEmpty().Max();
        var room = ArrayPool<T>.Shared.Rent(checked((int)largest));
        try
        {
            foreach (var (tile, sum) in Tiles)
            {
                cancellation.ThrowIfCancellationRequested();
                var entries = room.AsSpan(0, (int)tile.Count);
                if (DataSource.Guard(_path, () => ReadTile(buffered, tile, room)) != sum)
                {
                    throw Damaged(_path, $"other numbers in the tile at row {tile.Row}, column {tile.Column}");
                }

                take(tile, entries);
            }
        }
        finally
        {
            ArrayPool<T>.Shared.Return(room);
        }
    }

    /// <summary>Reads all numbers and checks them.</summary>
    /// <param name="cancellation">The token that stops the work.</param>
    /// <exception cref="DataFormatException">A tile is not as it was written.</exception>
    internal void Check(CancellationToken cancellation)
    {
        if (Head.Provenance.Precision == Precision.Float64)
        {
            Read<double>((_, _) => { }, cancellation);
        }
        else
        {
            Read<float>((_, _) => { }, cancellation);
        }
    }

    /// <summary>Takes the entries of a tile, row by row without gaps.</summary>
    internal delegate void TakeTile<T>(GramTile tile, ReadOnlySpan<T> entries);

    /// <summary>The error of a file that is not as it was written.</summary>
    internal static DataFormatException Damaged(string path, string came) => new(
        path, "the part of a Gram matrix as gram --part wrote it", came, "delete it, and compute this part again");

    private uint ReadTile<T>(Stream stream, GramTile tile, T[] room) where T : unmanaged
    {
        var sum = 0u;
        for (var i = 0; i < tile.Rows; i++)
        {
            var row = room.AsSpan(i * tile.Columns, tile.Columns);
            var first = Head.Pairs.First(tile, i);
            row[..first].Clear();
            var bytes = MemoryMarshal.AsBytes(row[first..]);
            stream.ReadExactly(bytes);
            sum = Checksum.Of(bytes, sum);
        }

        return sum;
    }

    private static PartFile Of(string path, byte[] head, byte[] index, long numbers)
    {
        var file = new PartFile(path, PartHead.Parse(path, head), PartTile.OfIndex(index), head.Length);
        var pairs = file.Head.Pairs;
        var isRight = file.Tiles.All(tile => pairs.Has(tile.Tile) && file.Head.Part.Contains(pairs, tile.Tile))
            && file.Pairs * NpyEncoder.Size(file.Head.Provenance.Precision) == numbers;
        return isRight ? file : throw Damaged(path, "one with tiles of another part");
    }
}
