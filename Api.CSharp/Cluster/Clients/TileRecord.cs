namespace HadamardNtk;

/// <summary>
/// What a client knows of the tiles of its job: which are finished, with their hashes, and which of these are still to
/// be written to the journal.
/// </summary>
internal sealed class TileRecord
{
    private readonly Dictionary<int, UInt128> _done = [];
    private readonly List<int> _fresh = [];

    /// <summary>The finished tiles and their hashes; 0 for those of an earlier run.</summary>
    internal IReadOnlyDictionary<int, UInt128> Done => _done;

    /// <summary>Whether a tile that may be in the journal has to be computed again.</summary>
    internal bool IsTakenBack { get; private set; }

    /// <summary>Takes a tile over from the journal of an earlier run.</summary>
    internal void Restore(int tile) => _done[tile] = default;

    /// <summary>Takes note of news.</summary>
    internal void Take(TileNews news)
    {
        if (!news.IsDone)
        {
            _done.Remove(news.Tile);
            _fresh.Remove(news.Tile);
            IsTakenBack = true;
            return;
        }

        if (_done.TryAdd(news.Tile, news.Hash))
        {
            _fresh.Add(news.Tile);
        }
        else if (news.Hash != default)
        {
            _done[news.Tile] = news.Hash;
        }
    }

    /// <summary>The tiles that the journal does not have yet.</summary>
    internal List<int> TakeFresh()
    {
        List<int> fresh = [.. _fresh];
        _fresh.Clear();
        return fresh;
    }

    /// <summary>All finished tiles, for a journal that is written anew.</summary>
    internal List<int> TakeAll()
    {
        IsTakenBack = false;
        _fresh.Clear();
        return [.. _done.Keys.Order()];
    }
}
