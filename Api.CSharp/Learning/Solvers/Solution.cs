namespace HadamardNtk;

/// <summary>How sure a regression is at new samples, from their m × n kernels with the training samples and their own.</summary>
internal interface IPosterior
{
    /// <summary>√(k(x,x) − k(x,X)(K + r I)⁻¹k(X,x)), m numbers, from the samples' kernels with themselves.</summary>
    double[] Deviations(Matrix cross, double[] diagonal, Workers workers);

    /// <summary>k(x,x′) − k(x,X)(K + r I)⁻¹k(X,x′), m × m and symmetric to the last bit, from the samples' own kernels, m × m.</summary>
    Matrix Covariance(Matrix cross, Matrix own, Workers workers);
}

/// <summary>A regression to solve: y on the samples of K, with a ridge.</summary>
/// <param name="Rows">K.</param>
/// <param name="Targets">y, n × C, in units of their scale.</param>
/// <param name="Ridge">The ridge.</param>
/// <param name="Plan">The solver, resolved, and its memory.</param>
/// <param name="Gram">How K is computed.</param>
internal sealed record Problem(KernelRows Rows, Matrix Targets, Ridge Ridge, SolverMemory Plan, GramOptions Gram)
{
    /// <summary>The units of the targets.</summary>
    internal required TargetScale Scale { get; init; }

    /// <summary>Takes the progress of a stage, which the Gram matrix's own listener hears too where it is the Gram matrix's.</summary>
    internal IProgress<double>? Stage(string name)
    {
        var own = name == "gram" ? Gram.Progress : null;
        return Plan.Solver.Progress is { } all ? new Listener(part =>
        {
            own?.Report(part);
            all.Report(new(name, part, 0, double.NaN, Plan.Bytes));
        }) : own;
    }

    /// <summary>Takes the steps of conjugate gradients and their residuals.</summary>
    internal Action<int, double>? Steps(double tolerance) => Plan.Solver.Progress is { } all
        ? (steps, residual) =>
            all.Report(new("conjugate gradients", Digits(residual, tolerance), steps, residual, Plan.Bytes))
        : null;

    // The part of the tolerance's digits that the residual has.
    private static double Digits(double residual, double tolerance) =>
        Math.Clamp(Math.Log(residual) / Math.Log(tolerance), 0, 1);

    private sealed class Listener(Action<double> report) : IProgress<double>
    {
        public void Report(double value) => report(value);
    }
}

/// <summary>A regression that is solved: f(x) = k(x, samples) weights.</summary>
/// <param name="Samples">The samples or centers that it needs.</param>
/// <param name="Weights">One row for each.</param>
/// <param name="Ridge">The absolute ridge.</param>
/// <param name="Report">How it was solved.</param>
internal sealed record Solution(Matrix Samples, Matrix Weights, double Ridge, SolverReport Report)
{
    /// <summary>√(mean squared leave-one-out residual), NaN where the solver does not know it.</summary>
    internal double LeaveOneOutRmse { get; init; } = double.NaN;

    /// <summary>log p(y), NaN where the solver does not know it.</summary>
    internal double LogMarginalLikelihood { get; init; } = double.NaN;

    /// <summary>The posterior, where what it needs is there already.</summary>
    internal IPosterior? Posterior { get; init; }
}
