namespace HadamardNtk;

/// <summary>The end of a search for hyper-parameters.</summary>
/// <param name="Kernel">The kernel of the network with the parameters that were found.</param>
/// <param name="Ridge">The ridge, absolute or relative as it was given.</param>
/// <param name="Score">The log marginal likelihood, or the root mean squared residual of samples left out.</param>
/// <param name="Parameters">The parameters with their values, in the order in which they were named.</param>
/// <param name="Evaluations">The number of evaluations of the criterion with its gradient, over all starts.</param>
/// <param name="Converged">Whether no derivative exceeds the tolerance at the best end.</param>
/// <param name="Ends">The score at the end of each start; null where the criterion existed nowhere.</param>
public sealed record TunedKernel(
    InfiniteKernel Kernel,
    Ridge Ridge,
    double Score,
    IReadOnlyList<NetworkParameter> Parameters,
    int Evaluations,
    bool Converged,
    IReadOnlyList<double?> Ends)
{
    /// <summary>The kernel, and below it ridge, score and what the search took.</summary>
    public override string ToString() => FormattableString.Invariant(
        $"""
         TunedKernel: {Kernel}
           ridge {Ridge.Value:G6}, score {Score:G6}, {Evaluations} evaluations, {(Converged ? "" : "not ")}converged
         """).ReplaceLineEndings("\n");
}
