using System.Collections.Concurrent;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace HadamardNtk;

/// <summary>Lets a worker take part in the jobs of products of its pool, side by side.</summary>
internal sealed class ProductService(
    IGrainFactory grains, WorkerSettings settings, WorkTurns turns, SharedFolders folders, JobSamples samples,
    ILogger<ProductService> log)
    : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    private readonly string _name = ClusterNames.NewWorker();
    private readonly ConcurrentDictionary<string, bool> _closed = [];
    private readonly RowMemory _memory = new(settings.Memory);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var pool = grains.GetGrain<IPoolGrain>(ProductGrain.PoolNumber);
        var jobs = new JobTasks(job => Attempt(job, stoppingToken));
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                var listed = await pool.Offer(new(_name, settings.Threads));
                jobs.Begin([.. listed.Where(job => !_closed.ContainsKey(job))]);
                await Task.Delay(Pause, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                break;
            }
            catch (Exception e) when (ClusterFailure.IsPassing(e))
            {
                ClusterLog.Again(log, _name, ClusterFailure.Reason(e));
                await Task.Delay(Pause, CancellationToken.None);
            }
        }

        await jobs.End();
    }

    private async Task Attempt(string id, CancellationToken stop)
    {
        try
        {
            await Work(id, stop);
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

    private async Task Work(string id, CancellationToken stop)
    {
        var grain = grains.GetGrain<IProductGrain>(id);
        if (await grain.Describe() is not { } job || await grain.Client() is not { } client)
        {
            return;
        }

        if (await Prepare(job, client, stop) is not var (request, backend, bands))
        {
            _closed[id] = true;
            return;
        }

        ClusterLog.Works(log, _name, id, "keeping rows of the matrix");
        using var kernel = new BandKernel(request, backend, job.Storage, _memory);
        using var threads = new BandThreads(settings.Threads, _name, client, kernel, bands, turns, settings.Spoil);
        try
        {
            var run = new ProductRun(grain, client, _name, settings.Threads, threads, bands, kernel, folders);
            if (!await run.Run(stop))
            {
                _closed[id] = true;
            }
        }
        finally
        {
            ClusterLog.Finished(log, _name, id, threads.Finished);
            await Farewells.Say(client.Leave(_name));
        }
    }

    private async Task<(GramRequest, IKernelBackend, ProductBands)?> Prepare(
        ProductJob job, IProductClient client, CancellationToken stop)
    {
        try
        {
            var bands = ProductBands.Of(job);
            if (JobCheck.TryProgram(job.Matrix, out _, out var reason)
                && await samples.Of(job.Matrix, client.Samples, stop) is var numbers
                && JobCheck.TryRequest(job.Matrix, numbers, out var request, out var backend, out reason))
            {
                return (request, backend, bands);
            }

            await client.Refuse(_name, reason);
        }
        catch (Exception e) when (e is ArgumentException or FormatException or OutOfMemoryException)
        {
            await client.Refuse(_name, e.Message);
        }

        return null;
    }
}
