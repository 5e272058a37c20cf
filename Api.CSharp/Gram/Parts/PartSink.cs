using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace HadamardNtk;

/// <summary>
/// Wants the tiles of one part, and writes them to its file in the order in which they are asked for. The file appears
/// at its name when <see cref="Commit"/> is called.
/// </summary>
/// <param name="file">The file, which is not complete yet.</param>
/// <param name="head">Its head.</param>
/// <param name="progress">Receives the share of the part's pairs that are done; it may be null.</param>
internal sealed class PartSink(PartialFile file, PartHead head, IProgress<double>? progress) : IGramSink
{
    private const int BytesAtOnce = 1 << 20;

    private readonly PairOrder _pairs = head.Pairs;
    private readonly int _start = head.ToBytes(0, []).Length;
    private readonly int _size = NpyEncoder.Size(head.Provenance.Precision);
    private readonly Lock _lock = new();
    private readonly Dictionary<GramTile, (int Number, long Offset)> _places = [];
    private readonly List<PartTile> _tiles = [];
    private long _asked;
    private long _done;

    /// <summary>The number of bytes that the numbers of a part take, as far as it is known beforehand.</summary>
    internal static long Expected(PartHead head) =>
        head.Pairs.Total / head.Part.Count * NpyEncoder.Size(head.Provenance.Precision);

    public bool Wants(GramTile tile)
    {
        if (!head.Part.Contains(_pairs, tile))
        {
            return false;
        }

        _ = PlaceOf(tile);
        return true;
    }

    public void Write<T>(GramTile tile, ReadOnlySpan<T> entries, int stride)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var (number, offset) = PlaceOf(tile);
        var sum = Put(tile, entries, stride, offset);
        lock (_lock)
        {
            _tiles[number] = new(tile, sum);
            _done += _pairs.Pairs(tile);
            progress?.Report(Math.Min(1, _done * (double)head.Part.Count / _pairs.Total));
        }
    }

    /// <summary>Writes the head and the index, and gives the file its name.</summary>
    /// <returns>The number of tiles and of their pairs.</returns>
    /// <exception cref="InvalidOperationException">The backend did not write every tile that was wanted.</exception>
    /// <exception cref="OutputException">Writing failed, now or before.</exception>
    internal (int Tiles, long Pairs) Commit()
    {
        if (_done != _asked)
        {
            throw new InvalidOperationException($"Expected {_asked} pairs from the backend; {_done} came.");
        }

        var index = PartTile.ToIndex(_tiles);
        var numbers = _asked * _size;
        file.Write(head.ToBytes(numbers, index), 0);
        file.Write(index, _start + numbers);
        file.Commit(_start + numbers + index.Length);
        return (_tiles.Count, _asked);
    }

    private (int Number, long Offset) PlaceOf(GramTile tile)
    {
        lock (_lock)
        {
            if (!_places.TryGetValue(tile, out var place))
            {
                place = (_tiles.Count, _start + _asked * _size);
                _places.Add(tile, place);
                _tiles.Add(default);
                _asked += _pairs.Pairs(tile);
            }

            return place;
        }
    }

    // Writes the rows of a tile, and gives the checksum of their bytes.
    private uint Put<T>(GramTile tile, ReadOnlySpan<T> entries, int stride, long offset)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        using var stream = new PartialStream(file, offset);
        using var summed = new SummedStream(stream);
        using var buffered = new BufferedStream(
            summed, (int)Math.Clamp(_pairs.Pairs(tile) * _size, 1, BytesAtOnce));
        for (var i = 0; i < tile.Rows; i++)
        {
            var first = _pairs.First(tile, i);
            Put(buffered, entries.Slice(i * stride + first, tile.Columns - first));
        }

        buffered.Flush();
        return summed.Sum;
    }

    // Backends that compute in float64 alone give a request in float32 tiles of it.
    private void Put<T>(Stream stream, ReadOnlySpan<T> row) where T : unmanaged
    {
        if (Unsafe.SizeOf<T>() == _size)
        {
            stream.Write(MemoryMarshal.AsBytes(row));
            return;
        }

        var floats = ArrayPool<float>.Shared.Rent(row.Length);
        NpyEncoder.Round(file, MemoryMarshal.Cast<T, double>(row), floats);
        stream.Write(MemoryMarshal.AsBytes(floats.AsSpan(0, row.Length)));
        ArrayPool<float>.Shared.Return(floats);
    }
}
