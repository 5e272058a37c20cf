namespace HadamardNtk;

/// <summary>
/// The posterior of a regression at new samples, from their m × n kernels with the training samples and their own.
/// </summary>
internal interface IPosterior
{
    /// <summary>
    /// The standard deviations √(k(x,x) − k(x,X)(K + r I)⁻¹k(X,x)), m numbers. The diagonal holds the samples' kernels
    /// with themselves.
    /// </summary>
    double[] Deviations(Matrix cross, double[] diagonal, Workers workers);

    /// <summary>
    /// The covariance k(x,x′) − k(x,X)(K + r I)⁻¹k(X,x′), m × m and symmetric to the last bit, from the samples' own
    /// kernels, m × m.
    /// </summary>
    Matrix Covariance(Matrix cross, Matrix own, Workers workers);
}

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

/// <summary>A regression that is solved: f(x) = k(x, samples) weights.</summary>
/// <param name="Weights">The weights, one row for each sample or center.</param>
/// <param name="Ridge">The absolute ridge.</param>
/// <param name="Report">The report of the solver.</param>
internal sealed record Solution(Matrix Weights, double Ridge, SolverReport Report)
{
    /// <summary>The places of the samples that f needs, among those of K. Null stands for all of them.</summary>
    internal int[]? Kept { get; init; }

    /// <summary>√(mean squared leave-one-out residual), null where the solver does not compute it.</summary>
    internal double? LeaveOneOutRmse { get; init; }

    /// <summary>log p(y), null where the solver does not compute it.</summary>
    internal double? LogMarginalLikelihood { get; init; }

    /// <summary>s of each output, which multiplies deviations; null where variances have unit scale.</summary>
    internal double[]? Scales { get; init; }

    /// <summary>The posterior, or null where the solver leaves no factorization for it.</summary>
    internal IPosterior? Posterior { get; init; }
}
