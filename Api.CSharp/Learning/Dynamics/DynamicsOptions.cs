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

/// <summary>
/// The options for training dynamics: the networks and their start. Immutable; change it with <c>with</c>.
/// </summary>
public sealed record DynamicsOptions
{
    /// <summary>
    /// The ensemble: for NTK networks that are trained as a whole (unless set), for NNGP networks whose read-out alone
    /// is trained.
    /// </summary>
    public KernelKind Kind { get; init; } = KernelKind.Ntk;

    /// <summary>The ridge r; the flow is that of K + r I. 0 unless set.</summary>
    public Ridge Ridge { get; init; } = Ridge.Absolute(0);

    /// <summary>
    /// The multiplier α; the trained function is α times the network's, and both kernels are multiplied by α². 1 unless
    /// set.
    /// </summary>
    public double OutputMultiplier { get; init; } = 1;

    /// <summary>
    /// The mean of the functions at time 0, from rows (m × d) to outputs (m × C); 0 unless set. The networks start from
    /// it plus a draw of N(0, S).
    /// </summary>
    public Func<Matrix, Matrix>? InitialFunction { get; init; }

    /// <summary>The options for Gram matrices.</summary>
    public GramOptions Gram { get; init; } = new();
}
