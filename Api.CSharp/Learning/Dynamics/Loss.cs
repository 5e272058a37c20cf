namespace HadamardNtk;

/// <summary>The loss that training minimizes.</summary>
public enum Loss
{
    /// <summary>1/(2nC)·|f − y|².</summary>
    Squared,

    /// <summary>1/(nC)·Σ log(1 + e^(−y f)), for targets −1 and 1.</summary>
    Logistic,

    /// <summary>1/n·Σᵢ (log Σ_c e^(f_ic) − Σ_c y_ic f_ic), for rows of targets that are probabilities.</summary>
    Softmax,
}
