namespace HadamardNtk;

/// <summary>
/// The tiles of a job and who computes them. Workers pull leases and report the hashes of finished tiles. A worker that
/// is silent too long loses its leases. Some tiles are computed by two workers, among them the first of every worker,
/// and where their hashes differ, or no other worker is there, an arbiter says which bits are right. The tiles of a
/// worker that was wrong are computed again. A tile may be computed any number of times, since its bits are always the
/// same.
/// </summary>
/// <remarks>
/// The table has no clock of its own: every call says the time. It is not safe for several threads. It can be rebuilt
/// from the list of finished tiles alone.
/// </remarks>
internal sealed class LeaseTable
{
    private readonly LeaseRules _rules;
    private readonly ulong _seed;
    private readonly Tile[] _tiles;
    private readonly Dictionary<string, LeasedWorker> _workers = [];
    private readonly LinkedList<int> _pending = [];
    private readonly SortedSet<int> _unchecked = [];
    private readonly SortedDictionary<int, List<(string Worker, UInt128 Hash)>> _disputes = [];
    private readonly List<TileChange> _changes = [];
    private int _done;

    /// <param name="tiles">The number of tiles.</param>
    /// <param name="rules">The rules.</param>
    /// <param name="seed">The seed of the sample of tiles that are computed twice.</param>
    internal LeaseTable(int tiles, LeaseRules rules, ulong seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(tiles, 1);
        (_rules, _seed, _tiles) = (rules, seed, new Tile[tiles]);
        for (var tile = 0; tile < tiles; tile++)
        {
            _tiles[tile] = new() { Place = _pending.AddLast(tile) };
        }
    }

    /// <summary>The number of tiles.</summary>
    internal int Count => _tiles.Length;

    /// <summary>The number of finished tiles.</summary>
    internal int Done => _done;

    /// <summary>Whether all tiles are finished, checked where they have to be, and undisputed.</summary>
    internal bool IsComplete => _done == _tiles.Length && _unchecked.Count == 0 && _disputes.Count == 0;

    /// <summary>All workers that were ever heard of.</summary>
    internal IReadOnlyCollection<LeasedWorker> Workers => _workers.Values;

    /// <summary>
    /// The tiles that the arbiter computes: those on whose bits two reports differ, and those to be checked of a worker
    /// that is alone.
    /// </summary>
    internal IEnumerable<int> ForArbiter(TimeSpan now) => _disputes.Keys.Concat(
        _unchecked.Where(tile => !_disputes.ContainsKey(tile) && _tiles[tile] is { Leases: 0, By: { } by }
            && IsAlone(by, now)));

    /// <summary>All that happened to tiles, in order. A follower who knows a beginning asks for the rest.</summary>
    internal IReadOnlyList<TileChange> Changes => _changes;

    /// <summary>Counts a tile as finished that an earlier table knew as finished.</summary>
    internal void Restore(int tile, UInt128 hash)
    {
        if (!_tiles[tile].IsDone)
        {
            Finish(tile, null, hash);
        }
    }

    /// <summary>Gives leases to a worker, and takes those back that it does not hold any more.</summary>
    /// <param name="worker">The name of the worker, which no other has.</param>
    /// <param name="wanted">The largest number of leases that it wants.</param>
    /// <param name="held">The tiles that it has and has not yet reported.</param>
    /// <param name="now">The time.</param>
    /// <returns>The numbers of the tiles to compute.</returns>
    internal List<int> Pull(string worker, int wanted, IReadOnlyCollection<int> held, TimeSpan now)
    {
        var given = new List<int>();
        if (Seen(worker, now) is not { IsWrong: false } its)
        {
            return given;
        }

        Release(its, tile => !held.Contains(tile));
        Expire(now);
        wanted = Math.Min(wanted, _rules.MostLeases - its.Leases.Count);
        while (given.Count < wanted && Next(its, now) is { } tile)
        {
            its.Leases[tile] = now;
            Take(tile);
            given.Add(tile);
        }

        return given;
    }

    /// <summary>Takes the report of a finished tile.</summary>
    internal ReportResult Report(string worker, int tile, UInt128 hash, TimeSpan now)
    {
        if (Seen(worker, now) is not { IsWrong: false } its)
        {
            return ReportResult.Ignored;
        }

        _tiles[tile].Leases -= its.Leases.Remove(tile) ? 1 : 0;
        if (_disputes.TryGetValue(tile, out var reports))
        {
            if (reports.TrueForAll(report => report.Worker != worker))
            {
                reports.Add((worker, hash));
            }

            return ReportResult.Disputed;
        }

        return _tiles[tile].IsDone ? Compare(its, tile, hash) : Accept(its, tile, hash);
    }

    /// <summary>Says the true bits of a tile for the arbiter, which stand in the matrix now.</summary>
    /// <returns>The workers that computed wrong bits.</returns>
    internal List<string> Settle(int tile, UInt128 truth)
    {
        if (!_tiles[tile].IsDone)
        {
            return [];
        }

        var reports = _disputes.Remove(tile, out var some) ? some : [];
        if (_tiles[tile].By is { } by)
        {
            reports.Add((by, _tiles[tile].Hash));
        }

        foreach (var its in _workers.Values)
        {
            its.Unconfirmed.Remove(tile);
        }

        _unchecked.Remove(tile);
        _tiles[tile].By = null;
        _tiles[tile].Hash = truth;
        _changes.Add(new(tile, true, truth));
        var wrong = reports.Where(report => report.Hash != truth).Select(report => report.Worker).Distinct().ToList();
        wrong.RemoveAll(worker => !_workers.ContainsKey(worker));
        wrong.ForEach(Condemn);
        return wrong;
    }

    /// <summary>Forgets a worker that has said farewell: its leases are given to others.</summary>
    internal void Leave(string worker)
    {
        if (_workers.TryGetValue(worker, out var its))
        {
            Release(its, _ => true);
        }
    }

    /// <summary>Takes the leases of silent workers back.</summary>
    internal void Expire(TimeSpan now)
    {
        foreach (var its in _workers.Values)
        {
            if (its.Leases.Count > 0 && !IsAlive(its, now))
            {
                Release(its, _ => true);
            }
        }
    }

    /// <summary>Whether a worker was heard of lately.</summary>
    internal bool IsAlive(LeasedWorker its, TimeSpan now) => now - its.Seen <= _rules.Deadline;

    private LeasedWorker? Seen(string worker, TimeSpan now)
    {
        if (!_workers.TryGetValue(worker, out var its))
        {
            if (_workers.Count >= _rules.MostWorkers && !Forget(now))
            {
                return null;
            }

            _workers[worker] = its = new(worker);
        }

        its.Seen = now;
        return its;
    }

    // Makes room for a worker where another is gone.
    private bool Forget(TimeSpan now) =>
        _workers.Values.FirstOrDefault(its => !its.IsWrong && its.Leases.Count == 0 && !IsAlive(its, now)) is { } gone
            && _workers.Remove(gone.Name);

    private ReportResult Accept(LeasedWorker its, int tile, UInt128 hash)
    {
        var isFirst = its.Reports == 0;
        its.Reports++;
        its.Unconfirmed.Add(tile);
        Finish(tile, its.Name, hash);
        if (isFirst || _rules.IsSampled(tile, _seed))
        {
            _unchecked.Add(tile);
        }

        return ReportResult.Accepted;
    }

    private ReportResult Compare(LeasedWorker its, int tile, UInt128 hash)
    {
        var known = _tiles[tile];
        if (known.Hash == default)
        {
            known.Hash = hash;
        }

        if (known.Hash != hash)
        {
            _disputes[tile] = [(its.Name, hash)];
            return ReportResult.Disputed;
        }

        if (known.By == its.Name)
        {
            return ReportResult.Repeated;
        }

        if (known.By is { } first && first != its.Name && _workers.TryGetValue(first, out var finisher))
        {
            finisher.Unconfirmed.Remove(tile);
        }

        its.Reports++;
        _unchecked.Remove(tile);
        return ReportResult.Confirmed;
    }

    private void Finish(int tile, string? worker, UInt128 hash)
    {
        var finished = _tiles[tile];
        Take(tile);
        (finished.IsDone, finished.By, finished.Hash) = (true, worker, hash);
        _done++;
        _changes.Add(new(tile, true, hash));
    }

    // What a wrong worker finished is computed again, unless another worker has confirmed it.
    private void Condemn(string worker)
    {
        var its = _workers[worker];
        its.IsWrong = true;
        Release(its, _ => true);
        foreach (var tile in its.Unconfirmed.Where(tile => !_disputes.ContainsKey(tile)))
        {
            _unchecked.Remove(tile);
            (_tiles[tile].IsDone, _tiles[tile].By, _tiles[tile].Hash) = (false, null, default);
            _done--;
            _changes.Add(new(tile, false, default));
            PutBack(tile);
        }

        its.Unconfirmed.Clear();
    }

    private void Release(LeasedWorker its, Func<int, bool> which)
    {
        foreach (var tile in its.Leases.Keys.Where(which).ToArray())
        {
            its.Leases.Remove(tile);
            _tiles[tile].Leases--;
            PutBack(tile);
        }
    }

    private void PutBack(int tile)
    {
        if (_tiles[tile] is { IsDone: false, Leases: 0, Place: null } free)
        {
            free.Place = _pending.AddFirst(tile);
        }
    }

    // Takes a tile out of the list of those that nobody computes.
    private void Take(int tile)
    {
        if (_tiles[tile].Place is { } place)
        {
            _pending.Remove(place);
            _tiles[tile].Place = null;
        }
    }

    private int? Next(LeasedWorker its, TimeSpan now)
    {
        var tile = Check(its) ?? _pending.First?.Value ?? Old(its, now);
        if (tile is { } found)
        {
            _tiles[found].Leases++;
        }

        return tile;
    }

    private int? Check(LeasedWorker its)
    {
        foreach (var tile in _unchecked)
        {
            if (_tiles[tile].Leases == 0 && _tiles[tile].By != its.Name && !_disputes.ContainsKey(tile))
            {
                return tile;
            }
        }

        return null;
    }

    // The oldest lease of another worker, which may be slow or have stopped.
    private int? Old(LeasedWorker its, TimeSpan now)
    {
        (int Tile, TimeSpan Since)? oldest = null;
        foreach (var other in _workers.Values.Where(other => other != its))
        {
            foreach (var (tile, since) in other.Leases)
            {
                var isOld = now - since >= _rules.Patience && _tiles[tile].Leases == 1 && !its.Leases.ContainsKey(tile);
                var isOpen = !_tiles[tile].IsDone || (_unchecked.Contains(tile) && _tiles[tile].By != its.Name);
                if (isOld && isOpen && (oldest is null || since < oldest.Value.Since))
                {
                    oldest = (tile, since);
                }
            }
        }

        return oldest?.Tile;
    }

    private bool IsAlone(string worker, TimeSpan now) =>
        _workers.Values.All(other => other.Name == worker || other.IsWrong || !IsAlive(other, now));

    private sealed class Tile
    {
        /// <summary>Where it is in the list of tiles that nobody computes; null if it is not.</summary>
        internal LinkedListNode<int>? Place { get; set; }

        /// <summary>The number of workers that compute it.</summary>
        internal int Leases { get; set; }

        /// <summary>Whether it is finished.</summary>
        internal bool IsDone { get; set; }

        /// <summary>Who finished it; null where an earlier table or the arbiter says so.</summary>
        internal string? By { get; set; }

        /// <summary>The hash of its bits, or 0.</summary>
        internal UInt128 Hash { get; set; }
    }
}
