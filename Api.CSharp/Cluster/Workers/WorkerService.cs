using System.Collections.Concurrent;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace HadamardNtk;

/// <summary>Offers a worker to its pool, and works on the pool's jobs, side by side.</summary>
internal sealed class WorkerService(
    IGrainFactory grains, WorkerSettings settings, WorkTurns turns, SharedFolders folders, JobSamples samples,
    ILogger<WorkerService> log)
    : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    private readonly string _name = ClusterNames.NewWorker();
    private readonly ConcurrentDictionary<string, bool> _closed = [];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        ClusterLog.Joined(log, _name, settings.Cluster, settings.Threads);
        await using var offering = new Offering(this, stoppingToken);
        var jobs = new JobTasks(job => Attempt(job, id => offering.Jobs.Contains(id), stoppingToken));
        try
        {
            while (!stoppingToken.IsCancellationRequested)
            {
                jobs.Begin(offering.Jobs);
                await Task.Delay(Pause, stoppingToken);
            }
        }
        catch (OperationCanceledException)
        {
            // The worker ends.
        }

        await jobs.End();
    }

    private async Task Attempt(string id, Func<string, bool> isListed, CancellationToken stop)
    {
        try
        {
            await Work(id, isListed, stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The worker ends.
        }
        catch (Exception e)
        {
            ClusterLog.Again(log, _name, ClusterFailure.Reason(e));
        }
    }

    private async Task Work(string id, Func<string, bool> isListed, CancellationToken stop)
    {
        var grain = grains.GetGrain<IJobGrain>(id);
        if (await grain.Describe() is not { } job || _closed.ContainsKey(job.Attempt)
            || await grain.Client() is not { } client)
        {
            return;
        }

        var isDone = await Prepare(grain, job, client, stop) is not var (request, backend, grid, delivery)
            || !await Run(id, isListed, grain, (request, backend, grid, delivery), stop);
        if (isDone)
        {
            _closed[job.Attempt] = true;
        }
    }

    private async Task<bool> Run(
        string id, Func<string, bool> isListed, IJobGrain grain,
        (GramRequest Request, IKernelBackend Backend, LeaseGrid Grid, ITileDelivery Delivery) work,
        CancellationToken stop)
    {
        var queue = new TileQueue();
        using var delivery = work.Delivery;
        ClusterLog.Works(log, _name, id, delivery.Name);
        using var tiles = new TileThreads(
            settings.Threads, work.Request, work.Backend, work.Grid, queue, delivery, turns, settings.Spoil);
        try
        {
            return await new JobRun(grain, _name, settings.Threads, queue, tiles, delivery, () => isListed(id), log)
                .Run(stop);
        }
        finally
        {
            ClusterLog.Finished(log, _name, id, (int)tiles.Tiles);
            await Farewells.Say(grain.Leave(_name));
        }
    }

    private async Task<(GramRequest, IKernelBackend, LeaseGrid, ITileDelivery)?> Prepare(
        IJobGrain grain, JobDescription job, IJobClient client, CancellationToken stop)
    {
        try
        {
            var grid = JobCheck.Grid(job);
            if (JobCheck.TryProgram(job, out _, out var reason)
                && await samples.Of(job, client.Samples, stop) is var numbers
                && JobCheck.TryRequest(job, numbers, out var request, out var backend, out reason))
            {
                var size = NpyTileWriter.Length(request.Rows, request.Columns, request.Precision);
                return (request, backend, grid, folders.HoldPartial(job, size)
                    ? new SharedDelivery(job.Partial!, request)
                    : new SentDelivery(client, _name));
            }

            await grain.Refuse(_name, reason);
        }
        catch (Exception e) when (
            e is ArgumentException or FormatException or OutputException or OutOfMemoryException)
        {
            await grain.Refuse(_name, e.Message);
        }

        return null;
    }

    /// <summary>Tells the pool twice a second that the worker is there, also while it computes.</summary>
    private sealed class Offering : IAsyncDisposable
    {
        private readonly CancellationTokenSource _stop;
        private readonly Task _loop;
        private volatile string[] _jobs = [];

        internal Offering(WorkerService worker, CancellationToken stop)
        {
            _stop = CancellationTokenSource.CreateLinkedTokenSource(stop);
            _loop = Task.Run(() => Loop(worker, _stop.Token), CancellationToken.None);
        }

        internal string[] Jobs => _jobs;

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            await _loop;
            _stop.Dispose();
        }

        private async Task Loop(WorkerService worker, CancellationToken stop)
        {
            var pool = worker.Grains.GetGrain<IPoolGrain>(0);
            while (!stop.IsCancellationRequested)
            {
                try
                {
                    _jobs = await pool.Offer(new(worker.Name, worker.Threads));
                    await Task.Delay(Pause, stop);
                }
                catch (OperationCanceledException) when (stop.IsCancellationRequested)
                {
                    break;
                }
                catch (Exception e) when (ClusterFailure.IsPassing(e))
                {
                    _jobs = [];
                    await Task.Delay(Pause, CancellationToken.None);
                }
            }

            await Farewells.Say(pool.Leave(worker.Name));
        }
    }

    private IGrainFactory Grains => grains;

    private string Name => _name;

    private int Threads => settings.Threads;
}

/// <summary>What a worker service needs to know.</summary>
/// <param name="Cluster">The cluster's address as logs show it.</param>
/// <param name="Threads">The number of threads that compute.</param>
/// <param name="Memory">The most bytes of rows of matrices that it keeps.</param>
/// <param name="Spoil">Spoils the entries of every tile, in tests alone.</param>
internal sealed record WorkerSettings(
    string Cluster, int Threads, long Memory, Action<Memory<byte>>? Spoil = null);
