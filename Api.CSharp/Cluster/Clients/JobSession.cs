using System.Diagnostics;

namespace HadamardNtk;

/// <summary>
/// The client's side of a job from its beginning to its end. It follows the coordinator, restores it where its machine
/// was lost, says the true bits of disputed tiles, and tells the journal what is finished.
/// </summary>
internal sealed class JobSession
{
    private const int MostAtOnce = 4096;
    private static readonly TimeSpan ShortPause = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan LongPause = TimeSpan.FromMilliseconds(250);

    private readonly ClusterConnection _connection;
    private readonly JobDescription _job;
    private readonly GramRequest _request;
    private readonly LeaseGrid _grid;
    private readonly IGramSink _sink;
    private readonly IKernelBackend _backend;
    private readonly IJobGrain _grain;
    private readonly JobClient _client;
    private readonly IJobClient _reference;
    private readonly HashSet<string> _wrong = [];
    private readonly Stopwatch _sinceWork = Stopwatch.StartNew();
    private readonly Stopwatch _sinceAnswer = Stopwatch.StartNew();
    private int _since;
    private bool _isBegun;
    private string _obstacle = "";
    private int _isSettled;
    private bool _isInherited = true;

    internal JobSession(
        ClusterConnection connection, JobDescription job, GramRequest request, IKernelBackend backend, IGramSink sink)
    {
        (_connection, _job, _request, _backend, _sink) = (connection, job, request, backend, sink);
        _grid = JobCheck.Grid(job);
        _client = new(request, _grid, sink);
        _reference = connection.Client.CreateObjectReference<IJobClient>(_client);
        _grain = connection.Client.GetGrain<IJobGrain>(job.Token);
    }

    /// <summary>The tiles that are finished.</summary>
    internal TileRecord Tiles { get; } = new();

    /// <summary>
    /// Whether the result has a tile of a hash, where an earlier run may have lost it; null where there was none.
    /// </summary>
    internal Func<GramTile, UInt128, bool>? Has { get; init; }

    /// <summary>
    /// Whether this process wrote entries since the last call. Workers that share the file flush their own.
    /// </summary>
    internal bool TakeWritten() => _client.TakeWritten() | Interlocked.Exchange(ref _isSettled, 0) != 0;

    /// <summary>The workers that computed wrong bits.</summary>
    internal IReadOnlyCollection<string> Wrong => _wrong;

    /// <summary>Follows the job to its end.</summary>
    /// <param name="record">Is called after every news, to write the journal.</param>
    /// <param name="progress">Receives the share of the tiles that are finished. It may be null.</param>
    /// <param name="stop">The token that ends the job.</param>
    /// <exception cref="ClusterException">The cluster does not answer, or no worker takes part.</exception>
    /// <exception cref="OutputException">A tile cannot be written.</exception>
    /// <exception cref="ArithmeticException">The kernel is not finite at a sample.</exception>
    internal async Task Run(Action record, IProgress<double>? progress, CancellationToken stop)
    {
        var rising = new RisingProgress(progress);
        try
        {
            for (var polls = 0; ; polls++)
            {
                stop.ThrowIfCancellationRequested();
                var news = await Attempt(stop);
                record();
                var isOver = news is { State: JobState.Complete, IsMore: false };
                rising.Report((double)Tiles.Done.Count / _grid.Count, isOver);
                if (isOver)
                {
                    return;
                }

                RequireWork(news);
                if (news is not { IsMore: true })
                {
                    await Task.Delay(polls < 25 ? ShortPause : LongPause, stop);
                }
            }
        }
        finally
        {
            await End();
            GC.KeepAlive(_client);
        }
    }

    private async Task<JobNews?> Attempt(CancellationToken stop)
    {
        if (await Watch(stop) is not { } news)
        {
            return null;
        }

        // What the client cannot write ends the job, whatever its workers make of the answer.
        if (_client.Failure is { } failure)
        {
            throw failure;
        }

        _isBegun = news.State != JobState.Unknown;
        await Take(news, stop);

        // The time in which this process computed a tile itself is no silence of the coordinator or of the workers.
        _sinceAnswer.Restart();
        return news;
    }

    private async Task<JobNews?> Watch(CancellationToken stop)
    {
        try
        {
            if (!_isBegun)
            {
                await Begin();
            }

            var news = await _grain.Watch(_job.Token, _since);
            _obstacle = "";
            return news;
        }
        catch (Exception e) when (ClusterFailure.IsPassing(e, stop))
        {
            Lose(e);
            return null;
        }
    }

    private void Lose(Exception e) => (_obstacle, _isBegun) = (ClusterFailure.Reason(e), false);

    // The coordinator of a resumed job may still know all of it. Another one learns here what is finished.
    private async Task Begin()
    {
        var isKnown = await _grain.Begin(_job, _reference);
        _isInherited &= isKnown && Has is not null;
        if (!isKnown)
        {
            foreach (var some in Tiles.Done.OrderBy(pair => pair.Key).Chunk(MostAtOnce))
            {
                await _grain.Restore(_job.Token, [.. some.Select(pair => new TileReport(pair.Key, pair.Value))]);
            }

            await _grain.Start(_job.Token);
        }

        _since = 0;
    }

    private async Task Take(JobNews news, CancellationToken stop)
    {
        foreach (var tile in news.Tiles)
        {
            await Inherit(tile, stop);
            Tiles.Take(tile);
        }

        _isInherited &= news.IsMore;
        _since += news.Tiles.Length;
        if (news.Tiles.Length > 0 || news.Working > 0 || _client.TakeAsked())
        {
            _sinceWork.Restart();
        }

        if (news.Unfit.Length > 0)
        {
            _obstacle = string.Join("; ", news.Unfit.Take(4));
        }

        Leave(news.Wrong);
        foreach (var tile in news.ForArbiter)
        {
            await Settle(tile, stop);
        }

        if (news.State == JobState.Failed)
        {
            Fail(news, stop);
        }
    }

    // The coordinator may know tiles of the run before that were sent to the client, and that its disk never had, since
    // its machine was lost before they were flushed. They are flushed here, or computed again.
    private async Task Inherit(TileNews tile, CancellationToken stop)
    {
        if (!_isInherited || !tile.IsDone || Tiles.Done.ContainsKey(tile.Tile))
        {
            return;
        }

        stop.ThrowIfCancellationRequested();
        Volatile.Write(ref _isSettled, 1);
        if (!Has!(_grid[tile.Tile], tile.Hash))
        {
            await Settle(tile.Tile, stop);
        }
    }

    // The client is the arbiter: its own bits are those of one process, and they are what the result shall have.
    private async Task Settle(int number, CancellationToken stop)
    {
        var tile = _grid[number];
        var hash = await Task.Run(() => LocalTile.Compute(_request, _backend, tile, _sink, stop), stop);
        Volatile.Write(ref _isSettled, 1);
        try
        {
            Leave(await _grain.Settle(_job.Token, new(number, hash)));
        }
        catch (Exception e) when (ClusterFailure.IsPassing(e, stop))
        {
            // The coordinator asks again, or has begun anew and has no dispute.
            Lose(e);
        }

        _sinceWork.Restart();
    }

    // The tiles of workers that computed wrong bits are not taken any more.
    private void Leave(string[] wrong)
    {
        _wrong.UnionWith(wrong);
        _client.Ban(wrong);
    }

    private void Fail(JobNews news, CancellationToken stop)
    {
        if (_client.Failure is { } failure)
        {
            throw failure;
        }

        if (news.Fault == TileFault.Kernel)
        {
            var kernel = new InfiniteKernel(_request.Program, _request.Kind);
            _ = kernel.Diagonal(_request.X, stop);
            _ = kernel.Diagonal(_request.Other, stop);
            throw new ArithmeticException(news.Failure);
        }

        throw new OutputException(
            OutputFault.WriteFailed, _job.Partial ?? "a tile", "room and a working disk",
            $"at the worker {news.Failure}", "free space, then resume");
    }

    private void RequireWork(JobNews? news)
    {
        var (patience, shown) = (_connection.Options.Patience, _connection.Address.Shown);
        if (_sinceAnswer.Elapsed > patience)
        {
            throw new ClusterException(
                shown, "answers from the coordinator", $"none for {patience.TotalSeconds:F0} s ({_obstacle})",
                "start workers, or raise the patience");
        }

        if (news is not null && _sinceWork.Elapsed > patience)
        {
            throw new ClusterException(
                shown, $"a worker that computes one of the {_grid.Count - Tiles.Done.Count} tiles that are left",
                $"none for {patience.TotalSeconds:F0} s{(_obstacle.Length > 0 ? $" ({_obstacle})" : "")}",
                "start more workers, of the same build, or wait until other jobs end");
        }
    }

    private async Task End()
    {
        try
        {
            await _grain.End(_job.Token).WaitAsync(TimeSpan.FromSeconds(2));
        }
        catch (Exception e) when (ClusterFailure.IsPassing(e))
        {
            // The coordinator ends a job whose client is silent.
        }
    }
}
