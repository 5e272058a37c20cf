using System.Diagnostics;

namespace HadamardNtk.Bench;

/// <summary>
/// Subjects timed in turn, round after round, so that whatever else the machine does meets all alike. What is compared is
/// compared within a round; a median over the rounds is what is told.
/// </summary>
internal sealed class Rounds
{
    private readonly Dictionary<string, List<double>> _seconds = [];

    private Rounds(IEnumerable<Subject> subjects)
    {
        foreach (var subject in subjects)
        {
            _seconds.Add(subject.Name, []);
        }
    }

    /// <summary>The number of rounds.</summary>
    internal int Count { get; private set; }

    /// <summary>Warms up, then times every subject in every round.</summary>
    /// <param name="plan">How often.</param>
    /// <param name="subjects">What.</param>
    internal static Rounds Of(RoundPlan plan, IReadOnlyList<Subject> subjects)
    {
        var rounds = new Rounds(subjects);
        foreach (var subject in subjects)
        {
            plan.WarmUp(subject);
        }

        var clock = Stopwatch.StartNew();
        while (rounds.Count < plan.Count && (rounds.Count < plan.Least || clock.Elapsed.TotalSeconds < plan.Budget))
        {
            rounds.Add(plan, subjects);
        }

        return rounds;
    }

    /// <summary>The median time of a subject in seconds; not a number where there is no such subject.</summary>
    internal double Seconds(string name) => Median(_seconds.GetValueOrDefault(name, []));

    /// <summary>The median over the rounds of a subject's time to the sum of others'.</summary>
    internal double Ratio(string name, params string[] others) => Median([.. Sum([name]).Zip(Sum(others), (a, b) => a / b)]);

    /// <summary>The median over the rounds of a subject's time less another's, in seconds.</summary>
    internal double Difference(string name, string other) => Median([.. Sum([name]).Zip(Sum([other]), (a, b) => a - b)]);

    /// <summary>The median; not a number where there is nothing.</summary>
    internal static double Median(IReadOnlyCollection<double> values)
    {
        var sorted = values.Order().ToArray();
        var middle = sorted.Length / 2;
        return sorted.Length == 0 ? double.NaN
            : sorted.Length % 2 == 1 ? sorted[middle]
            : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    private void Add(RoundPlan plan, IReadOnlyList<Subject> subjects)
    {
        foreach (var subject in subjects)
        {
            _seconds[subject.Name].Add(plan.Time(subject));
        }

        Count++;
    }

    private IEnumerable<double> Sum(IReadOnlyList<string> names) =>
        Enumerable.Range(0, Count).Select(r => names.Sum(name => _seconds.TryGetValue(name, out var t) ? t[r] : double.NaN));
}
