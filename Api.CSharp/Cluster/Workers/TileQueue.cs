namespace HadamardNtk;

/// <summary>
/// The leases of a worker on their way: those that wait for a thread, those that are computed, those that wait for the
/// disk, and the finished ones that the coordinator has not yet heard of.
/// </summary>
internal sealed class TileQueue
{
    private readonly Lock _lock = new();
    private readonly Queue<int> _waiting = [];
    private readonly HashSet<int> _held = [];
    private List<TileReport> _delivered = [];
    private readonly List<TileReport> _finished = [];
    private readonly SemaphoreSlim _ready = new(0);
    private readonly SemaphoreSlim _changed = new(0);

    /// <summary>The number of leases that wait for a thread.</summary>
    internal int Waiting
    {
        get
        {
            lock (_lock)
            {
                return _waiting.Count;
            }
        }
    }

    /// <summary>Whether all tiles that are held are computed and delivered.</summary>
    internal bool IsIdle
    {
        get
        {
            lock (_lock)
            {
                return _held.Count == _delivered.Count + _finished.Count;
            }
        }
    }

    /// <summary>All tiles that are leased and not yet reported.</summary>
    internal int[] Held
    {
        get
        {
            lock (_lock)
            {
                return [.. _held];
            }
        }
    }

    /// <summary>Adds leases.</summary>
    internal void Add(IEnumerable<int> tiles)
    {
        lock (_lock)
        {
            foreach (var tile in tiles.Where(_held.Add))
            {
                _waiting.Enqueue(tile);
                _ready.Release();
            }
        }
    }

    /// <summary>Waits for a lease to compute.</summary>
    internal int Take(CancellationToken stop)
    {
        _ready.Wait(stop);
        lock (_lock)
        {
            return _waiting.Dequeue();
        }
    }

    /// <summary>Takes note of a tile that is computed and delivered.</summary>
    internal void Deliver(TileReport report)
    {
        lock (_lock)
        {
            _delivered.Add(report);
        }

        _changed.Release();
    }

    /// <summary>Wakes the one who waits for a change.</summary>
    internal void Wake() => _changed.Release();

    /// <summary>Waits until a tile is delivered, or for a time.</summary>
    internal async Task Change(TimeSpan most, CancellationToken stop)
    {
        if (await _changed.WaitAsync(most, stop))
        {
            while (_changed.Wait(0, CancellationToken.None))
            {
            }
        }
    }

    /// <summary>Flushes what is delivered, after which it counts as finished.</summary>
    /// <param name="flush">Makes the delivered tiles outlive this machine.</param>
    /// <returns>Whether there was something.</returns>
    internal bool Flush(Action flush)
    {
        List<TileReport> batch;
        lock (_lock)
        {
            (batch, _delivered) = (_delivered, []);
        }

        if (batch.Count == 0)
        {
            return false;
        }

        flush();
        lock (_lock)
        {
            _finished.AddRange(batch);
        }

        return true;
    }

    /// <summary>Some finished tiles to report.</summary>
    internal TileReport[] Finished(int most)
    {
        lock (_lock)
        {
            return [.. _finished.Take(most)];
        }
    }

    /// <summary>Forgets tiles that the coordinator has heard of.</summary>
    internal void Reported(TileReport[] reports)
    {
        lock (_lock)
        {
            _finished.RemoveRange(0, reports.Length);
            foreach (var report in reports)
            {
                _held.Remove(report.Tile);
            }
        }
    }
}
