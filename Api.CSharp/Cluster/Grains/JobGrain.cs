using System.Diagnostics;
using Microsoft.Extensions.Logging;

namespace HadamardNtk;

/// <summary>
/// The coordinator of a job. It has the table of leases in memory alone. Where its machine is lost it is activated on
/// another one without a table, and the client, whose journal has the finished tiles, restores it.
/// </summary>
internal sealed class JobGrain(ILogger<JobGrain> log) : Grain, IJobGrain
{
    private const int MostNews = 4096;
    private const int MostUnfit = 64;
    private const int MostShown = 256;

    /// <summary>A job without its client is forgotten after this time.</summary>
    private static readonly TimeSpan Widowed = TimeSpan.FromMinutes(10);

    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly Dictionary<string, string> _unfit = [];
    private JobDescription? _job;
    private IJobClient? _client;
    private LeaseTable? _table;
    private TimeSpan _heard;
    private TimeSpan _started;
    private int _doneBefore;
    private bool _isStarted;
    private bool _isEnded;
    private (TileFault Fault, string Message)? _failure;
    private long _pulls;
    private long _ticksOfPulls;

    private string Id => this.GetPrimaryKeyString();

    private TimeSpan Now => _clock.Elapsed;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        this.RegisterGrainTimer(Tend, new GrainTimerCreationOptions(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1)));
        return Task.CompletedTask;
    }

    public Task<bool> Begin(JobDescription job, IJobClient client)
    {
        var grid = JobCheck.Grid(job);
        var isKnown = _isStarted && _table is not null && _job is not null
            && job with { Client = "", Attempt = "" } == _job with { Client = "", Attempt = "" };

        // A client that asks again, since it did not hear the answer, has not seen the failure yet.
        _failure = isKnown && job.Attempt == _job!.Attempt ? _failure : null;
        (_job, _client, _heard, _isEnded) = (job, client, Now, false);
        if (!isKnown)
        {
            (_table, _isStarted, _started) = (new(grid.Count, Rules(job), NewSeed()), false, Now);
            _unfit.Clear();
        }

        ClusterLog.Began(log, Id, job.Client, grid.Count, isKnown);
        return Task.FromResult(isKnown);
    }

    public Task Restore(string token, TileReport[] finished)
    {
        RequireClient(token);
        if (finished.Length > MostNews)
        {
            throw new ArgumentException($"Expected at most {MostNews} tiles; came {finished.Length}.");
        }

        foreach (var (tile, hash) in finished)
        {
            RequireTile(tile);
            _table!.Restore(tile, hash);
        }

        return Task.CompletedTask;
    }

    public Task Start(string token)
    {
        RequireClient(token);
        (_isStarted, _started, _doneBefore) = (true, Now, _table!.Done);
        return Pool().Announce(Id);
    }

    public Task<JobNews> Watch(string token, int since)
    {
        if (_table is null || !_isStarted || _job!.Token != token)
        {
            return Task.FromResult(new JobNews { State = JobState.Unknown });
        }

        _heard = Now;
        var changes = _table.Changes;
        var from = Math.Clamp(since, 0, changes.Count);
        var some = Math.Min(MostNews, changes.Count - from);
        return Task.FromResult(new JobNews
        {
            State = State,
            Tiles = [.. changes.Skip(from).Take(some).Select(c => new TileNews(c.Tile, c.IsDone, c.Hash))],
            IsMore = from + some < changes.Count,
            ForArbiter = [.. _table.ForArbiter(Now).Take(16)],
            Wrong = [.. _table.Workers.Where(its => its.IsWrong).Select(its => its.Name).Take(MostUnfit)],
            Fault = _failure?.Fault ?? default,
            Failure = _failure?.Message ?? "",
            Unfit = [.. _unfit.Select(pair => $"{pair.Key}: {pair.Value}")],
            Working = _table.Workers.Count(its => its.Leases.Count > 0 && _table.IsAlive(its, Now)),
        });
    }

    public Task<string[]> Settle(string token, TileReport truth)
    {
        RequireClient(token);
        RequireTile(truth.Tile);
        var all = _table!.Settle(truth.Tile, truth.Hash);
        foreach (var wrong in all)
        {
            ClusterMeters.Wrong.Add(1);
            ClusterLog.Wrong(log, Id, wrong, truth.Tile);
        }

        return Task.FromResult(all.ToArray());
    }

    public Task End(string token)
    {
        if (_job?.Token == token)
        {
            ClusterLog.Ended(log, Id, _table?.Done ?? 0);
            Forget();
        }

        return Task.CompletedTask;
    }

    public Task<JobDescription?> Describe() => Task.FromResult(_isStarted ? _job : null);

    public Task<IJobClient?> Client() => Task.FromResult(_client);

    public Task<LeaseGrant> Pull(PullRequest request)
    {
        var start = Stopwatch.GetTimestamp();
        RequireRequest(request);
        if (_table is null || !_isStarted)
        {
            return Task.FromResult(new LeaseGrant(_isEnded ? JobState.Complete : JobState.Unknown, [], false));
        }

        foreach (var (tile, hash) in request.Finished)
        {
            RequireTile(tile);
            var result = _table.Report(request.Worker, tile, hash, Now);
            ClusterMeters.Reports.Add(1, new KeyValuePair<string, object?>("result", ClusterMeters.WordOf(result)));
            if (result == ReportResult.Disputed)
            {
                ClusterLog.Disputed(log, Id, tile, request.Worker);
            }
        }

        var wanted = State == JobState.Running ? request.Wanted : 0;
        var tiles = _table.Pull(request.Worker, wanted, request.Held, Now);
        ClusterMeters.Leases.Add(tiles.Count);
        _pulls++;
        _ticksOfPulls += Stopwatch.GetTimestamp() - start;
        return Task.FromResult(new LeaseGrant(State, [.. tiles], IsWrong(request.Worker)));
    }

    public Task Fail(string worker, TileFault fault, string message)
    {
        if (_table is not null && !IsWrong(worker))
        {
            _failure ??= (fault, Short($"{worker}: {message}"));
            ClusterLog.Failed(log, Id, worker, Short(message));
        }

        return Task.CompletedTask;
    }

    public Task Refuse(string worker, string reason)
    {
        if (_unfit.Count < MostUnfit)
        {
            _unfit[Short(worker)] = Short(reason);
        }

        ClusterLog.Refused(log, Id, worker, Short(reason));
        return Task.CompletedTask;
    }

    public Task Leave(string worker)
    {
        _table?.Leave(worker);
        return Task.CompletedTask;
    }

    public Task<JobStatus> Status()
    {
        if (_table is null || _job is null)
        {
            return Task.FromResult(new JobStatus { Id = Id, State = JobState.Unknown });
        }

        var seconds = Math.Max(1e-3, (Now - _started).TotalSeconds);
        return Task.FromResult(new JobStatus
        {
            Id = Id,
            State = State,
            Network = _job.Network,
            Rows = _job.X.Rows,
            Columns = (_job.Other ?? _job.X).Rows,
            Tiles = _table.Count,
            Done = _table.Done,
            Rate = (_table.Done - _doneBefore) / seconds,
            Coordinator = ClusterNames.Process,
            Client = _job.Client,
            SecondsWithoutClient = (Now - _heard).TotalSeconds,
            Workers =
            [
                .. _table.Workers.Take(MostShown).Select(its => new WorkerNews(
                    its.Name, its.Leases.Count, its.Reports, (Now - its.Seen).TotalSeconds, its.IsWrong))
            ],
            Pulls = _pulls,
            SecondsOfPull = _pulls == 0 ? 0 : Stopwatch.GetElapsedTime(0, _ticksOfPulls).TotalSeconds / _pulls,
        });
    }

    private JobState State => _failure is not null ? JobState.Failed
        : _table!.IsComplete ? JobState.Complete
        : JobState.Running;

    private bool IsWrong(string worker) => _table!.Workers.Any(its => its.IsWrong && its.Name == worker);

    private static LeaseRules Rules(JobDescription job) => LeaseRules.Usual with { CheckedShare = job.CheckedShare };

    private static ulong NewSeed() => (ulong)Random.Shared.NextInt64();

    private static string Short(string text) => MessageText.Clean(text.Length > 1000 ? text[..1000] : text);

    private IPoolGrain Pool() => GrainFactory.GetGrain<IPoolGrain>(0);

    // Once a second: silent workers lose their leases, the pool hears of the job, and one without a client ends.
    private async Task Tend()
    {
        if (_table is null || !_isStarted)
        {
            return;
        }

        _table.Expire(Now);
        if (Now - _heard > Widowed)
        {
            ClusterLog.Widowed(log, Id, _job!.Client);
            Forget();
            return;
        }

        if (State == JobState.Running)
        {
            await Pool().Announce(Id);
        }
    }

    private void Forget()
    {
        // Workers that ask later learn that the job is over, as long as this activation lives.
        (_table, _job, _client, _isStarted, _isEnded) = (null, null, null, false, true);
        Pool().Withdraw(Id).Ignore();
    }

    private void RequireClient(string token)
    {
        if (_table is null || _job?.Token != token)
        {
            throw new InvalidOperationException("Expected the client of the job; its coordinator began anew.");
        }

        _heard = Now;
    }

    private void RequireTile(int tile)
    {
        if (tile < 0 || tile >= _table!.Count)
        {
            throw new ArgumentException($"Expected a tile from 0 to {_table!.Count - 1}; came {tile}.");
        }
    }

    private static void RequireRequest(PullRequest request)
    {
        if (request.Worker is not { Length: > 0 and <= 256 } || request.Wanted < 0
            || request.Held.Length > PullRequest.Most || request.Finished.Length > PullRequest.Most)
        {
            throw new ArgumentException($"Expected a worker's name and at most {PullRequest.Most} tiles.");
        }
    }
}
