using System.Diagnostics;
using System.Globalization;

namespace HadamardNtk.Cli;

/// <summary>
/// Progress on a stderr that is no terminal, as in a log: a plain line at most every 30 seconds, and none for work that
/// takes less.
/// </summary>
/// <typeparam name="T">The type of what work reports.</typeparam>
/// <param name="text">The line of a report, by the time that has passed.</param>
/// <param name="write">Writes a line.</param>
/// <param name="clock">The time that has passed since the work began.</param>
internal sealed class PlainProgress<T>(Func<T, TimeSpan, string> text, Action<string> write, Func<TimeSpan> clock)
    : IProgress<T>
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(30);

    private readonly Lock _gate = new();
    private TimeSpan _next = Pause;

    /// <inheritdoc/>
    public void Report(T value)
    {
        lock (_gate)
        {
            var now = clock();
            if (now < _next)
            {
                return;
            }

            _next = now + Pause;
            write(text(value, now));
        }
    }
}

/// <summary>Makes plain progress on stderr.</summary>
internal static class PlainProgress
{
    /// <summary>Progress whose lines are on stderr, or nowhere if that is closed.</summary>
    internal static PlainProgress<T> OnError<T>(Func<T, TimeSpan, string> text)
    {
        var watch = Stopwatch.StartNew();
        return new(text, Failures.TryWriteError, () => watch.Elapsed);
    }

    /// <summary>Progress in parts of the work, as in <c>gram: 42 % after 60 s, about 83 s left</c>.</summary>
    internal static PlainProgress<double> OfParts(string title) =>
        OnError<double>((part, time) => Text(title, part, time));

    /// <summary>The line of a part of the work.</summary>
    internal static string Text(string title, double part, TimeSpan time)
    {
        var line = string.Create(
            CultureInfo.InvariantCulture, $"{title}: {Math.Floor(100 * part):F0} % after {time.TotalSeconds:F0} s");
        return part > 0
            ? line + string.Create(
                CultureInfo.InvariantCulture, $", about {time.TotalSeconds * (1 - part) / part:F0} s left")
            : line;
    }

    /// <summary>A line of another progress, as in <c>fit: ..., after 60 s</c>.</summary>
    internal static string Text(string title, string line, TimeSpan time) =>
        string.Create(CultureInfo.InvariantCulture, $"{title}: {line}, after {time.TotalSeconds:F0} s");
}
