namespace HadamardNtk;

/// <summary>The rules of a table of leases.</summary>
/// <param name="Deadline">The time after its last sign of life when the leases of a worker are given to others.</param>
/// <param name="Patience">
/// The age from which a lease is also given to a worker that would otherwise have nothing to do.
/// </param>
/// <param name="CheckedShare">The share of the tiles that two workers compute, from 0 to 1.</param>
/// <param name="MostLeases">The largest number of leases of one worker.</param>
/// <param name="MostWorkers">The largest number of workers.</param>
internal sealed record LeaseRules(
    TimeSpan Deadline, TimeSpan Patience, double CheckedShare, int MostLeases, int MostWorkers)
{
    /// <summary>The usual rules.</summary>
    internal static LeaseRules Usual { get; } =
        new(TimeSpan.FromSeconds(15), TimeSpan.FromSeconds(10), 1.0 / 64, 256, 4096);

    /// <summary>
    /// Whether a tile is in the sample of tiles that two workers compute. It depends on the seed, which workers do not
    /// know.
    /// </summary>
    internal bool IsSampled(int tile, ulong seed) => Mixed(seed + (ulong)tile) < CheckedShare * ulong.MaxValue;

    // The finalizer of SplitMix64 (Steele, Lea and Flood, Fast splittable pseudorandom number generators, 2014).
    private static ulong Mixed(ulong x)
    {
        x += 0x9E3779B97F4A7C15;
        x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
        x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
        return x ^ (x >> 31);
    }
}

/// <summary>What a report of a finished tile meant.</summary>
internal enum ReportResult
{
    /// <summary>The tile is finished by it.</summary>
    Accepted,

    /// <summary>The tile was finished before, and two workers have computed the same bits.</summary>
    Confirmed,

    /// <summary>The same worker had reported it before.</summary>
    Repeated,

    /// <summary>Another report of the tile has other bits. The table waits for the true ones.</summary>
    Disputed,

    /// <summary>The worker had computed wrong bits before, and is not heard.</summary>
    Ignored,
}

/// <summary>What happened to a tile.</summary>
/// <param name="Tile">The number of the tile.</param>
/// <param name="IsDone">Whether it is finished; false where it was finished and has to be computed again.</param>
/// <param name="Hash">The hash of its bits; 0 where it is not known, as for tiles of an earlier run.</param>
internal readonly record struct TileChange(int Tile, bool IsDone, UInt128 Hash);

/// <summary>A worker as a table of leases sees it.</summary>
internal sealed class LeasedWorker(string name)
{
    /// <summary>The name.</summary>
    internal string Name { get; } = name;

    /// <summary>The time of the last sign of life.</summary>
    internal TimeSpan Seen { get; set; }

    /// <summary>The tiles that it computes, with the times when they were given.</summary>
    internal Dictionary<int, TimeSpan> Leases { get; } = [];

    /// <summary>The tiles that count as finished by it and that no other worker has confirmed.</summary>
    internal HashSet<int> Unconfirmed { get; } = [];

    /// <summary>The number of its reports that finished or confirmed a tile.</summary>
    internal int Reports { get; set; }

    /// <summary>Whether it has computed wrong bits.</summary>
    internal bool IsWrong { get; set; }
}
