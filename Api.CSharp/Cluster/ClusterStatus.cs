namespace HadamardNtk;

/// <summary>A worker of a pool.</summary>
/// <param name="Name">Its machine, its process, and digits that no other worker has.</param>
/// <param name="Threads">The number of its threads that compute.</param>
/// <param name="SecondsSilent">The seconds since it was heard of.</param>
public sealed record ClusterWorkerStatus(string Name, int Threads, double SecondsSilent);

/// <summary>A worker of a job.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Leases">The number of tiles that it has been given and has not reported.</param>
/// <param name="Tiles">The number of tiles that it finished or confirmed.</param>
/// <param name="SecondsSilent">The seconds since it was heard of.</param>
/// <param name="IsWrong">Whether it computed wrong bits and is left out.</param>
public sealed record ClusterJobWorker(string Name, int Leases, int Tiles, double SecondsSilent, bool IsWrong);

/// <summary>A job of a pool.</summary>
public sealed record ClusterJobStatus
{
    internal ClusterJobStatus(JobStatus status)
    {
        Id = status.Id;
        State = status.State.ToString().ToLowerInvariant();
        (Network, Rows, Columns) = (status.Network, status.Rows, status.Columns);
        (Tiles, Done, TilesPerSecond) = (status.Tiles, status.Done, status.Rate);
        (Coordinator, Client) = (status.Coordinator, status.Client);
        SecondsWithoutClient = status.SecondsWithoutClient;
        Workers = Array.AsReadOnly(Array.ConvertAll(
            status.Workers, w => new ClusterJobWorker(w.Name, w.Leases, w.Tiles, w.SecondsSilent, w.IsWrong)));
        (Pulls, SecondsOfPull) = (status.Pulls, status.SecondsOfPull);
    }

    /// <summary>The name of the job.</summary>
    public string Id { get; }

    /// <summary>running, complete, failed, or unknown where its coordinator is being restored.</summary>
    public string State { get; }

    /// <summary>The network.</summary>
    public string Network { get; }

    /// <summary>The number of rows of the matrix.</summary>
    public int Rows { get; }

    /// <summary>The number of its columns.</summary>
    public int Columns { get; }

    /// <summary>The number of tiles.</summary>
    public int Tiles { get; }

    /// <summary>The number of finished tiles.</summary>
    public int Done { get; }

    /// <summary>The tiles that were finished in a second, since the coordinator began.</summary>
    public double TilesPerSecond { get; }

    /// <summary>The seconds that are left at this rate; null before the first tile.</summary>
    public double? SecondsLeft => TilesPerSecond > 0 ? (Tiles - Done) / TilesPerSecond : null;

    /// <summary>The machine and process that coordinate the job.</summary>
    public string Coordinator { get; }

    /// <summary>The machine and process of the client.</summary>
    public string Client { get; }

    /// <summary>The seconds since the client was heard of.</summary>
    public double SecondsWithoutClient { get; }

    /// <summary>The workers of the job, at most 256 of them.</summary>
    public IReadOnlyList<ClusterJobWorker> Workers { get; }

    /// <summary>The number of requests for leases that the coordinator has answered.</summary>
    public long Pulls { get; }

    /// <summary>The mean seconds of such an answer at the coordinator.</summary>
    public double SecondsOfPull { get; }
}

/// <summary>A job of products with a Gram matrix, such as a fit, whose rows the workers of a pool share.</summary>
public sealed record ClusterProductStatus
{
    internal ClusterProductStatus(string id, ProductStatus status)
    {
        var (matrix, news) = (status.Job.Matrix, status.News);
        (Id, Network, Client) = (id, matrix.Network, matrix.Client);
        (Rows, Columns) = (matrix.X.Rows, (matrix.Other ?? matrix.X).Rows);
        (Round, Done, Bands, KeptBands, Workers) = (news.Round, news.Done, news.Bands, news.Kept, news.Workers);
        SecondsWithoutClient = status.SecondsWithoutClient;
    }

    /// <summary>The name of the job.</summary>
    public string Id { get; }

    /// <summary>The network.</summary>
    public string Network { get; }

    /// <summary>The number of rows of the matrix.</summary>
    public int Rows { get; }

    /// <summary>The number of its columns.</summary>
    public int Columns { get; }

    /// <summary>The number of the last product, from 1; 0 before the first.</summary>
    public int Round { get; }

    /// <summary>The number of its bands of rows that are finished.</summary>
    public int Done { get; }

    /// <summary>The number of bands of rows of every product.</summary>
    public int Bands { get; }

    /// <summary>The number of bands whose rows of the matrix a worker keeps in its memory.</summary>
    public int KeptBands { get; }

    /// <summary>The number of workers that were heard of lately.</summary>
    public int Workers { get; }

    /// <summary>The machine and process of the client.</summary>
    public string Client { get; }

    /// <summary>The seconds since the client was heard of.</summary>
    public double SecondsWithoutClient { get; }
}

/// <summary>The workers and jobs of a pool.</summary>
/// <param name="Workers">The workers that were heard of lately.</param>
/// <param name="Jobs">The Gram matrices at work.</param>
public sealed record ClusterStatus(IReadOnlyList<ClusterWorkerStatus> Workers, IReadOnlyList<ClusterJobStatus> Jobs)
{
    /// <summary>The products and regressions at work.</summary>
    public IReadOnlyList<ClusterProductStatus> Products { get; internal init; } = [];

    /// <summary>Asks a cluster for its status.</summary>
    /// <param name="cluster">The cluster.</param>
    /// <param name="cancellation">The token that stops the attempt.</param>
    /// <exception cref="ArgumentException">An option is wrong.</exception>
    /// <exception cref="ClusterException">The cluster cannot be reached, or does not answer.</exception>
    public static async Task<ClusterStatus> ReadAsync(ClusterOptions cluster, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        await using var connection = await ClusterConnection.Open(cluster, cancellation).ConfigureAwait(false);
        try
        {
            var pool = await connection.Client.GetGrain<IPoolGrain>(0).Status().ConfigureAwait(false);
            var jobs = await Task.WhenAll(
                pool.Jobs.Select(job => connection.Client.GetGrain<IJobGrain>(job).Status())).ConfigureAwait(false);
            return new(
                Array.AsReadOnly(Array.ConvertAll(
                    pool.Workers, w => new ClusterWorkerStatus(w.Name, w.Threads, w.SecondsSilent))),
                Array.AsReadOnly(Array.ConvertAll(jobs, job => new ClusterJobStatus(job))))
            {
                Products = await ReadProducts(connection.Client).ConfigureAwait(false),
            };
        }
        catch (Exception e) when (ClusterFailure.IsPassing(e, cancellation))
        {
            throw new ClusterException(
                connection.Address.Shown, "an answer", ClusterFailure.Reason(e), "ask again in a few seconds", e);
        }
    }

    private static async Task<IReadOnlyList<ClusterProductStatus>> ReadProducts(IClusterClient client)
    {
        var pool = await client.GetGrain<IPoolGrain>(ProductGrain.PoolNumber).Status().ConfigureAwait(false);
        var all = await Task.WhenAll(pool.Jobs.Select(async id =>
            await client.GetGrain<IProductGrain>(id).Status().ConfigureAwait(false) is { } status
                ? new ClusterProductStatus(id, status)
                : null)).ConfigureAwait(false);
        return Array.AsReadOnly(all.OfType<ClusterProductStatus>().ToArray());
    }
}
