namespace HadamardNtk;

/// <summary>The predictions of a classifier at new samples.</summary>
/// <param name="Labels">
/// The class of each sample, which is the one with the greatest score, or the first of several.
/// </param>
/// <param name="Scores">The regression's outputs, m × classes.</param>
/// <param name="Deviation">
/// The posterior standard deviations of the scores, m. It is null if not asked for, and where the scores have estimated
/// scales of their own, whose deviations <see cref="Posterior"/> has.
/// </param>
/// <param name="Covariance">The posterior covariance of the scores, m × m, or null as the deviations are.</param>
public sealed record Classification(
    long[] Labels, Matrix Scores, double[]? Deviation = null, Matrix? Covariance = null)
{
    /// <summary>The prediction of the scores as those of a regression; null unless a kernel's model made it.</summary>
    public Prediction? Posterior { get; init; }

    /// <summary>
    /// The probability of each class, m × classes, whose rows add up to 1: that its noisy score is the greatest, where
    /// the scores are independent Gaussians with the posterior's means and the variances s² (v + r),
    /// P(c) = ∫ N(u; f_c, s_c² (v + r)) ∏_{j ≠ c} Φ((u − f_j)/(s_j √(v + r))) du. Each class has its estimated scale
    /// s² = yᵀ(K + r I)⁻¹y/n, whatever <see cref="RegressionOptions.Scale"/> is; a model that has not estimated it
    /// computes K α once. Probabilities are computed when they are first asked for. Where the scales differ, the most
    /// probable class may be another than the label, which has the greatest mean.
    /// </summary>
    /// <param name="progress">Receives the part of the samples that are done, from 0 to 1.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <remarks>
    /// Source: the multinomial probit likelihood, Girolami and Rogers (2006); here on the posterior of the regression,
    /// the least-squares classifier of Rasmussen and Williams, <em>Gaussian Processes for Machine Learning</em> (2006),
    /// section 6.5.
    /// </remarks>
    /// <exception cref="InvalidOperationException">The classification was made without deviations.</exception>
    /// <exception cref="ArithmeticException">
    /// A score in K α is not finite, or the scale of the scores is lost to rounding.
    /// </exception>
    public Matrix Probabilities(IProgress<double>? progress, CancellationToken cancellation = default) =>
        ClassProbabilities.Required(Known, new(progress, cancellation));

    /// <inheritdoc cref="Probabilities(IProgress{double}, CancellationToken)"/>
    public Matrix Probabilities(CancellationToken cancellation = default) => Probabilities(null, cancellation);

    /// <summary>The numbers of samples and classes, and below them the first labels with their scores.</summary>
    public override string ToString() => Text(Scores, i => ModelText.Label(Labels[i]));

    internal ClassProbabilities? Known { get; init; }

    internal static string Text(Matrix scores, Func<int, string> label) => ShownText.Table(
        $"Classification of {ModelText.Count(scores.Rows, "sample")} into {scores.Columns} classes, with scores",
        scores.Rows,
        1 + scores.Columns,
        (i, j) => j == 0 ? label(i) : ShownText.Number(scores[i, j - 1]));
}

/// <summary>
/// Classification by kernel regression on one-hot targets minus 1/classes. Immutable, and safe to share between
/// threads.
/// </summary>
/// <typeparam name="TSamples">The type of the samples that the kernel takes.</typeparam>
public abstract class KernelClassifier<TSamples> where TSamples : class
{
    private readonly KernelRegression<TSamples> _regression;

    private protected KernelClassifier(KernelRegression<TSamples> regression, long[] classes) =>
        (_regression, Classes) = (regression, classes);

    internal static KernelClassifier<TSamples> Of(KernelRegression<TSamples> regression, long[] classes) =>
        new OfAny(regression, classes);

    /// <summary>The regression whose outputs are the scores.</summary>
    public virtual KernelRegression<TSamples> Regression => _regression;

    /// <summary>The classes in ascending order, one for each output.</summary>
    public IReadOnlyList<long> Classes { get; }

    /// <summary>The classes, the kernel, the ridge and the solver in one line.</summary>
    public override string ToString() => ModelText.Line(
        this,
        ModelText.Count(Classes.Count, "class"),
        Regression.Kernel.ToString(),
        ModelText.Solved(Regression.Ridge, Regression.Solution.Kind));

    /// <summary>The classes of new samples.</summary>
    /// <param name="x">The samples.</param>
    /// <param name="uncertainty">Whether deviations, or the whole covariance, come with the scores.</param>
    /// <param name="options">Backend, threads and progress; the defaults if null.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <inheritdoc cref="KernelRegression{TSamples}.Predict" path="/*[not(self::param)]"/>
    public Classification Predict(
        TSamples x,
        Uncertainty uncertainty = Uncertainty.None,
        GramOptions? options = null,
        CancellationToken cancellation = default)
    {
        var posterior = Regression.Predict(x, uncertainty, options, cancellation);
        return Classified(posterior, options ?? new());
    }

    private protected Classification Classified(Prediction posterior, GramOptions options)
    {
        var (mean, deviation, covariance) = posterior;
        return new([.. OneHot.Classes(mean).Select(k => Classes[k])], mean, deviation, covariance)
        {
            Posterior = posterior,
            Known = ClassProbabilities.Of(
                posterior,
                stop => Regression.EstimatedScales(options, stop),
                options.Workers),
        };
    }

    /// <summary>One-hot targets minus 1/classes, n × classes. A label of no class gives a row of −1/classes.</summary>
    /// <param name="labels">The label of each sample.</param>
    public Matrix Targets(long[] labels)
    {
        ArgumentNullException.ThrowIfNull(labels);
        return OneHot.Targets(labels, [.. Classes]);
    }

    private sealed class OfAny(KernelRegression<TSamples> regression, long[] classes)
        : KernelClassifier<TSamples>(regression, classes);
}
