namespace HadamardNtk;

/// <summary>The classifier of the UCI protocol.</summary>
public enum UciClassifier
{
    /// <summary>A support vector machine with C = 10^k for k = −2, ..., 4.</summary>
    SupportVectors,

    /// <summary>
    /// Kernel ridge regression on one-hot targets. The ridge is 10^k times the training kernel's mean diagonal for
    /// k = −6, ..., 1.
    /// </summary>
    Ridge,
}
