namespace HadamardNtk;

/// <summary>Candidates that a way of choosing took for the folds, one for all or one for each.</summary>
/// <param name="Name">The way.</param>
/// <param name="Chosen">The candidate of each fold.</param>
internal sealed record GraphChoice(string Name, GraphCandidate[] Chosen)
{
    /// <summary>The percentage of correct test graphs of each fold.</summary>
    internal double[] Accuracies => [.. Chosen.Select((candidate, fold) => candidate.Test[fold])];

    /// <summary>The mean and the deviation over the folds.</summary>
    internal SampleMean Mean => SampleMean.Of(Accuracies);

    /// <summary>
    /// The published way: the candidate whose mean over the test folds is greatest, the first of equals. It has seen
    /// the test graphs.
    /// </summary>
    /// <returns>The choice; null where no candidate has machines on all folds.</returns>
    internal static GraphChoice? OnTest(string name, IReadOnlyList<GraphCandidate> all, int folds) =>
        Best(all, candidate => candidate.Mean) is { } best ? new(name, [.. Enumerable.Repeat(best, folds)]) : null;

    /// <summary>
    /// The honest way: each fold takes the candidate that is best in the cross-validation of its training graphs, the
    /// first of equals.
    /// </summary>
    /// <returns>The choice; null where a fold has no candidate with machines on it and on its inner folds.</returns>
    internal static GraphChoice? Nested(string name, IReadOnlyList<GraphCandidate> all, int folds)
    {
        GraphCandidate?[] chosen =
        [
            .. Enumerable.Range(0, folds).Select(fold =>
                Best(all.Where(c => double.IsFinite(c.Test[fold])), candidate => candidate.Inner[fold])),
        ];
        return Array.Exists(chosen, one => one is null) ? null : new(name, [.. chosen.Select(one => one!)]);
    }

    private static GraphCandidate? Best(IEnumerable<GraphCandidate> all, Func<GraphCandidate, double> score) =>
        all.Where(candidate => double.IsFinite(score(candidate))).MaxBy(score);
}
