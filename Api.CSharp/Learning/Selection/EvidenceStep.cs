namespace HadamardNtk;

/// <summary>A point of a search that was the best so far.</summary>
/// <param name="Evaluations">The number of points that were evaluated so far.</param>
/// <param name="Parameters">The kernel's parameters at this point.</param>
/// <param name="Ridge">The ridge at this point.</param>
/// <param name="LogMarginalLikelihood">log p(y), summed over the outputs.</param>
public sealed record EvidenceStep(
    int Evaluations, IReadOnlyList<double> Parameters, Ridge Ridge, double LogMarginalLikelihood)
{
    /// <summary>The likelihood, the ridge and what they took, and below them the parameters.</summary>
    public override string ToString() => ShownText.Line(
        $"EvidenceStep: log p(y) = {LogMarginalLikelihood:G6}, ridge {Ridge.Value:G6}, {Evaluations} evaluations, at",
        Parameters);
}
