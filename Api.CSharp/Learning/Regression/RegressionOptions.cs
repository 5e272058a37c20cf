namespace HadamardNtk;

/// <summary>The ridge r in K + r I.</summary>
public readonly record struct Ridge
{
    private Ridge(double value, bool isRelative) => (Value, IsRelative) = (value, isRelative);

    /// <summary>The value: r, or a multiple of the mean of K's diagonal.</summary>
    public double Value { get; }

    /// <summary>Whether the value is a multiple of the mean of K's diagonal.</summary>
    public bool IsRelative { get; }

    /// <summary>A ridge r of this value.</summary>
    /// <param name="value">r, at least 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative or not finite.</exception>
    public static Ridge Absolute(double value) => new(Checked(value), false);

    /// <summary>A ridge r of this multiple of the mean of K's diagonal.</summary>
    /// <param name="value">The multiple, at least 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative or not finite.</exception>
    public static Ridge Relative(double value) => new(Checked(value), true);

    internal double For(Matrix gram)
    {
        var diagonal = new double[gram.Rows];
        for (var i = 0; i < diagonal.Length; i++)
        {
            diagonal[i] = gram[i, i];
        }

        return For(diagonal);
    }

    /// <summary>The absolute ridge for a matrix K with this diagonal.</summary>
    internal double For(double[] diagonal)
    {
        if (!IsRelative)
        {
            return Value;
        }

        var trace = diagonal.Sum();

        // The sum may overflow where the mean does not.
        return double.IsFinite(trace)
            ? Value * trace / diagonal.Length
            : Value * diagonal.Sum(k => k / diagonal.Length);
    }

    private static double Checked(double value) =>
        double.IsFinite(value) && value >= 0
            ? value
            : throw new ArgumentOutOfRangeException(
                nameof(value), value, $"Expected a finite ridge of at least 0, not {value}.");
}

/// <summary>The scale of the prior's variances, and of the noise with them, in the units of the targets.</summary>
public enum VarianceScale
{
    /// <summary>1: the prior's covariance is the kernel and the noise is the ridge.</summary>
    Unit,

    /// <summary>
    /// s² = yᵀ(K + r I)⁻¹y/n for each output: the prior's covariance is s² k and the noise s² r, at the s² where the
    /// targets are the most probable.
    /// </summary>
    Estimated,
}

/// <summary>The options for fitting a kernel regression. Immutable; change it with <c>with</c>.</summary>
/// <example><code>
/// var options = new RegressionOptions { Ridge = Ridge.Relative(1e-3), Scale = VarianceScale.Estimated };
/// var chosen = options with { RidgeBy = SelectionCriterion.LeaveOneOut, CenterTargets = true };
/// </code></example>
public sealed record RegressionOptions
{
    /// <summary>The ridge; 1e-8 of the mean diagonal unless set.</summary>
    public Ridge Ridge { get; init; } = Ridge.Relative(1e-8);

    /// <summary>
    /// What chooses the ridge in the place of <see cref="Ridge"/>, from 1e-14 to 1e4 of K's mean diagonal; null, the
    /// default, for none. One eigendecomposition gives the score of every ridge, so that the model is solved by
    /// <see cref="Solver.Eigen"/>, also where the solver is <see cref="Solver.Cholesky"/>; the others are refused.
    /// </summary>
    public SelectionCriterion? RidgeBy { get; init; }

    /// <summary>Whether rows are centered by the training rows' mean first. The samples are rows of a Matrix.</summary>
    public bool Center { get; init; }

    /// <summary>
    /// Whether rows are then scaled to unit norm; a zero row stays zero. The samples are rows of a Matrix.
    /// </summary>
    public bool Unit { get; init; }

    /// <summary>
    /// Whether the mean of each output's targets is taken from them before the fit and added to the predictions.
    /// Without it predictions return to 0 far from the training samples. The leave-one-out error is that at this mean.
    /// </summary>
    public bool CenterTargets { get; init; }

    /// <summary>
    /// The scale of variances, a number for each output; <see cref="VarianceScale.Unit"/> unless set. It changes no
    /// prediction. With the estimated one deviations have the unit of the targets, and the log marginal likelihood is
    /// that of the process with this scale. Falkon, which has no deviations, does not estimate one.
    /// </summary>
    public VarianceScale Scale { get; init; }

    /// <summary>
    /// The precision that the model keeps its samples in, which are rows of a Matrix; float64 unless set. Samples in
    /// float32 are rounded before the fit, so that a saved model equals the fitted one to the last bit. Weights stay in
    /// float64.
    /// </summary>
    public Precision Samples { get; init; } = Precision.Float64;

    /// <summary>The solver of (K + r I) α = y; the Cholesky factorization unless set.</summary>
    public Solver Solver { get; init; } = Solver.Cholesky;

    /// <summary>The options for Gram matrices.</summary>
    public GramOptions Gram { get; init; } = new();

    /// <summary>Whether direct solvers compute the leave-one-out error and the log marginal likelihood.</summary>
    internal bool IsScored { get; init; } = true;

    /// <summary>The options with the solver that can choose the ridge, if it is to be chosen.</summary>
    /// <exception cref="ArgumentException">
    /// The solver has no eigenvalues, or there are fewer samples than folds.
    /// </exception>
    internal RegressionOptions Solvable(int samples)
    {
        if (RidgeBy is null)
        {
            return this;
        }

        _ = RidgeBy.Parts(samples);
        return Solver switch
        {
            EigenSolver => this,
            CholeskySolver => this with { Solver = Solver.Eigen with { Progress = Solver.Progress } },
            _ => throw new ArgumentException(
                $"Expected the solver eigen or cholesky for a ridge that is chosen; {Solver.Kind} came. "
                + "Give the ridge, or leave the solver out.", nameof(RidgeBy)),
        };
    }

    /// <summary>The options with which labels are fitted: folds that choose a ridge are stratified.</summary>
    internal RegressionOptions Stratified(long[] labels) =>
        RidgeBy is { } criterion ? this with { RidgeBy = criterion.Stratified(labels) } : this;

    /// <summary>Requires that the ridge is given, where something else is searched at it.</summary>
    /// <exception cref="ArgumentException">The ridge is to be chosen.</exception>
    internal void RequireGivenRidge()
    {
        if (RidgeBy is not null)
        {
            throw new ArgumentException(
                "Expected a ridge to start from or to keep; RidgeBy chooses one. Leave RidgeBy out.", nameof(RidgeBy));
        }
    }
}
