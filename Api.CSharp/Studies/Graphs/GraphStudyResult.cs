namespace HadamardNtk;

/// <summary>The accuracies of <see cref="GraphStudy"/>, in percent.</summary>
/// <param name="Study">The claims, tables and charts.</param>
/// <param name="OnTest">
/// The accuracy of each fold by the network and C that are best on the test folds, as published.
/// </param>
/// <param name="Nested">
/// The accuracy of each fold by the network and C that are best in the cross-validation of its training graphs.
/// </param>
/// <param name="Architecture">The network that is best on the test folds.</param>
/// <param name="IsNormalized">Whether its Gram matrix is normalized.</param>
/// <param name="Cost">C of its support vector machines.</param>
public sealed record GraphStudyResult(
    StudyResult Study,
    IReadOnlyList<double> OnTest,
    IReadOnlyList<double> Nested,
    GntkArchitecture Architecture,
    bool IsNormalized,
    double Cost)
{
    /// <summary>The standard deviation over folds, with one fold less as the divisor.</summary>
    /// <param name="accuracies">The accuracy of each fold. The result is NaN of fewer than two.</param>
    public static double Deviation(IReadOnlyList<double> accuracies)
    {
        ArgumentNullException.ThrowIfNull(accuracies);
        return SampleMean.Of(accuracies).Deviation;
    }
}
