namespace HadamardNtk;

/// <summary>The coordinator of a job: it holds the table of its tiles. Its key is the identity of the job.</summary>
[Alias("hntk.IJobGrain")]
internal interface IJobGrain : IGrainWithStringKey
{
    /// <summary>Begins a job, or takes it over from a client that is gone.</summary>
    /// <param name="job">The job, which is checked.</param>
    /// <param name="client">The client, which gives samples and takes tiles.</param>
    /// <returns>Whether the coordinator has the job's table already; if not, the client restores it.</returns>
    [Alias("Begin")]
    Task<bool> Begin(JobDescription job, IJobClient client);

    /// <summary>Says which tiles are finished, before the job starts. At most 4096 at once.</summary>
    [Alias("Restore")]
    Task Restore(string token, TileReport[] finished);

    /// <summary>Lets workers begin.</summary>
    [Alias("Start")]
    Task Start(string token);

    /// <summary>Gives the news since a number of changes, and is the sign of life of the client.</summary>
    [Alias("Watch")]
    Task<JobNews> Watch(string token, int since);

    /// <summary>Says the true bits of a disputed tile, and gives the workers that computed others.</summary>
    [Alias("Settle")]
    Task<string[]> Settle(string token, TileReport truth);

    /// <summary>Ends the job.</summary>
    [Alias("End")]
    Task End(string token);

    /// <summary>The job, or null where it is not known.</summary>
    [Alias("Describe")]
    Task<JobDescription?> Describe();

    /// <summary>The client of the job, or null where it is not known.</summary>
    [Alias("Client")]
    Task<IJobClient?> Client();

    /// <summary>Takes reports and gives leases.</summary>
    [Alias("Pull")]
    Task<LeaseGrant> Pull(PullRequest request);

    /// <summary>Says that a tile has no result.</summary>
    [Alias("Fail")]
    Task Fail(string worker, TileFault fault, string message);

    /// <summary>Says that a worker cannot take part, and why.</summary>
    [Alias("Refuse")]
    Task Refuse(string worker, string reason);

    /// <summary>Says that a worker ends, so that others have its leases at once.</summary>
    [Alias("Leave")]
    Task Leave(string worker);

    /// <summary>The status of the job.</summary>
    [Alias("Status")]
    Task<JobStatus> Status();
}

/// <summary>The workers and jobs of a pool.</summary>
[Alias("hntk.IPoolGrain")]
internal interface IPoolGrain : IGrainWithIntegerKey
{
    /// <summary>Takes a sign of life of a worker, and gives the names of jobs.</summary>
    [Alias("Offer")]
    Task<string[]> Offer(WorkerOffer worker);

    /// <summary>Takes a sign of life of a job.</summary>
    [Alias("Announce")]
    Task Announce(string job);

    /// <summary>Forgets a job that has ended.</summary>
    [Alias("Withdraw")]
    Task Withdraw(string job);

    /// <summary>Forgets a worker that ends.</summary>
    [Alias("Leave")]
    Task Leave(string worker);

    /// <summary>The status of the pool.</summary>
    [Alias("Status")]
    Task<PoolStatus> Status();
}

/// <summary>What the client of a job does for workers that do not share its files.</summary>
[Alias("hntk.IJobClient")]
internal interface IJobClient : IGrainObserver
{
    /// <summary>Some numbers of the samples, at most 4 MB.</summary>
    /// <param name="source">0 for X, and 1 for the samples of the columns.</param>
    /// <param name="first">The first number.</param>
    /// <param name="count">How many.</param>
    [Alias("Samples")]
    Task<byte[]> Samples(int source, long first, int count);

    /// <summary>Asks for permission to send a tile. False asks to try again.</summary>
    [Alias("Admit")]
    Task<bool> Admit(string worker, int tile);

    /// <summary>Takes some rows of a tile.</summary>
    /// <returns>Whether the tile is admitted. Where it is not any more, the worker asks again.</returns>
    [Alias("Take")]
    Task<bool> Take(string worker, TileRows rows);

    /// <summary>Says that a tile is sent.</summary>
    [Alias("Sent")]
    Task Sent(string worker, int tile);

    /// <summary>Says that a worker sends no more, so that others send in its place at once.</summary>
    [Alias("Leave")]
    Task Leave(string worker);
}
