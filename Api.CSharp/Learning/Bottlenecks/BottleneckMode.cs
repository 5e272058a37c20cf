namespace HadamardNtk;

/// <summary>How the heads behind the bottlenecks are computed in training.</summary>
public enum BottleneckMode
{
    /// <summary>
    /// Each head is a network of finite width M, trained by its parameters; g is infinitely wide. T steps on n samples
    /// take T n (M d + n d) multiplications. Any activation will do.
    /// </summary>
    Hybrid,

    /// <summary>
    /// Each head is infinitely wide: f_t is f_0 less a sum of K_f over all former steps. T steps on n samples take
    /// T² n² d/2 multiplications and keep T n (d + C) numbers. The activation's kernel needs a gradient.
    /// </summary>
    History,
}
