namespace HadamardNtk;

/// <summary>
/// What a program that serves kernels and models is configured with, as by a section of <c>appsettings.json</c>.
/// Immutable; change it with <c>with</c>.
/// </summary>
/// <example><code>
/// var options = new HadamardNtkOptions { Network = "(dense relu)^2 dense", ModelFolder = "model" };
/// </code></example>
public sealed record HadamardNtkOptions
{
    /// <summary>
    /// The network in the notation; null, the default, where a model that is loaded brings its own. A model in
    /// <see cref="ModelFolder"/> keeps the network and the kernel that it was fitted with: where these options are
    /// changed, delete the folder, so that the model is fitted again.
    /// </summary>
    public string? Network { get; init; }

    /// <summary>Which of the network's kernels is served; the NTK unless set.</summary>
    public KernelKind Kernel { get; init; } = KernelKind.Ntk;

    /// <summary>
    /// The folder of the model. One that is there is loaded; else the model that is fitted is saved to it. Null, the
    /// default, keeps a fitted model in memory alone.
    /// </summary>
    public string? ModelFolder { get; init; }

    /// <summary>The number type of Gram matrices; float64 unless set. Models predict in float64.</summary>
    public Precision Precision { get; init; } = Precision.Float64;

    /// <summary>
    /// The threads of one request; 1 unless set, since a server has as many requests at once as it has processors.
    /// </summary>
    public int Threads { get; init; } = 1;

    /// <summary>
    /// Whether the model is made ready for deviations before the first request; true unless set. A model that was
    /// loaded, or solved by conjugate gradients, factorizes K + r I for that, which takes n³/3 operations.
    /// </summary>
    public bool WarmUp { get; init; } = true;
}
