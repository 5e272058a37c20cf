namespace HadamardNtk;

/// <summary>What the UCI protocol chose on a data set, and how good it is.</summary>
/// <param name="Accuracy">The percentage of labels that are right, the mean over the folds.</param>
/// <param name="Validation">The percentage on the validation split, by which the rest was chosen.</param>
/// <param name="Depth">D, the number of dense layers.</param>
/// <param name="Fixed">F, how many of them, from the first on, are not trained.</param>
/// <param name="Regularization">C, or the ridge relative to the mean diagonal.</param>
public sealed record UciResult(double Accuracy, double Validation, int Depth, int Fixed, double Regularization);
