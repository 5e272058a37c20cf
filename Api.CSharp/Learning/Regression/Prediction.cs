using HadamardNtk.Core;

namespace HadamardNtk;

/// <summary>What a prediction says of its uncertainty. Each value includes those before it.</summary>
public enum Uncertainty
{
    /// <summary>Nothing: the mean alone.</summary>
    None,

    /// <summary>The posterior standard deviation of each sample.</summary>
    Deviation,

    /// <summary>The posterior covariance of all samples.</summary>
    Covariance,
}

/// <summary>Whether a deviation or an interval is that of new targets or that of the function below them.</summary>
public enum PredictionNoise
{
    /// <summary>The variance is s² v(x), that of the latent function.</summary>
    Excluded,

    /// <summary>The variance is s² (v(x) + r), that of new targets, which have the noise of the training's.</summary>
    Included,
}

/// <summary>Intervals of predictions.</summary>
/// <param name="Lower">The lower ends, m × C.</param>
/// <param name="Upper">The upper ends, m × C.</param>
public sealed record PredictionInterval(Matrix Lower, Matrix Upper)
{
    /// <summary>The shape, and below it the first intervals, at most 6 x 6, in six digits.</summary>
    public override string ToString() => ShownText.Table(
        $"PredictionInterval {Lower.Rows} x {Lower.Columns}",
        Lower.Rows,
        Lower.Columns,
        (i, j) => $"[{ShownText.Number(Lower[i, j])}, {ShownText.Number(Upper[i, j])}]");
}

/// <summary>
/// Predictions at m new samples: the posterior of the Gaussian process whose prior is the fitted kernel k and whose
/// noise is the ridge r, both times the model's scale s² (1 unless <see cref="RegressionOptions.Scale"/> asks for its
/// estimate). With v(x) = k(x,x) − k(x,X)(K + r I)⁻¹k(X,x) the variance of the latent function is s² v(x), that of a
/// new target s² (v(x) + r). No variance is negative: one that rounding made negative is 0, and
/// <see cref="Undetermined"/> names its sample.
/// </summary>
/// <param name="Mean">The posterior mean, m × C.</param>
/// <param name="Deviation">
/// The posterior standard deviation s √v of the latent function without noise, m numbers, the same for every output. It
/// is null where <see cref="Uncertainty.None"/> was asked for, and where several outputs have estimated scales of their
/// own, which <see cref="Deviations"/> has.
/// </param>
/// <param name="Covariance">
/// The posterior covariance s² (k(x,x′) − k(x,X)(K + r I)⁻¹k(X,x′)), m × m, the same for every output and symmetric to
/// the last bit. It is null where <see cref="Uncertainty.Covariance"/> was not asked for, and where several outputs
/// have estimated scales of their own, which <see cref="CovarianceOf"/> has.
/// </param>
public sealed record Prediction(Matrix Mean, double[]? Deviation = null, Matrix? Covariance = null)
{
    /// <summary>
    /// The rows of the samples, counted from 0, whose variances rounding decides: v &lt; n 2⁻⁵² k(x,x), which is no
    /// digit of v, or less than 0, where v counts as 0. A greater ridge gives them digits. Empty without deviations.
    /// </summary>
    public IReadOnlyList<int> Undetermined { get; init; } = [];

    internal PosteriorSpread? Spread { get; init; }

    /// <summary>Whether the prediction was made with deviations.</summary>
    internal bool HasDeviations => Spread is not null;

    /// <summary>The prediction of a model.</summary>
    internal static Prediction Of(
        Matrix mean, PosteriorSpread spread, bool isShared, IReadOnlyList<int> undetermined) =>
        new(
            mean,
            isShared ? spread.Deviations(PredictionNoise.Excluded).Column(0) : null,
            isShared ? spread.CovarianceOf(0) : null)
        {
            Spread = spread,
            Undetermined = undetermined,
        };

    /// <summary>The standard deviations of every output, m × C: s √v, or with the noise s √(v + r).</summary>
    /// <param name="noise">Whether they are of new targets, or of the latent function below them.</param>
    /// <exception cref="InvalidOperationException">The prediction was made without deviations.</exception>
    public Matrix Deviations(PredictionNoise noise = PredictionNoise.Excluded)
    {
        RequireDefined(noise);
        return Known("Deviation").Deviations(noise);
    }

    /// <summary>The posterior covariance of one output's latent function, m × m.</summary>
    /// <param name="output">The output, from 0 to C − 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such output.</exception>
    /// <exception cref="InvalidOperationException">The prediction was made without a covariance.</exception>
    public Matrix CovarianceOf(int output)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(output);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(output, Mean.Columns);
        return Known("Covariance").CovarianceOf(output) ?? throw Missing("Covariance");
    }

    /// <summary>
    /// The central intervals mean ± q s √(v + r), or without the noise mean ± q s √v, of every output, m × C each, with
    /// q the normal quantile at (1 + level)/2. A new target is in its interval with this probability if the process is
    /// true. An interval at a smaller level lies within that at a greater one. The model's scale should be
    /// <see cref="VarianceScale.Estimated"/>: at unit scale the widths have the size of the kernel, whatever the
    /// targets'.
    /// </summary>
    /// <param name="level">The probability, in (0, 1), as 0.95.</param>
    /// <param name="noise">Whether it is of new targets, or of the latent function below them.</param>
    /// <exception cref="ArgumentOutOfRangeException">The level is not between 0 and 1, both excluded.</exception>
    /// <exception cref="InvalidOperationException">The prediction was made without deviations.</exception>
    /// <exception cref="ArithmeticException">An end is beyond float64.</exception>
    /// <example><code>
    /// var (lower, upper) = model.Predict(x, Uncertainty.Deviation).Interval(0.95);
    /// </code></example>
    public PredictionInterval Interval(double level, PredictionNoise noise = PredictionNoise.Included)
    {
        if (!(level is > 0 and < 1))
        {
            throw new ArgumentOutOfRangeException(
                nameof(level), level, $"Expected a level between 0 and 1, both excluded, as 0.95; not {level}.");
        }

        var (deviations, half) = (Deviations(noise).Data, RegressionModule.halfWidth(level, 1));
        Matrix End(int sign) => FiniteNumbers.Require(
            "ends of intervals",
            Matrix.Wrap(
                [.. Mean.Data.Select((mean, t) => mean + (sign * half * deviations[t]))], Mean.Rows, Mean.Columns),
            "scale the targets down, or take a smaller level");
        return new(End(-1), End(1));
    }

    /// <summary>
    /// Samples of the posterior at all points together: mean + s Σ^½ z, with the noise mean + s (Σ + r I)^½ z; Σ is
    /// the posterior covariance at unit scale, its symmetric root and standard normal z. Outputs are independent given
    /// the targets. Eigenvalues of Σ that rounding made negative, about as large as the variances that it decides,
    /// count as 0, so that any number of points may be sampled, equal ones too. It takes some m³ operations.
    /// </summary>
    /// <param name="count">The number of samples, at least 1. The first ones do not depend on it.</param>
    /// <param name="seed">What the samples are drawn from.</param>
    /// <param name="noise">Whether they are new targets, or the latent function below them.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <returns>The samples, m × C each.</returns>
    /// <exception cref="ArgumentOutOfRangeException">
    /// There is to be no sample, or all samples together have more than 2³¹ − 57 numbers, which one array holds.
    /// </exception>
    /// <exception cref="InvalidOperationException">The prediction was made without a covariance.</exception>
    public IReadOnlyList<Matrix> Sample(
        int count,
        long seed,
        PredictionNoise noise = PredictionNoise.Excluded,
        CancellationToken cancellation = default) =>
        Sample(count, seed, noise, null, cancellation);

    /// <summary>Samples of the posterior at all points together, with progress.</summary>
    /// <param name="count">The number of samples, at least 1. The first ones do not depend on it.</param>
    /// <param name="seed">What the samples are drawn from.</param>
    /// <param name="noise">Whether they are new targets, or the latent function below them.</param>
    /// <param name="progress">
    /// Receives the part of the operations that are done, from 0 to 1. The eigenvalues of Σ are one step.
    /// </param>
    /// <param name="cancellation">Stops the work.</param>
    /// <returns>The samples, m × C each.</returns>
    /// <exception cref="ArgumentOutOfRangeException">
    /// There is to be no sample, or all samples together have more than 2³¹ − 57 numbers.
    /// </exception>
    /// <exception cref="InvalidOperationException">The prediction was made without a covariance.</exception>
    public IReadOnlyList<Matrix> Sample(
        int count,
        long seed,
        PredictionNoise noise,
        IProgress<double>? progress,
        CancellationToken cancellation = default)
    {
        RequireDefined(noise);
        var known = Known("Covariance");
        var covariance = known.Covariance ?? throw Missing("Covariance");
        var most = Array.MaxLength / Math.Max(1, Mean.Data.Length);
        if (count < 1 || count > most)
        {
            throw new ArgumentOutOfRangeException(
                nameof(count), count, $"Expected a number of samples from 1 to {most}, not {count}.");
        }

        var workers = Workers.All with { Cancellation = cancellation };
        var ridge = noise == PredictionNoise.Included ? known.Ridge : 0;
        var rooted = PosteriorSamples.RootShare(Mean.Rows, count * (double)Mean.Columns);
        var root = PosteriorSamples.Root(covariance, ridge, workers, progress.Stage(0, rooted));
        return PosteriorSamples.Draw(Mean, root, known.Scales, count, seed, workers, progress.Stage(rooted, 1));
    }

    /// <summary>The shape, and below it the first means with their deviations, at most 6 x 6.</summary>
    public override string ToString()
    {
        var deviations = Spread?.Deviations(PredictionNoise.Excluded);
        return ShownText.Table($"Prediction {Mean.Rows} x {Mean.Columns}", Mean.Rows, Mean.Columns, (i, j) =>
            (deviations?[i, j] ?? Deviation?[i]) is { } deviation
                ? ShownText.Spread(Mean[i, j], deviation)
                : ShownText.Number(Mean[i, j]));
    }

    private static void RequireDefined(PredictionNoise noise)
    {
        if (!Enum.IsDefined(noise))
        {
            throw new ArgumentOutOfRangeException(nameof(noise), noise, "Expected Excluded or Included.");
        }
    }

    private PosteriorSpread Known(string wanted) => Spread ?? throw Missing(wanted);

    private static InvalidOperationException Missing(string wanted) => new(
        $"Expected a prediction of a model with Uncertainty.{wanted}; this one was made without it. "
        + $"Predict with Uncertainty.{wanted}.");
}
