namespace HadamardNtk;

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
