namespace HadamardNtk;

/// <summary>The choice of the UCI protocol on a data set, and its accuracy.</summary>
/// <param name="Accuracy">The percentage of correct labels, as the mean over the folds.</param>
/// <param name="Validation">
/// The percentage on the validation split, by which depth, fixed layers and C or ridge were chosen.
/// </param>
/// <param name="Depth">D, the number of dense layers.</param>
/// <param name="Fixed">F, the number of layers, from the first on, that are not trained.</param>
/// <param name="Regularization">C, or the ridge relative to the mean diagonal.</param>
public sealed record UciResult(double Accuracy, double Validation, int Depth, int Fixed, double Regularization)
{
    /// <summary>The percentage of correct labels in each fold.</summary>
    public IReadOnlyList<double> FoldAccuracies { get; init; } = [];
}

/// <summary>The choice of the UCI protocol among given networks on a data set, and its accuracy.</summary>
/// <param name="Accuracy">The percentage of correct labels, as the mean over the folds.</param>
/// <param name="Validation">
/// The percentage on the validation split, by which the network and C or ridge were chosen.
/// </param>
/// <param name="Network">The network.</param>
/// <param name="Regularization">C, or the ridge relative to the mean diagonal.</param>
/// <param name="FoldAccuracies">The percentage of correct labels in each fold.</param>
public sealed record UciNetworkResult(
    double Accuracy,
    double Validation,
    Network Network,
    double Regularization,
    IReadOnlyList<double> FoldAccuracies);
