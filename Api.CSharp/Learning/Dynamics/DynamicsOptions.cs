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
/// The options for training dynamics: the functions and their start. Immutable; change it with <c>with</c>.
/// </summary>
/// <typeparam name="TSamples">The type of the samples that the kernel takes.</typeparam>
public sealed record DynamicsOptions<TSamples> where TSamples : class
{
    /// <summary>The ridge r; the flow is that of K + r I. 0 unless set.</summary>
    public Ridge Ridge { get; init; } = Ridge.Absolute(0);

    /// <summary>
    /// The multiplier α; the trained function is α times the network's, and both kernels are multiplied by α². 1 unless
    /// set.
    /// </summary>
    public double OutputMultiplier { get; init; } = 1;

    /// <summary>
    /// The mean of the functions at time 0, from m samples to outputs (m × C); 0 unless set. The functions start from
    /// it plus a draw of N(0, S), where S is the kernel's <see cref="IKernel{TSamples}.Prior"/>.
    /// </summary>
    public Func<TSamples, Matrix>? InitialFunction { get; init; }

    /// <summary>The options for Gram matrices.</summary>
    public GramOptions Gram { get; init; } = new();
}
