using System.Diagnostics;

namespace HadamardNtk;

/// <summary>
/// The list of jobs and workers of a pool, in memory. Both send signs of life, so that a list that is lost is soon
/// there again.
/// </summary>
internal sealed class PoolGrain : Grain, IPoolGrain
{
    private const int MostJobs = 64;
    private const int MostWorkers = 4096;
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(15);

    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly Dictionary<string, TimeSpan> _jobs = [];
    private readonly Dictionary<string, (int Threads, TimeSpan Seen)> _workers = [];

    public Task<string[]> Offer(WorkerOffer worker)
    {
        if (worker.Name is not { Length: > 0 and <= 256 } || worker.Threads is < 1 or > 4096)
        {
            throw new ArgumentException("Expected a worker's name and its threads.");
        }

        Tidy();
        if (_workers.Count < MostWorkers || _workers.ContainsKey(worker.Name))
        {
            _workers[worker.Name] = (worker.Threads, _clock.Elapsed);
        }

        return Task.FromResult(_jobs.Keys.ToArray());
    }

    public Task Announce(string job)
    {
        Tidy();
        if (_jobs.Count >= MostJobs && !_jobs.ContainsKey(job))
        {
            throw new InvalidOperationException($"Expected at most {MostJobs} jobs at once.");
        }

        _jobs[job] = _clock.Elapsed;
        return Task.CompletedTask;
    }

    public Task Withdraw(string job)
    {
        _jobs.Remove(job);
        return Task.CompletedTask;
    }

    public Task Leave(string worker)
    {
        _workers.Remove(worker);
        return Task.CompletedTask;
    }

    public Task<PoolStatus> Status()
    {
        Tidy();
        var now = _clock.Elapsed;
        return Task.FromResult(new PoolStatus(
            [
                .. _workers.Select(
                    pair => new PoolMember(pair.Key, pair.Value.Threads, (now - pair.Value.Seen).TotalSeconds))
            ],
            [.. _jobs.Keys]));
    }

    private void Tidy()
    {
        var old = _clock.Elapsed - Deadline;
        foreach (var job in _jobs.Where(pair => pair.Value < old).Select(pair => pair.Key).ToArray())
        {
            _jobs.Remove(job);
        }

        foreach (var worker in _workers.Where(pair => pair.Value.Seen < old).Select(pair => pair.Key).ToArray())
        {
            _workers.Remove(worker);
        }
    }
}
