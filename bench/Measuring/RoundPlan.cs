using System.Diagnostics;

namespace HadamardNtk.Bench;

/// <summary>How often subjects are timed.</summary>
internal sealed record RoundPlan
{
    /// <summary>The number of rounds.</summary>
    internal int Count { get; init; } = 9;

    /// <summary>Rounds that are made even if they take longer than the budget.</summary>
    internal int Least { get; init; } = 3;

    /// <summary>Seconds after which no further round begins.</summary>
    internal double Budget { get; init; } = 40;

    /// <summary>Seconds that a subject is repeated for in a round, at least once; its time is then the mean.</summary>
    internal double Repeated { get; init; } = 0.05;

    /// <summary>Runs before the first round, at least: code is made, memory touched.</summary>
    internal int Warming { get; init; } = 2;

    /// <summary>Seconds before the first round, at least: the runtime compiles anew what has run often.</summary>
    internal double Warmth { get; init; } = 0.5;

    /// <summary>Runs a subject without timing it.</summary>
    internal void WarmUp(Subject subject)
    {
        var clock = Stopwatch.StartNew();
        for (var i = 0; i < Warming || clock.Elapsed.TotalSeconds < Warmth; i++)
        {
            Time(subject);
        }
    }

    /// <summary>Seconds of one run.</summary>
    internal double Time(Subject subject)
    {
        var (clock, count) = (Stopwatch.StartNew(), 0);
        do
        {
            subject.Run();
            count++;
        }
        while (clock.Elapsed.TotalSeconds < Repeated);

        var seconds = clock.Elapsed.TotalSeconds / count;
        Thread.Sleep(subject.Rest);
        return seconds;
    }
}
