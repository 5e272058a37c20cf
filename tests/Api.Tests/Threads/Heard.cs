using Xunit;

namespace HadamardNtk.Api.Tests.Threads;

/// <summary>A listener that keeps what it hears, and stops the work at its first report if asked to.</summary>
internal sealed class Heard(CancellationTokenSource? stop = null) : IProgress<double>
{
    private readonly List<double> _parts = [];

    /// <summary>Work of this kind, with a listener and a token.</summary>
    internal delegate void Work(IProgress<double>? progress, CancellationToken cancellation);

    public void Report(double value)
    {
        lock (_parts)
        {
            _parts.Add(value);
        }

        stop?.Cancel();
    }

    /// <summary>Requires that work reports in ascending order, several times, and ends with 1.</summary>
    internal static void RequireWhole(Work work)
    {
        var heard = new Heard();
        work(heard, default);
        Assert.Equal(heard._parts.Order(), heard._parts);
        Assert.InRange(heard._parts[0], 0, 1);
        Assert.Equal(1, heard._parts[^1]);
        Assert.True(heard._parts.Distinct().Count() > 1, "Nothing was reported before the end.");
    }

    /// <summary>Requires that work reports 1 alone.</summary>
    internal static void RequireEnd(Action<IProgress<double>> work)
    {
        var heard = new Heard();
        work(heard);
        Assert.Equal([1.0], heard._parts);
    }

    /// <summary>Requires that a token stops work before it begins, and at its first report.</summary>
    internal static void RequireStopped(Work work)
    {
        Assert.ThrowsAny<OperationCanceledException>(() => work(null, new(canceled: true)));
        using var stop = new CancellationTokenSource();
        var heard = new Heard(stop);
        Assert.ThrowsAny<OperationCanceledException>(() => work(heard, stop.Token));
        Assert.InRange(heard._parts[0], 0, 1 - 1e-9);
    }
}
