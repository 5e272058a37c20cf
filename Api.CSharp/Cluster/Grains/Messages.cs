namespace HadamardNtk;

/// <summary>The samples of a job.</summary>
/// <param name="File">The file as it was named, with an absolute path and its selection; null for none.</param>
/// <param name="Rows">The number of samples.</param>
/// <param name="Columns">The number of features.</param>
/// <param name="Sha256">The SHA-256 of the numbers, as in a provenance.</param>
[GenerateSerializer, Immutable, Alias("hntk.samples")]
internal sealed record SampleSource(
    [property: Id(0)] string? File, [property: Id(1)] int Rows, [property: Id(2)] int Columns,
    [property: Id(3)] string Sha256);

/// <summary>
/// A Gram matrix that a cluster computes: text, numbers and names. Workers check all of it, and run nothing of it.
/// </summary>
[GenerateSerializer, Immutable, Alias("hntk.job")]
internal sealed record JobDescription
{
    /// <summary>The network as text.</summary>
    [Id(0)]
    public required string Network { get; init; }

    /// <summary>ntk or nngp.</summary>
    [Id(1)]
    public required string Kernel { get; init; }

    /// <summary>f64 or f32.</summary>
    [Id(2)]
    public required string Precision { get; init; }

    /// <summary>The name of the backend.</summary>
    [Id(3)]
    public required string Backend { get; init; }

    /// <summary>The identity of the backend, on which the bits depend.</summary>
    [Id(4)]
    public required string Identity { get; init; }

    /// <summary>The identity of the program.</summary>
    [Id(5)]
    public required string Program { get; init; }

    /// <summary>The samples X of the rows.</summary>
    [Id(6)]
    public required SampleSource X { get; init; }

    /// <summary>The samples of the columns; null for those of the rows, with a symmetric matrix.</summary>
    [Id(7)]
    public SampleSource? Other { get; init; }

    /// <summary>The largest side of a tile.</summary>
    [Id(8)]
    public required int Side { get; init; }

    /// <summary>The share of the tiles that two workers compute.</summary>
    [Id(9)]
    public required double CheckedShare { get; init; }

    /// <summary>The partial file of the result; null where workers send their tiles.</summary>
    [Id(10)]
    public string? Partial { get; init; }

    /// <summary>
    /// The text of the file beside the partial file, by which a worker knows that it sees the same one.
    /// </summary>
    [Id(11)]
    public required string Token { get; init; }

    /// <summary>The name of the client's machine and process.</summary>
    [Id(12)]
    public required string Client { get; init; }

    /// <summary>
    /// A name of this attempt that no other has. A worker that gave an attempt up takes part in the next one.
    /// </summary>
    [Id(13)]
    public required string Attempt { get; init; }
}

/// <summary>A tile that was finished, or has to be computed again.</summary>
[GenerateSerializer, Immutable, Alias("hntk.change")]
internal readonly record struct TileNews(
    [property: Id(0)] int Tile, [property: Id(1)] bool IsDone, [property: Id(2)] UInt128 Hash);

/// <summary>A finished tile that a worker reports.</summary>
[GenerateSerializer, Immutable, Alias("hntk.report")]
internal readonly record struct TileReport([property: Id(0)] int Tile, [property: Id(1)] UInt128 Hash);

/// <summary>The state of a job at its coordinator.</summary>
internal enum JobState
{
    /// <summary>The coordinator does not know the job, because it is new or was moved to another machine.</summary>
    Unknown,

    /// <summary>The job runs.</summary>
    Running,

    /// <summary>All tiles are finished.</summary>
    Complete,

    /// <summary>A tile cannot be computed or written.</summary>
    Failed,
}

/// <summary>The reason why a tile has no result.</summary>
internal enum TileFault
{
    /// <summary>The kernel is not finite at a sample, on every machine.</summary>
    Kernel,

    /// <summary>The tile cannot be written.</summary>
    Output,

    /// <summary>This worker cannot compute it, though others may.</summary>
    Worker,
}

/// <summary>What a worker tells the coordinator, and how many leases it wants.</summary>
[GenerateSerializer, Immutable, Alias("hntk.pull")]
internal sealed record PullRequest(
    [property: Id(0)] string Worker, [property: Id(1)] int Wanted, [property: Id(2)] int[] Held,
    [property: Id(3)] TileReport[] Finished)
{
    /// <summary>The largest number of tiles that a worker names in one request.</summary>
    internal const int Most = 256;
}

/// <summary>The leases of a worker.</summary>
[GenerateSerializer, Immutable, Alias("hntk.grant")]
internal sealed record LeaseGrant(
    [property: Id(0)] JobState State, [property: Id(1)] int[] Tiles, [property: Id(2)] bool IsWrong);

/// <summary>What a client learns of its job.</summary>
[GenerateSerializer, Immutable, Alias("hntk.progress")]
internal sealed record JobNews
{
    /// <summary>The state of the job.</summary>
    [Id(0)]
    public required JobState State { get; init; }

    /// <summary>What happened to tiles since the last call.</summary>
    [Id(1)]
    public TileNews[] Tiles { get; init; } = [];

    /// <summary>Whether there is more to ask for at once.</summary>
    [Id(2)]
    public bool IsMore { get; init; }

    /// <summary>Tiles that the client computes, since workers do not agree or none can check.</summary>
    [Id(3)]
    public int[] ForArbiter { get; init; } = [];

    /// <summary>The workers that computed wrong bits.</summary>
    [Id(4)]
    public string[] Wrong { get; init; } = [];

    /// <summary>Why the job failed.</summary>
    [Id(5)]
    public TileFault Fault { get; init; }

    /// <summary>What the worker said that failed, with its name.</summary>
    [Id(6)]
    public string Failure { get; init; } = "";

    /// <summary>Workers that cannot take part, with the reasons.</summary>
    [Id(7)]
    public string[] Unfit { get; init; } = [];

    /// <summary>The number of workers that were heard of lately and have tiles to compute.</summary>
    [Id(8)]
    public int Working { get; init; }
}

/// <summary>One worker in the status of a job.</summary>
[GenerateSerializer, Immutable, Alias("hntk.worker.status")]
internal readonly record struct WorkerNews(
    [property: Id(0)] string Name, [property: Id(1)] int Leases, [property: Id(2)] int Tiles,
    [property: Id(3)] double SecondsSilent, [property: Id(4)] bool IsWrong);

/// <summary>The status of a job.</summary>
[GenerateSerializer, Immutable, Alias("hntk.job.status")]
internal sealed record JobStatus
{
    /// <summary>The name of the job.</summary>
    [Id(0)]
    public required string Id { get; init; }

    /// <summary>Its state.</summary>
    [Id(1)]
    public required JobState State { get; init; }

    /// <summary>The network.</summary>
    [Id(2)]
    public string Network { get; init; } = "";

    /// <summary>The number of rows of the matrix.</summary>
    [Id(3)]
    public int Rows { get; init; }

    /// <summary>The number of its columns.</summary>
    [Id(4)]
    public int Columns { get; init; }

    /// <summary>The number of tiles.</summary>
    [Id(5)]
    public int Tiles { get; init; }

    /// <summary>The number of finished tiles.</summary>
    [Id(6)]
    public int Done { get; init; }

    /// <summary>The tiles that this coordinator has seen finished, a second.</summary>
    [Id(7)]
    public double Rate { get; init; }

    /// <summary>The machine and process of the coordinator.</summary>
    [Id(8)]
    public string Coordinator { get; init; } = "";

    /// <summary>The machine and process of the client.</summary>
    [Id(9)]
    public string Client { get; init; } = "";

    /// <summary>The seconds since the client was heard of.</summary>
    [Id(10)]
    public double SecondsWithoutClient { get; init; }

    /// <summary>The workers, at most 256 of them.</summary>
    [Id(11)]
    public WorkerNews[] Workers { get; init; } = [];

    /// <summary>The pulls of leases that the coordinator has answered.</summary>
    [Id(12)]
    public long Pulls { get; init; }

    /// <summary>The mean time of an answer in seconds, from its arrival at the grain.</summary>
    [Id(13)]
    public double SecondsOfPull { get; init; }
}

/// <summary>A worker that offers itself to the pool.</summary>
[GenerateSerializer, Immutable, Alias("hntk.offer")]
internal sealed record WorkerOffer([property: Id(0)] string Name, [property: Id(1)] int Threads);

/// <summary>A worker and the seconds since it was heard of.</summary>
[GenerateSerializer, Immutable, Alias("hntk.member")]
internal readonly record struct PoolMember(
    [property: Id(0)] string Name, [property: Id(1)] int Threads, [property: Id(2)] double SecondsSilent);

/// <summary>The workers and jobs of a pool.</summary>
[GenerateSerializer, Immutable, Alias("hntk.pool")]
internal sealed record PoolStatus([property: Id(0)] PoolMember[] Workers, [property: Id(1)] string[] Jobs);

/// <summary>A part of a tile's rows, on the way to the client.</summary>
/// <param name="Tile">The number of the tile.</param>
/// <param name="Row">The first row within the tile.</param>
/// <param name="Rows">The number of rows.</param>
/// <param name="Entries">The entries as they lie in memory.</param>
/// <param name="Hash">Their hash.</param>
[GenerateSerializer, Immutable, Alias("hntk.rows")]
internal sealed record TileRows(
    [property: Id(0)] int Tile, [property: Id(1)] int Row, [property: Id(2)] int Rows,
    [property: Id(3)] byte[] Entries, [property: Id(4)] UInt128 Hash)
{
    /// <summary>The largest number of bytes of a part.</summary>
    internal const int MostBytes = 4 << 20;
}
