namespace HadamardNtk;

/// <summary>
/// The bands of a job of products, round by round: who computes them, and who keeps their rows of K from an earlier
/// round. A worker is given the bands that it keeps, then those that nobody keeps. It takes over a band that another
/// one keeps where that one is gone, has far more than its share, or lets the band wait.
/// </summary>
/// <remarks>
/// The table has no clock of its own: every call says the time. It is not safe for several threads. A band may be
/// computed any number of times, since its bits are always the same.
/// </remarks>
internal sealed class BandTable
{
    private readonly Band[] _bands;
    private readonly TimeSpan _deadline;
    private readonly TimeSpan _patience;
    private readonly Dictionary<string, TimeSpan> _workers = [];
    private TimeSpan _begun;

    /// <param name="bands">The number of bands.</param>
    /// <param name="deadline">The time after which a silent worker has no bands any more.</param>
    /// <param name="patience">The time after which a band is given to another worker too.</param>
    internal BandTable(int bands, TimeSpan deadline, TimeSpan patience)
    {
        (_bands, _deadline, _patience) = (new Band[bands], deadline, patience);
        for (var band = 0; band < bands; band++)
        {
            _bands[band] = new();
        }
    }

    /// <summary>The number of bands that are finished in this round.</summary>
    internal int Done { get; private set; }

    /// <summary>The number of bands whose rows a worker keeps.</summary>
    internal int Kept => _bands.Count(band => band.Home is not null);

    /// <summary>Whether all bands are finished in this round.</summary>
    internal bool IsComplete => Done == _bands.Length;

    /// <summary>Begins a round, in which all bands are computed.</summary>
    internal void Begin(TimeSpan now)
    {
        (Done, _begun) = (0, now);
        foreach (var band in _bands)
        {
            band.IsDone = false;
            band.Leases.Clear();
        }
    }

    /// <summary>Takes a sign of life.</summary>
    internal void See(string worker, TimeSpan now) => _workers[worker] = now;

    /// <summary>The number of workers that were heard of lately.</summary>
    internal int Alive(TimeSpan now) => _workers.Values.Count(seen => now - seen <= _deadline);

    /// <summary>The worker that keeps the rows of a band; null if none does.</summary>
    internal string? Home(int band) => _bands[band].Home;

    /// <summary>Gives bands to a worker, and takes those back that it does not hold any more.</summary>
    /// <param name="worker">The name of the worker, which no other has.</param>
    /// <param name="wanted">The largest number of bands that it wants.</param>
    /// <param name="held">The bands that it has.</param>
    /// <param name="hasRoom">Whether it can keep the rows of another band.</param>
    /// <param name="now">The time.</param>
    internal List<int> Pull(string worker, int wanted, IReadOnlyCollection<int> held, bool hasRoom, TimeSpan now)
    {
        See(worker, now);
        var (given, kept) = (new List<int>(), held.ToHashSet());
        for (var band = 0; band < _bands.Length; band++)
        {
            if (!kept.Contains(band))
            {
                _bands[band].Leases.Remove(worker);
            }
        }

        Expire(now);
        for (var rank = 0; rank < 4 && given.Count < wanted; rank++)
        {
            Give(rank, worker, wanted, hasRoom, now, given);
        }

        return given;
    }

    /// <summary>Counts a band as finished.</summary>
    /// <param name="worker">The worker that computed it.</param>
    /// <param name="band">The band.</param>
    /// <param name="isKept">Whether the worker keeps its rows of K.</param>
    internal void Finish(string worker, int band, bool isKept)
    {
        var its = _bands[band];
        its.Leases.Remove(worker);
        its.Home = isKept ? worker : its.Home;
        Done += its.IsDone ? 0 : 1;
        its.IsDone = true;
    }

    /// <summary>Counts a band as not finished, since its result was wrong.</summary>
    internal void Undo(int band)
    {
        Done -= _bands[band].IsDone ? 1 : 0;
        _bands[band].IsDone = false;
    }

    /// <summary>Forgets a worker: others have its bands.</summary>
    internal void Leave(string worker)
    {
        _workers.Remove(worker);
        foreach (var band in _bands)
        {
            band.Leases.Remove(worker);
            band.Home = band.Home == worker ? null : band.Home;
        }
    }

    private void Expire(TimeSpan now)
    {
        foreach (var silent in _workers.Where(pair => now - pair.Value > _deadline).Select(pair => pair.Key).ToArray())
        {
            Leave(silent);
        }
    }

    // Bands of rank 0 are kept by the worker, those of rank 1 by nobody, those of rank 2 by one that has more than its
    // share or lets them wait, and those of rank 3 are computed by another one that has had them for long.
    private void Give(int rank, string worker, int wanted, bool hasRoom, TimeSpan now, List<int> given)
    {
        var homes = rank == 2 ? Homes() : [];
        var share = _bands.Length / Math.Max(1, Alive(now));
        for (var number = 0; number < _bands.Length && given.Count < wanted; number++)
        {
            var band = _bands[number];
            var isGiven = !band.IsDone && rank switch
            {
                0 => band.Leases.Count == 0 && band.Home == worker,
                1 => band.Leases.Count == 0 && band.Home is null,
                2 => band.Leases.Count == 0 && band.Home is { } home && home != worker
                    && (now - _begun >= _patience || (hasRoom && IsUneven(homes, worker, home, share, given.Count))),
                _ => band.Leases.Count == 1 && !band.Leases.ContainsKey(worker)
                    && now - band.Leases.Values.Max() >= _patience,
            };
            if (isGiven)
            {
                band.Leases[worker] = now;
                given.Add(number);
                homes[band.Home ?? ""] = homes.GetValueOrDefault(band.Home ?? "") - 1;
            }
        }
    }

    private Dictionary<string, int> Homes() => _bands.Where(band => band.Home is not null)
        .GroupBy(band => band.Home!).ToDictionary(group => group.Key, group => group.Count());

    private static bool IsUneven(Dictionary<string, int> homes, string worker, string other, int share, int given) =>
        homes.GetValueOrDefault(worker) + given < share && homes[other] > share + 1;

    private sealed class Band
    {
        internal bool IsDone { get; set; }

        internal string? Home { get; set; }

        internal Dictionary<string, TimeSpan> Leases { get; } = [];
    }
}
