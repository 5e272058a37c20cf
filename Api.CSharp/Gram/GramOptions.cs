namespace HadamardNtk;

/// <summary>
/// The options of a Gram matrix: those of its computation, the backend that computes it, and its number type. They are
/// immutable; <c>with</c> makes changed copies.
/// </summary>
/// <example><code>
/// var options = new GramOptions { Precision = Precision.Float32, Threads = 4, Progress = new Progress&lt;double>() };
/// Matrix gram = kernel.Gram(x, options);
/// var exact = options with { Precision = Precision.Float64, Backend = Backends.Exact };
/// </code></example>
public sealed record GramOptions : ComputeOptions
{
    /// <summary>The backend. Null, the default, stands for the fastest one that is available everywhere, cpu.</summary>
    public IKernelBackend? Backend { get; init; }

    /// <summary>
    /// The number type of a Gram matrix; the default is float64. Models are always fitted, and predict, in float64,
    /// because float32's rounding of K is larger than the usual ridges. Only conjugate gradients use float32, and
    /// refine their result.
    /// </summary>
    public Precision Precision { get; init; }

    /// <summary>The same options in float64.</summary>
    internal GramOptions Exact => this with { Precision = Precision.Float64 };

    /// <summary>The backend's library for dense linear algebra. Null stands for the fastest one on the host.</summary>
    internal DenseLibrary? Dense => Backend?.Dense;
}
