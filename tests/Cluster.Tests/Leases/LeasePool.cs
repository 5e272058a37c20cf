namespace HadamardNtk.Cluster.Tests.Leases;

/// <summary>
/// A table of leases with workers that pull, report, crash and lie as a list of numbers says. It knows which bits are
/// true, and plays the arbiter.
/// </summary>
internal sealed class LeasePool
{
    internal static readonly LeaseRules Rules =
        new(TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(5), 0.1, 6, 64);

    private readonly Dictionary<string, HashSet<int>> _held = [];
    private readonly HashSet<string> _liars;
    private readonly int _tiles;
    private readonly LeaseRules _rules;
    private int _births;
    private TimeSpan _now;

    internal LeasePool(int tiles, int workers, int liars, LeaseRules? rules = null)
    {
        (_tiles, _rules) = (tiles, rules ?? Rules);
        Table = new(tiles, _rules, 7);
        _liars = [.. Enumerable.Range(0, liars).Select(k => $"w{k}")];
        Names = [.. Enumerable.Range(0, workers).Select(k => $"w{k}")];
        Names.ForEach(name => _held[name] = []);
        _births = workers;
    }

    internal LeaseTable Table { get; private set; }

    internal List<string> Names { get; }

    internal HashSet<string> Wrong { get; } = [];

    internal HashSet<string> Lied { get; } = [];

    /// <summary>The number of tiles that were computed.</summary>
    internal int Computed { get; private set; }

    internal static UInt128 Truth(int tile) => 1000 + (UInt128)tile;

    /// <summary>One step that a number chooses.</summary>
    internal void Step(int chosen)
    {
        var worker = Names[chosen / 16 % Names.Count];
        switch (chosen % 16)
        {
            case < 6: Pull(worker, 1 + chosen / 1024 % 4); break;
            case < 12: Report(worker); break;
            case 12: _now += TimeSpan.FromSeconds(chosen / 1024 % 12); break;
            case 13: Crash(worker); break;
            case 14: Table.Leave(worker); _held[worker].Clear(); break;
            default: Move(); break;
        }
    }

    /// <summary>Lets all living workers work until the table is complete, and returns whether it came to that.</summary>
    internal bool Drain()
    {
        for (var round = 0; round < 20 * _tiles + 100 && !Table.IsComplete; round++)
        {
            foreach (var name in Names)
            {
                Pull(name, 2);
                Report(name);
            }

            Settle();
            _now += TimeSpan.FromSeconds(1);
        }

        return Table.IsComplete;
    }

    internal void Pull(string worker, int wanted)
    {
        var given = Table.Pull(worker, wanted, _held[worker], _now);
        _held[worker].UnionWith(given);
    }

    internal void Report(string worker)
    {
        if (_held[worker].Count == 0)
        {
            return;
        }

        var tile = _held[worker].Min();
        _held[worker].Remove(tile);
        Computed++;
        var lies = _liars.Contains(worker);
        if (Table.Report(worker, tile, Truth(tile) + (lies ? 500_000u : 0u), _now) != ReportResult.Ignored && lies)
        {
            Lied.Add(worker);
        }
    }

    internal void Settle()
    {
        foreach (var tile in Table.ForArbiter(_now).ToArray())
        {
            Wrong.UnionWith(Table.Settle(tile, Truth(tile)));
        }
    }

    // A process that is gone says nothing; one of a new name comes in its place.
    private void Crash(string worker)
    {
        var name = $"w{_births++}";
        if (_liars.Remove(worker))
        {
            Lied.Remove(worker);
        }

        Names[Names.IndexOf(worker)] = name;
        _held[name] = [];
    }

    // The coordinator is activated elsewhere, and knows what the journal of the client knows.
    private void Move()
    {
        var known = new Dictionary<int, UInt128>();
        foreach (var change in Table.Changes)
        {
            _ = change.IsDone ? known[change.Tile] = change.Hash : known.Remove(change.Tile) ? default : default(UInt128);
        }

        // What a liar has done before that stays, since the new table does not know who did it.
        Table = new(_tiles, _rules, 7);
        foreach (var (tile, hash) in known.Where(pair => pair.Value == Truth(pair.Key)))
        {
            Table.Restore(tile, hash);
        }

        Lied.Clear();
    }
}
