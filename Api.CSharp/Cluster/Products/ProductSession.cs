using System.Diagnostics;
using System.Runtime.ExceptionServices;

namespace HadamardNtk;

/// <summary>
/// Products with a Gram matrix whose rows the workers of a cluster share. The workers keep their rows between the
/// products as far as their memory goes, and compute the others again. A row of a product has the bits of the inner
/// products of the whole row of K, so that nothing depends on the number of workers, or on who computes which rows.
/// </summary>
internal sealed class ProductSession : IDisposable
{
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(2);

    private readonly ClusterConnection _connection;
    private readonly ProductJob _job;
    private readonly ProductClient _client;
    private readonly IProductClient _reference;
    private readonly IProductGrain _grain;
    private readonly SemaphoreSlim _turn = new(1);
    private readonly SemaphoreSlim _signal = new(0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _life;
    private string _obstacle = "";
    private int _users = 1;

    /// <param name="connection">The connection to the cluster.</param>
    /// <param name="request">The matrix.</param>
    /// <param name="backend">The backend.</param>
    /// <param name="storage">How workers keep the rows of K: f64, f32, or none.</param>
    /// <param name="checkedShare">The share of the bands of which the client computes rows itself.</param>
    internal ProductSession(
        ClusterConnection connection, GramRequest request, IKernelBackend backend, string storage, double checkedShare)
    {
        (_connection, Request, Backend) = (connection, request, backend);
        var side = LeaseGrid.UsualSide(request.Rows, request.Columns);
        _job = new()
        {
            Matrix = ClusterJobs.Describe(request, backend, default, side, checkedShare) with
            {
                Token = ClusterJobs.NewToken(connection.Group),
            },
            Storage = storage,
            Height = ProductBands.UsualHeight(request.Rows, request.Columns),
        };
        var bands = ProductBands.Of(_job);
        var check = new BandCheck(
            new(request, backend, storage, new(0)), bands, request.Columns, checkedShare, _stop.Token);
        _client = new(request, bands, check);
        _reference = connection.Client.CreateObjectReference<IProductClient>(_client);
        _grain = connection.Client.GetGrain<IProductGrain>(_job.Matrix.Token);
        _life = Task.Run(() => Live(_stop.Token), CancellationToken.None);
    }

    /// <summary>The matrix.</summary>
    internal GramRequest Request { get; }

    /// <summary>The backend that computes it.</summary>
    internal IKernelBackend Backend { get; }

    /// <summary>The workers that computed wrong bits.</summary>
    internal IReadOnlyCollection<string> Wrong => _client.Wrong;

    /// <summary>The parts of factors that went in messages.</summary>
    internal int SentParts => _client.SentParts;

    /// <summary>The workers that keep rows of K, with the number of their bands.</summary>
    internal IReadOnlyDictionary<string, int> Homes => Enumerable.Range(0, ProductBands.Of(_job).Count)
        .Select(_client.Home).OfType<string>().GroupBy(name => name).ToDictionary(all => all.Key, all => all.Count());

    /// <summary>Lets another user have the session, who disposes of it, too. It ends after the last of them.</summary>
    internal ProductSession Share()
    {
        Interlocked.Increment(ref _users);
        return this;
    }

    /// <summary>Computes a round, after those that other threads have asked for.</summary>
    /// <param name="kind">What is computed.</param>
    /// <param name="factor">V, or the other samples.</param>
    /// <param name="progress">Receives the share of the bands that are finished. It may be null.</param>
    /// <param name="stop">The token that ends the round.</param>
    /// <returns>The result, one row for each row of the matrix.</returns>
    /// <exception cref="ClusterException">The cluster does not answer, or no worker takes part.</exception>
    /// <exception cref="ArithmeticException">The kernel is not finite at a sample.</exception>
    internal Matrix Run(RoundKind kind, Matrix factor, IProgress<double>? progress, CancellationToken stop)
    {
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _users) < 1, this);
        Require(kind, factor);
        return Task.Run(() => InTurn(kind, factor, progress, stop), CancellationToken.None).GetAwaiter().GetResult();
    }

    /// <summary>Ends the job after its last user, so that workers forget their rows.</summary>
    public void Dispose()
    {
        if (Interlocked.Decrement(ref _users) != 0)
        {
            return;
        }

        _client.Close();
        _stop.Cancel();
        Task.Run(End).GetAwaiter().GetResult();
        GC.KeepAlive(_client);
    }

    private void Require(RoundKind kind, Matrix factor)
    {
        var (rows, columns) = kind == RoundKind.Kernels ? (factor.Rows, factor.Columns) : (factor.Columns, factor.Rows);
        var most = JobSamples.MostNumbers;
        if (columns != (kind == RoundKind.Kernels ? Request.X.Columns : Request.Columns) || rows < 1 || rows > most
            || (long)rows * Request.Rows > Array.MaxLength)
        {
            throw new ArgumentException(
                $"Expected at most {most} columns, and a result of at most {Array.MaxLength} numbers on a cluster; "
                + $"came {Request.Rows} x {rows}. Give fewer columns.", nameof(factor));
        }
    }

    // The client has one round at a time.
    private async Task<Matrix> InTurn(
        RoundKind kind, Matrix factor, IProgress<double>? progress, CancellationToken stop)
    {
        await _turn.WaitAsync(stop);
        try
        {
            return await Round(kind, factor, progress, stop);
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task<Matrix> Round(
        RoundKind kind, Matrix factor, IProgress<double>? progress, CancellationToken stop)
    {
        using var file = FactorFile.TryWrite(_connection.Options.Vectors, factor);
        var (result, sinceWork) = (_client.Begin(kind, factor, file?.Path), Stopwatch.StartNew());
        var rising = new RisingProgress(progress);
        _signal.Release();
        try
        {
            while (!result.IsCompleted)
            {
                await Task.WhenAny(result, Task.Delay(Glance, stop));
                stop.ThrowIfCancellationRequested();
                if (_client.Failure is { } failure)
                {
                    Fail(failure, stop);
                }

                if (_client.TakeActive())
                {
                    sinceWork.Restart();
                }

                if (_life.IsFaulted)
                {
                    await _life;
                }

                RequireWork(sinceWork.Elapsed);
                rising.Report(_client.Part, result.IsCompleted);
            }

            return await result;
        }
        finally
        {
            _client.End();
        }
    }

    // The sign of life, which also tells of a new round, and restores the job where its grain has lost it.
    private async Task Live(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                if (!await _grain.Announce(_job.Matrix.Token, _client.News))
                {
                    await _grain.Begin(_job, _reference);
                    await _grain.Announce(_job.Matrix.Token, _client.News);
                }

                _obstacle = "";
            }
            catch (Exception e) when (ClusterFailure.IsPassing(e))
            {
                _obstacle = ClusterFailure.Reason(e);
            }

            try
            {
                await _signal.WaitAsync(Beat, stop);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    // A kernel that is not finite at a sample has the error of one process. Other errors are of the client's checks.
    private void Fail(Exception failure, CancellationToken stop)
    {
        if (failure is not ArithmeticException)
        {
            ExceptionDispatchInfo.Throw(failure);
        }

        var kernel = new InfiniteKernel(Request.Program, Request.Kind);
        _ = kernel.Diagonal(Request.X, stop);
        _ = kernel.Diagonal(Request.Other, stop);
        throw new ArithmeticException(failure.Message);
    }

    private void RequireWork(TimeSpan sinceWork)
    {
        var (patience, shown) = (_connection.Options.Patience, _connection.Address.Shown);
        if (sinceWork > patience)
        {
            var news = _client.News;
            var reasons = string.Join("; ", new[] { _client.Unfit, _obstacle }.Where(text => text.Length > 0));
            throw new ClusterException(
                shown, $"a worker that computes one of the {news.Bands - news.Done} bands that are left",
                $"none for {patience.TotalSeconds:F0} s{(reasons.Length > 0 ? $" ({reasons})" : "")}",
                "start workers of the same build, wait until other jobs end, or raise the patience");
        }
    }

    private async Task End()
    {
        try
        {
            await _life.WaitAsync(Farewell);
            await _grain.End(_job.Matrix.Token).WaitAsync(Farewell);
        }
        catch (Exception e) when (ClusterFailure.IsPassing(e) || _life.IsFaulted)
        {
            // The grain ends a job whose client is silent.
        }
    }
}
