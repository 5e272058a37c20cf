namespace HadamardNtk;

/// <summary>The score of a comparison.</summary>
public enum ComparisonMetric
{
    /// <summary>The percentage of right classes; more is better.</summary>
    Accuracy,

    /// <summary>The root mean square error over samples and outputs; less is better.</summary>
    Rmse,
}

/// <summary>The score of one fit.</summary>
/// <param name="Seed">The seed of the partition.</param>
/// <param name="Fold">The fold that was left out, counted from 0.</param>
/// <param name="Ridge">The absolute ridge of the fit.</param>
/// <param name="Value">The score on the fold.</param>
public sealed record FoldScore(long Seed, int Fold, double Ridge, double Value);

/// <summary>The scores of a kernel.</summary>
/// <param name="Name">The name of the network.</param>
/// <param name="Network">The network as text.</param>
/// <param name="Kernel">The kernel.</param>
/// <param name="Scores">The scores, seed by seed and fold by fold.</param>
public sealed record ComparedKernel(
    string Name, string Network, KernelKind Kernel, IReadOnlyList<FoldScore> Scores)
{
    /// <summary>The mean of the scores.</summary>
    public double Mean => Scores.Average(score => score.Value);

    /// <summary>
    /// The standard deviation of the scores, √(Σ (v − mean)²/(J − 1)) of J scores. It is the spread of single fits, and
    /// not the error of the mean.
    /// </summary>
    public double Deviation => SampleMean.Of(Scores.Select(score => score.Value)).Deviation;
}

/// <summary>The mean difference of two kernels' scores on the same folds.</summary>
/// <param name="Mean">The mean of the first kernel's scores minus the second's.</param>
/// <param name="StandardError">
/// √((1/J + n₂/n₁) s²), with the variance s² of the J differences and n₂/n₁ = 1/(folds − 1) test samples for each
/// training sample: the correction of Nadeau and Bengio for training sets that overlap, without which the error would
/// be too small.
/// </param>
public sealed record ScoreDifference(double Mean, double StandardError);

/// <summary>The result of a comparison.</summary>
/// <param name="Metric">The score.</param>
/// <param name="Samples">n, the number of samples.</param>
/// <param name="Folds">The number of folds of each partition.</param>
/// <param name="Seeds">The number of partitions.</param>
/// <param name="Kernels">The kernels, network by network, in the order of the options.</param>
/// <remarks>
/// Source of the correction: Nadeau and Bengio, Inference for the generalization error, Machine Learning 52 (2003);
/// for repeated folds Bouckaert and Frank, PAKDD 2004.
/// </remarks>
public sealed record ComparisonResult(
    ComparisonMetric Metric, int Samples, int Folds, int Seeds, IReadOnlyList<ComparedKernel> Kernels)
{
    /// <summary>The kernel with the best mean, the first of several.</summary>
    public ComparedKernel Best => Metric == ComparisonMetric.Accuracy
        ? Kernels.MaxBy(kernel => kernel.Mean)!
        : Kernels.MinBy(kernel => kernel.Mean)!;

    /// <summary>The difference of a kernel's scores from the best's on the same folds.</summary>
    /// <param name="kernel">One of the kernels.</param>
    public ScoreDifference DifferenceFromBest(ComparedKernel kernel)
    {
        ArgumentNullException.ThrowIfNull(kernel);
        var difference = SampleMean.Of(kernel.Scores.Zip(Best.Scores, (here, best) => here.Value - best.Value));
        var factor = (1.0 / difference.Count) + (1.0 / (Folds - 1));
        return new(difference.Mean, Math.Sqrt(factor) * difference.Deviation);
    }

    /// <summary>The table as plain text.</summary>
    public override string ToString() => ToText(ComparisonFormat.Table);

    /// <summary>The table as text.</summary>
    /// <param name="format">The format.</param>
    public string ToText(ComparisonFormat format) => ComparisonText.Of(this, format);
}
