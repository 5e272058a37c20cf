using System.Collections.Concurrent;

namespace HadamardNtk;

/// <summary>
/// The requests of single tiles. Samples of columns are prepared once for all tiles that need them, up to a bound of
/// memory, which saves half of what a tile costs beside its entries.
/// </summary>
internal sealed class TileRequests(GramRequest request)
{
    /// <summary>The largest number of numbers of samples that are kept: 1 GB.</summary>
    private const long Most = 1L << 27;

    private readonly ConcurrentDictionary<int, PreparedSamples> _columns = new();
    private long _kept;

    /// <summary>The request of a tile. Its entries are those of the whole request to the last bit.</summary>
    internal GramRequest Of(GramTile tile)
    {
        var columns = Columns(tile);
        var rows = request.IsSymmetric && tile.IsDiagonal ? null : request.X.SelectRows(tile.Row, tile.Rows);
        return new(columns, rows, request.Kind, request.Precision);
    }

    private PreparedSamples Columns(GramTile tile)
    {
        if (_columns.TryGetValue(tile.Column, out var known) && known.Count == tile.Columns)
        {
            return known;
        }

        var made = new PreparedSamples(request.Program, request.Other.SelectRows(tile.Column, tile.Columns));
        var numbers = (long)tile.Columns * request.X.Columns;
        if (Interlocked.Add(ref _kept, numbers) <= Most)
        {
            return _columns.GetOrAdd(tile.Column, made);
        }

        Interlocked.Add(ref _kept, -numbers);
        return made;
    }
}
