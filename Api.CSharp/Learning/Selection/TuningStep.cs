namespace HadamardNtk;

/// <summary>A point of a search that was the best so far.</summary>
/// <param name="Start">The start that the search came from: 0 for the given one, then one for each restart.</param>
/// <param name="Evaluations">The number of points that were evaluated so far, over all starts.</param>
/// <param name="Network">The network at this point.</param>
/// <param name="Ridge">The ridge at this point.</param>
/// <param name="Score">The log marginal likelihood, or the root mean squared residual of samples left out.</param>
public sealed record TuningStep(int Start, int Evaluations, Network Network, Ridge Ridge, double Score);
