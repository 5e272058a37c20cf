namespace HadamardNtk;

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
