namespace HadamardNtk;

/// <summary>Candidates that a way of choosing took for the folds, one for all or one for each.</summary>
/// <param name="Name">The way.</param>
/// <param name="Chosen">The candidate of each fold.</param>
internal sealed record GraphChoice(string Name, GraphCandidate[] Chosen)
{
    /// <summary>The percentage of correct test graphs of each fold.</summary>
    internal double[] Accuracies => [.. Chosen.Select((candidate, fold) => candidate.Test[fold])];

    /// <summary>The mean over the folds.</summary>
    internal double Mean => Accuracies.Average();

    /// <summary>The standard deviation over the folds, with one fold less as the divisor.</summary>
    internal double Deviation => GraphStudyResult.Deviation(Accuracies);

    /// <summary>
    /// The published way: the candidate whose mean over the test folds is greatest, the first of equals. It has seen
    /// the test graphs.
    /// </summary>
    /// <exception cref="ArithmeticException">No candidate has machines on all folds.</exception>
    internal static GraphChoice OnTest(string name, IReadOnlyList<GraphCandidate> all, int folds)
    {
        var best = Best(all, candidate => candidate.Mean);
        return new(name, [.. Enumerable.Repeat(best, folds)]);
    }

    /// <summary>
    /// The honest way: each fold takes the candidate that is best in the cross-validation of its training graphs, the
    /// first of equals.
    /// </summary>
    /// <exception cref="ArithmeticException">No candidate has machines on all inner folds.</exception>
    internal static GraphChoice Nested(string name, IReadOnlyList<GraphCandidate> all, int folds) => new(
        name,
        [
            .. Enumerable.Range(0, folds).Select(fold =>
                Best([.. all.Where(c => double.IsFinite(c.Test[fold]))], candidate => candidate.Inner[fold])),
        ]);

    private static GraphCandidate Best(IReadOnlyList<GraphCandidate> all, Func<GraphCandidate, double> score)
    {
        var solved = all.Where(candidate => double.IsFinite(score(candidate))).ToArray();
        return solved.Length > 0 ? solved.MaxBy(score)! : throw new ArithmeticException(
            "no support vector machine reached its tolerance in the steps that it may take; allow more, or smaller C");
    }
}
