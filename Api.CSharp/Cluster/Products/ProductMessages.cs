namespace HadamardNtk;

/// <summary>What the workers compute in a round of a job of products.</summary>
internal enum RoundKind
{
    /// <summary>K V, with the rows of K as the job keeps them.</summary>
    Product,

    /// <summary>K V with K in float64, whose rows are computed anew.</summary>
    Exact,

    /// <summary>The kernels between the samples of the rows and other samples, which the factor holds.</summary>
    Kernels,
}

/// <summary>
/// Products with a Gram matrix whose rows are shared by the workers: text, numbers and names. Workers check all of it,
/// and run nothing of it.
/// </summary>
[GenerateSerializer, Immutable, Alias("hntk.product")]
internal sealed record ProductJob
{
    /// <summary>The matrix. Its side, share of checks and file are those of tiles, and are not used.</summary>
    [Id(0)]
    public required JobDescription Matrix { get; init; }

    /// <summary>How workers keep the rows of K: f64, f32, or none.</summary>
    [Id(1)]
    public required string Storage { get; init; }

    /// <summary>The largest number of rows of a band.</summary>
    [Id(2)]
    public required int Height { get; init; }
}

/// <summary>A round: one factor for all bands.</summary>
/// <param name="Number">The number of the round, from 1.</param>
/// <param name="Kind">What is computed.</param>
/// <param name="Rows">The number of rows of the factor.</param>
/// <param name="Columns">The number of its columns.</param>
/// <param name="Hash">The hash of its numbers.</param>
/// <param name="File">The file with its numbers; null where there is none.</param>
[GenerateSerializer, Immutable, Alias("hntk.round")]
internal sealed record ProductRound(
    [property: Id(0)] int Number, [property: Id(1)] RoundKind Kind, [property: Id(2)] int Rows,
    [property: Id(3)] int Columns, [property: Id(4)] UInt128 Hash, [property: Id(5)] string? File)
{
    /// <summary>The number of numbers of a row of the result.</summary>
    internal int Outputs => Kind == RoundKind.Kernels ? Rows : Columns;
}

/// <summary>How far the rounds of a job are.</summary>
/// <param name="Round">The number of the last round.</param>
/// <param name="Done">The number of its bands that are finished.</param>
/// <param name="Bands">The number of bands of every round.</param>
/// <param name="Kept">The number of bands whose rows of K a worker keeps.</param>
/// <param name="Workers">The number of workers that were heard of lately.</param>
[GenerateSerializer, Immutable, Alias("hntk.round.news")]
internal readonly record struct RoundNews(
    [property: Id(0)] int Round, [property: Id(1)] int Done, [property: Id(2)] int Bands, [property: Id(3)] int Kept,
    [property: Id(4)] int Workers);

/// <summary>The status of a job of products.</summary>
/// <param name="Job">The job.</param>
/// <param name="News">How far it is.</param>
/// <param name="SecondsWithoutClient">The seconds since the client was heard of.</param>
[GenerateSerializer, Immutable, Alias("hntk.product.status")]
internal sealed record ProductStatus(
    [property: Id(0)] ProductJob Job, [property: Id(1)] RoundNews News, [property: Id(2)] double SecondsWithoutClient);

/// <summary>What a worker tells the client, and how many bands it wants.</summary>
/// <param name="Worker">The name of the worker.</param>
/// <param name="Round">The round that its bands belong to.</param>
/// <param name="Wanted">The largest number of bands that it wants.</param>
/// <param name="Held">The bands that it computes.</param>
/// <param name="HasRoom">Whether it can keep the rows of another band.</param>
[GenerateSerializer, Immutable, Alias("hntk.bands.pull")]
internal sealed record BandPull(
    [property: Id(0)] string Worker, [property: Id(1)] int Round, [property: Id(2)] int Wanted,
    [property: Id(3)] int[] Held, [property: Id(4)] bool HasRoom)
{
    /// <summary>The largest number of bands that a worker names in one request.</summary>
    internal const int Most = 4096 + 256;
}

/// <summary>The bands of a worker.</summary>
/// <param name="Round">The round at work; null between two rounds.</param>
/// <param name="Bands">The bands that it is given.</param>
/// <param name="IsOver">Whether the worker has no more part in the job.</param>
[GenerateSerializer, Immutable, Alias("hntk.bands.grant")]
internal sealed record BandGrant(
    [property: Id(0)] ProductRound? Round, [property: Id(1)] int[] Bands, [property: Id(2)] bool IsOver);

/// <summary>Some rows of the result, on the way to the client.</summary>
/// <param name="Round">The number of the round.</param>
/// <param name="Band">The number of the band.</param>
/// <param name="Row">The first row within the band.</param>
/// <param name="Rows">The number of rows.</param>
/// <param name="Entries">The numbers, which are float64.</param>
/// <param name="Hash">Their hash.</param>
/// <param name="IsKept">Whether the worker keeps the rows of K for the next round.</param>
[GenerateSerializer, Immutable, Alias("hntk.bands.rows")]
internal sealed record BandRows(
    [property: Id(0)] int Round, [property: Id(1)] int Band, [property: Id(2)] int Row, [property: Id(3)] int Rows,
    [property: Id(4)] byte[] Entries, [property: Id(5)] UInt128 Hash, [property: Id(6)] bool IsKept);
