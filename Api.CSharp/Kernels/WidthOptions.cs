namespace HadamardNtk;

/// <summary>
/// The options of an estimate of the width that a network needs. They are immutable; <c>with</c> makes changed copies.
/// </summary>
public sealed record WidthOptions
{
    private readonly int _pilot = 256;
    private readonly int _seeds = 64;
    private readonly int _threads = Environment.ProcessorCount;

    /// <summary>
    /// m₀, the width of the networks that are drawn, at least 1; 256 unless set. Estimates are sharp where it is above
    /// nine times the constant.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The width is below 1.</exception>
    public int Pilot
    {
        get => _pilot;
        init => _pilot = AtLeast(1, value, "a pilot width");
    }

    /// <summary>
    /// S, the number of networks that are drawn, at least 3; 64 unless set. The relative error of an estimate without
    /// heavy tails is sqrt(2/S).
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The number is below 3.</exception>
    public int Seeds
    {
        get => _seeds;
        init => _seeds = AtLeast(Core.FluctuationModule.fewestSeeds, value, "a number of seeds");
    }

    /// <summary>The first seed; 0 unless set. The others follow it one by one.</summary>
    public long Seed { get; init; }

    /// <summary>
    /// The number of threads, at least 1; the number of processors unless set. Each holds one network at a time. The
    /// result does not depend on it.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The number is below 1.</exception>
    public int Threads
    {
        get => _threads;
        init => _threads = AtLeast(1, value, "a number of threads");
    }

    /// <summary>Receives the share of the seeds that are done, in (0, 1], from any thread. It may be null.</summary>
    public IProgress<double>? Progress { get; init; }

    private static int AtLeast(int least, int value, string what) => value >= least
        ? value
        : throw new ArgumentOutOfRangeException(
            nameof(value), value, $"Expected {what} of at least {least}, not {value}.");
}
