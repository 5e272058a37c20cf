using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace HadamardNtk;

/// <summary>Lets a worker take part in the jobs of products of its pool, one after the other.</summary>
internal sealed class ProductService(IGrainFactory grains, WorkerSettings settings, ILogger<ProductService> log)
    : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    private readonly string _name = ClusterNames.NewWorker();
    private readonly HashSet<string> _closed = [];
    private readonly JobSamples _samples = new(new SharedFolders(settings.Shared));

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var pool = grains.GetGrain<IPoolGrain>(ProductGrain.PoolNumber);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                foreach (var job in await pool.Offer(new(_name, settings.Threads, ProgramIdentity.Version)))
                {
                    await Work(job, stoppingToken);
                }

                await Task.Delay(Pause, stoppingToken);
            }
            catch (OperationCanceledException)
            {
                break;
            }
            catch (Exception e) when (e is ArgumentException || ClusterFailure.IsPassing(e))
            {
                ClusterLog.Again(log, _name, ClusterFailure.Reason(e));
                await Task.Delay(Pause, CancellationToken.None);
            }
        }
    }

    private async Task Work(string id, CancellationToken stop)
    {
        var grain = grains.GetGrain<IProductGrain>(id);
        if (_closed.Contains(id) || await grain.Describe() is not { } job || await grain.Client() is not { } client)
        {
            return;
        }

        if (await Prepare(job, client, stop) is not var (request, backend, bands))
        {
            _closed.Add(id);
            return;
        }

        ClusterLog.Works(log, _name, id, "keeping rows of the matrix");
        using var kernel = new BandKernel(request, backend, job.Storage, settings.Memory);
        using var threads = new BandThreads(settings.Threads, _name, client, kernel, bands, settings.Spoil);
        try
        {
            if (!await new ProductRun(grain, client, _name, settings.Threads, threads, bands, kernel).Run(stop))
            {
                _closed.Add(id);
            }
        }
        finally
        {
            ClusterLog.Finished(log, _name, id, threads.Finished);
            await Farewell(client.Leave(_name));
        }
    }

    private async Task<(GramRequest, IKernelBackend, ProductBands)?> Prepare(
        ProductJob job, IProductClient client, CancellationToken stop)
    {
        try
        {
            var bands = ProductBands.Of(job);
            var samples = await _samples.Of(job.Matrix, client.Samples, stop);
            if (JobCheck.TryRequest(job.Matrix, samples, out var request, out var backend, out var reason))
            {
                return (request, backend, bands);
            }

            await client.Refuse(_name, reason);
        }
        catch (Exception e) when (e is ArgumentException or FormatException)
        {
            await client.Refuse(_name, e.Message);
        }

        return null;
    }

    // Without it, others wait until the deadline of the bands.
    private static async Task Farewell(Task leave)
    {
        try
        {
            await leave.WaitAsync(TimeSpan.FromSeconds(1));
        }
        catch (Exception e) when (ClusterFailure.IsPassing(e))
        {
            // The client is gone.
        }
    }
}
