namespace HadamardNtk;

/// <summary>What classifies in the UCI protocol.</summary>
public enum UciClassifier
{
    /// <summary>A support vector machine, C = 10^k with k = −2, ..., 4.</summary>
    SupportVectors,

    /// <summary>Kernel ridge regression on one-hot targets, ridge = 10^k times the training kernel's mean diagonal with k = −6, ..., 1.</summary>
    Ridge,
}
