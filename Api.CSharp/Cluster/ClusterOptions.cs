namespace HadamardNtk;

/// <summary>How logs of a cluster are written to standard error.</summary>
public enum ClusterLogFormat
{
    /// <summary>Warnings alone, as lines of text.</summary>
    Quiet,

    /// <summary>Lines of text.</summary>
    Text,

    /// <summary>One JSON object a line, with the values as fields.</summary>
    Json,
}

/// <summary>
/// How to reach a cluster of workers. The options are immutable; <c>with</c> makes changed copies. They are checked
/// when they are used.
/// </summary>
public sealed record ClusterOptions
{
    /// <summary>
    /// Where the cluster keeps the list of its members: <c>redis://HOST:PORT</c>, <c>postgres://USER@HOST/DATABASE</c>,
    /// or <c>localhost</c> for workers on this machine alone, which find one another by a port (11111, or that of
    /// <c>localhost:PORT</c>).
    /// </summary>
    public required string Address { get; init; }

    /// <summary>
    /// The name of the pool, of letters, digits, '-' and '_'. Pools of different names share an address without
    /// meeting. The default is hntk.
    /// </summary>
    public string Name { get; init; } = "hntk";

    /// <summary>
    /// The address of this machine that others connect to. The default is 127.0.0.1, which only processes of this
    /// machine reach. Any other address needs a secret or certificates.
    /// </summary>
    public string Listen { get; init; } = "127.0.0.1";

    /// <summary>
    /// The port for other workers. Null, the default, stands for a free one (with localhost, for the port of the
    /// address if it is free).
    /// </summary>
    public int? Port { get; init; }

    /// <summary>The port for clients. Null, the default, stands for a free one.</summary>
    public int? GatewayPort { get; init; }

    /// <summary>
    /// A secret of at least 16 characters that all workers and clients have. A connection begins with a proof of it in
    /// both directions. What follows is not encrypted; certificates do that. Null, the default, stands for none.
    /// </summary>
    public string? Secret { get; init; }

    /// <summary>
    /// A file with this machine's certificate in PEM. With it all connections are encrypted by TLS, and both ends show
    /// certificates. Null, the default, stands for none.
    /// </summary>
    public string? Certificate { get; init; }

    /// <summary>A file with the private key of the certificate in PEM.</summary>
    public string? CertificateKey { get; init; }

    /// <summary>A file with the certificate, in PEM, of the authority that signed those of all machines.</summary>
    public string? CertificateAuthority { get; init; }

    /// <summary>
    /// How long to try to reach the cluster, and to go on while it does not answer. The default is 60 s.
    /// </summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// A folder that workers share under the same path, through which a client gives them the factors V of products
    /// K V. A file is there as long as its product is computed. Workers that do not share it get V in messages, as all
    /// do without such a folder, by default.
    /// </summary>
    public string? Vectors { get; init; }

    /// <summary>How logs are written. The default is quiet.</summary>
    public ClusterLogFormat Log { get; init; }
}

/// <summary>
/// What a worker of a cluster offers. The options are immutable; <c>with</c> makes changed copies.
/// </summary>
public sealed record ClusterWorkerOptions
{
    private readonly int _threads = Math.Max(1, Environment.ProcessorCount - 1);
    private readonly long _memory = MemoryPlan.Available / 2;
    private readonly Uri? _telemetry;

    /// <summary>
    /// The number of threads that compute, at least 1. The default leaves one processor to the messages.
    /// </summary>
    public int Threads
    {
        get => _threads;
        init => _threads = value is >= 1 and <= 4096
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, $"Expected 1 to 4096 threads, not {value}.");
    }

    /// <summary>
    /// Folders that clients see under the same paths. A worker writes its tiles into files there, and reads samples
    /// from there. It opens no other file, and exchanges samples and tiles by messages without such folders, as by
    /// default.
    /// </summary>
    public IReadOnlyList<string> Shared { get; init; } = [];

    /// <summary>
    /// The most bytes of rows of a matrix that it keeps in memory between products, at least 0. Rows beyond it are
    /// computed again for every product. The default is half of the memory.
    /// </summary>
    public long Memory
    {
        get => _memory;
        init => _memory = value >= 0
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, $"Expected at least 0 bytes, not {value}.");
    }

    /// <summary>
    /// The address of an OpenTelemetry collector to which the worker sends its meters and those of Orleans every ten
    /// seconds, by OTLP over HTTP: <c>http://HOST:4318</c>. Null, the default, stands for none.
    /// </summary>
    public Uri? Telemetry
    {
        get => _telemetry;
        init => _telemetry = value is null or { IsAbsoluteUri: true, Scheme: "http" or "https" }
            ? value
            : throw new ArgumentException(
                $"Expected the address of a collector, http://HOST:PORT; came '{MessageText.Clean($"{value}")}'.");
    }

    /// <summary>Spoils the bytes of every tile.</summary>
    internal Action<Memory<byte>>? Spoil { get; init; }
}

/// <summary>A cluster cannot be reached, does not answer, or reports a failure.</summary>
public sealed class ClusterException : IOException, IHadamardNtkException
{
    /// <summary>The error with the message <c>cluster: expected ...; came ...; remedy</c>.</summary>
    /// <param name="cluster">The address of the cluster.</param>
    /// <param name="expected">The condition that the work needs.</param>
    /// <param name="came">The actual event.</param>
    /// <param name="mend">The remedy.</param>
    /// <param name="cause">The exception that caused this one, if any.</param>
    public ClusterException(string cluster, string expected, string came, string mend, Exception? cause = null)
        : base(MessageText.Of(cluster, expected, came, mend), cause) =>
        (Cluster, Expected, Actual, Suggestion) = (cluster, expected, came, mend);

    /// <summary>The address of the cluster.</summary>
    public string Cluster { get; }

    /// <summary>The condition that the work needs.</summary>
    public string Expected { get; }

    /// <summary>The actual event.</summary>
    public string Actual { get; }

    /// <summary>The remedy.</summary>
    public string Suggestion { get; }
}
