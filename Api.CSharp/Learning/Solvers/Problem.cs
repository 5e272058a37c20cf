namespace HadamardNtk;

/// <summary>A regression to solve: y on the samples of K, with a ridge.</summary>
/// <param name="Rows">The Gram matrix K.</param>
/// <param name="Targets">y, n × C, in units of their scale.</param>
/// <param name="Ridge">The ridge.</param>
/// <param name="Plan">The solver, with its storage resolved, and its memory.</param>
/// <param name="Gram">The options for computing K.</param>
internal sealed record Problem(KernelRows Rows, Matrix Targets, Ridge Ridge, SolverMemory Plan, GramOptions Gram)
{
    /// <summary>The units of the targets.</summary>
    internal required TargetScale Scale { get; init; }

    /// <summary>Whether a direct solver computes the scores, which take as long as the solution.</summary>
    internal required bool IsScored { get; init; }

    /// <summary>What chooses the ridge; null where it is given.</summary>
    internal SelectionCriterion? RidgeBy { get; init; }

    /// <summary>d, the number of features of a sample, or 0 where that is not known.</summary>
    internal int Features { get; init; }

    private Forecast Forecast => field ??= new(Plan.Solver, new(Rows.Count, Features, Targets.Columns));

    /// <summary>
    /// Receives the progress of a stage. The progress of the Gram matrix also goes to the listener of its options.
    /// </summary>
    internal IProgress<double>? Stage(string name)
    {
        var own = name == "gram" ? Gram.Progress : null;
        if (Plan.Solver.Progress is not { } all)
        {
            return own;
        }

        var forecast = Forecast;
        return new DirectProgress(part =>
        {
            own?.Report(part);
            all.Report(new(name, part, 0, null, Plan.Bytes) { SecondsLeft = forecast.Left(name, part) });
        });
    }

    /// <summary>Receives the steps of conjugate gradients and their residuals.</summary>
    internal Action<int, double>? Steps(double tolerance) => Plan.Solver.Progress is { } all
        ? (steps, residual) =>
            Report(all, "conjugate gradients", Digits(residual, tolerance), steps, residual)
        : null;

    private void Report(IProgress<SolverProgress> all, string stage, double part, int steps, double residual) =>
        all.Report(new(stage, part, steps, residual, Plan.Bytes) { SecondsLeft = Forecast.Left(stage, part) });

    // The part of the tolerance's digits that the residual has reached.
    private static double Digits(double residual, double tolerance) =>
        Math.Clamp(Math.Log(residual) / Math.Log(tolerance), 0, 1);
}
