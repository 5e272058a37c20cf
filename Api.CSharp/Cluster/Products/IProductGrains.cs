namespace HadamardNtk;

/// <summary>
/// The place where workers find a job of products and its client. Its key is the token of the job. It holds a name, a
/// number and two references. The leases are with the client, which holds the vectors and without which there is no
/// job.
/// </summary>
[Alias("hntk.IProductGrain")]
internal interface IProductGrain : IGrainWithStringKey
{
    /// <summary>Begins a job, or restores it after the machine of the grain was lost.</summary>
    [Alias("Begin")]
    Task Begin(ProductJob job, IProductClient client);

    /// <summary>Says how far the rounds are, and is the sign of life of the client.</summary>
    /// <returns>Whether the job is known; if not, the client begins it again.</returns>
    [Alias("Announce")]
    Task<bool> Announce(string token, RoundNews news);

    /// <summary>Ends the job.</summary>
    [Alias("End")]
    Task End(string token);

    /// <summary>The job, or null where it is not known.</summary>
    [Alias("Describe")]
    Task<ProductJob?> Describe();

    /// <summary>The client of the job, or null where it is not known.</summary>
    [Alias("Client")]
    Task<IProductClient?> Client();

    /// <summary>Waits for a round after this one, at most half a second.</summary>
    /// <returns>The number of the round at work, or -1 where the job is not known.</returns>
    [Alias("Wait")]
    Task<int> Wait(int round);

    /// <summary>The status of the job; null where it is not known.</summary>
    [Alias("Status")]
    Task<ProductStatus?> Status();
}

/// <summary>What the client of a job of products does for the workers.</summary>
[Alias("hntk.IProductClient")]
internal interface IProductClient : IGrainObserver
{
    /// <summary>Some numbers of the samples, at most 4 MB.</summary>
    /// <param name="source">0 for X, and 1 for the samples of the columns.</param>
    /// <param name="first">The first number.</param>
    /// <param name="count">How many.</param>
    [Alias("Samples")]
    Task<byte[]> Samples(int source, long first, int count);

    /// <summary>Some numbers of the factor of a round, at most 4 MB; none where the round is over.</summary>
    [Alias("Factor")]
    Task<byte[]> Factor(string worker, int round, long first, int count);

    /// <summary>Gives bands.</summary>
    [Alias("Pull")]
    Task<BandGrant> Pull(BandPull request);

    /// <summary>Takes some rows of the result, in their order.</summary>
    /// <returns>Whether the band is still wanted.</returns>
    [Alias("Take")]
    Task<bool> Take(string worker, BandRows rows);

    /// <summary>Says that the kernel of a band of a round is not finite.</summary>
    [Alias("Fail")]
    Task Fail(string worker, int round, string message);

    /// <summary>Says that a worker cannot take part, and why.</summary>
    [Alias("Refuse")]
    Task Refuse(string worker, string reason);

    /// <summary>Says that a worker ends, so that others have its bands at once.</summary>
    [Alias("Leave")]
    Task Leave(string worker);
}
