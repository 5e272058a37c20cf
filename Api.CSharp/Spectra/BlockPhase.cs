using HadamardNtk.Core;
using Microsoft.FSharp.Core;

namespace HadamardNtk;

/// <summary>The phase of a deep network that repeats a block, by the slope χ₁ of its correlation map at 1.</summary>
public enum Phase
{
    /// <summary>χ₁ &lt; 1: the correlations of all inputs tend to 1.</summary>
    Ordered,

    /// <summary>χ₁ = 1 within the tolerance: correlations tend to 1 as a power of the depth, or stay.</summary>
    Critical,

    /// <summary>χ₁ &gt; 1: the correlations of nearly equal inputs fall to a number below 1.</summary>
    Chaotic,
}

/// <summary>
/// The long run of a network that repeats a block of layers: the fixed points of its variance map V(q) = Σ(q, q, q) and
/// of its correlation map C(ρ) = Σ(q, q, ρ q)/V(q) at a fixed variance, their exact slopes, the phase and the depth
/// scales. Immutable.
/// </summary>
/// <remarks>
/// Sources: Poole and others, Exponential expressivity in deep neural networks through transient chaos (2016);
/// Schoenholz and others, Deep information propagation (2017); docs/mathematics.md, section 11.
/// </remarks>
/// <example><code>
/// var phase = BlockPhase.Of(Network.Parse("dense(w=1.5,b=0.1) tanh"));
/// Console.WriteLine($"{phase.Phase}: chi_1 = {phase.Slope}, rho* = {phase.Limit.Value}");
/// </code></example>
public sealed class BlockPhase
{
    private readonly Core.BlockPhase _core;

    private BlockPhase(Network block, Core.BlockPhase core)
    {
        (Block, _core) = (block, core);
        (Variances, Correlations) = (Points(core.Variances), Points(core.Correlations));
        (Variance, Limit) = (Point(core.Variance), Point(core.Limit));
        Phase = core.Phase switch
        {
            { IsOrdered: true } => Phase.Ordered,
            { IsCritical: true } => Phase.Critical,
            _ => Phase.Chaotic,
        };
    }

    /// <summary>The block.</summary>
    public Network Block { get; }

    /// <summary>
    /// The fixed points of V in the range, in ascending order; none are listed if every variance is fixed.
    /// </summary>
    public IReadOnlyList<FixedPoint> Variances { get; }

    /// <summary>Whether V(q) = q for every q, as for relu with weights of variance 2.</summary>
    public bool IsEveryVarianceFixed => _core.Variances.IsAll;

    /// <summary>The fixed variance at which the correlation map is taken. Its slope is χ_q = V′(q*).</summary>
    public FixedPoint Variance { get; }

    /// <summary>
    /// The fixed points of C in [−1, 1], in ascending order; none are listed if every correlation is fixed.
    /// </summary>
    public IReadOnlyList<FixedPoint> Correlations { get; }

    /// <summary>Whether C(ρ) = ρ for every ρ, as for blocks without an activation or a bias.</summary>
    public bool IsEveryCorrelationFixed => _core.Correlations.IsAll;

    /// <summary>
    /// ρ*, to which deep networks lead from all correlations in [0, 1): 1 in the ordered and the critical phase, and
    /// less in the chaotic one. Its depth scale is ξ_c.
    /// </summary>
    public FixedPoint Limit { get; }

    /// <summary>χ₁ = C′(1). It is infinite if a function jumps.</summary>
    public double Slope => _core.Slope;

    /// <summary>The phase.</summary>
    public Phase Phase { get; }

    /// <summary>The phase, the slope χ₁, the variance and the limit of correlations in one line.</summary>
    public override string ToString() => FormattableString.Invariant(
        $"BlockPhase: {Block} is {Phase.ToString().ToLowerInvariant()}, slope {Slope:G6}, ")
        + FormattableString.Invariant($"variance {Variance.Value:G6}, correlation {Limit.Value:G6}");

    /// <summary>The phase of a repeated block.</summary>
    /// <param name="block">The block, whose kernel depends on second moments alone.</param>
    /// <param name="options">The range of variances and the tolerance; the defaults if null.</param>
    /// <param name="progress">
    /// Receives the part that is done, from 0 to 1: half of it is the search among variances, and a quarter their fixed
    /// points.
    /// </param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="NetworkRefusedException">
    /// The block, or two copies of it in series, have no kernel; the kernel depends on the average feature or on no
    /// input; a function jumps in another way than between two constants at 0; or no variance in the range is fixed,
    /// because variances vanish or grow with the depth.
    /// </exception>
    /// <exception cref="ArgumentException">The options are out of range.</exception>
    public static BlockPhase Of(
        Network block,
        PhaseOptions? options = null,
        IProgress<double>? progress = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(block);
        options ??= new();
        var near = options.Variance is { } q ? FSharpOption<double>.Some(q) : FSharpOption<double>.None;
        var told = new Watch(progress, cancellation).Told();
        var result = PhaseModule.ofBlockTold(
            told, new(options.LeastVariance, options.GreatestVariance, options.Tolerance, near), block.Core);
        if (!result.IsOk)
        {
            throw new NetworkRefusedException(result.ErrorValue);
        }

        progress?.Report(1);
        return new(block, result.ResultValue);
    }

    /// <summary>V(q), the variance after the block.</summary>
    /// <param name="q">The variance before it, at least 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">q is negative, infinite or not a number.</exception>
    public double VarianceAfter(double q) => q >= 0 && double.IsFinite(q)
        ? BlockMapModule.variance(q, _core.Map)
        : throw new ArgumentOutOfRangeException(nameof(q), q, $"Expected a variance of at least 0; came {q}.");

    /// <summary>The correlations after 0, 1, ..., depth copies of the block, at the fixed variance.</summary>
    /// <param name="correlation">The correlation of the inputs, from −1 to 1.</param>
    /// <param name="depth">The number of copies, at least 0.</param>
    /// <param name="progress">Receives the part of the copies that are done, from 0 to 1.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <returns>depth + 1 correlations.</returns>
    /// <exception cref="ArgumentException">The correlation or the depth is out of range.</exception>
    public double[] Iterate(
        double correlation, int depth, IProgress<double>? progress = null, CancellationToken cancellation = default)
    {
        var correlations = PhaseModule.iterateTold(
            new Watch(progress, cancellation).Told(), correlation, depth, _core);
        progress?.Report(1);
        return correlations;
    }

    private FixedPoint[] Points(FixedPoints points) =>
        points is FixedPoints.Isolated isolated ? [.. isolated.Item.Select(Point)] : [];

    private FixedPoint Point(Core.FixedPoint point) => FixedPoint.Of(point, _core.Tolerance);
}
