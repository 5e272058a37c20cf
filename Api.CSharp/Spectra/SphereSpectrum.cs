using HadamardNtk.Core;

namespace HadamardNtk;

/// <summary>
/// The eigenvalues μ_k of a network's kernel on the sphere |x|² = d in R^d with its uniform distribution, by degree k.
/// There the kernel is κ(t), t = x·x′/d, and the eigenfunctions of degree k are the spherical harmonics. Immutable.
/// </summary>
/// <remarks>
/// <para>μ_k = ∫ κ(t) P_k(t) w(t) dt / ∫ w(t) dt with w = (1 − t²)^((d−3)/2) and P_k(1) = 1, the Gegenbauer polynomial;
/// its multiplicity is N(d, k) = (2k+d−2)/k binom(k+d−3, k−1), and Σ N(d, k) μ_k = κ(1).</para>
/// <para>Each μ_k is a sum of terms that are not negative, from the power series of κ in double-double, so that small
/// eigenvalues keep their digits: <see cref="SphereEigenvalue.RelativeError"/> says how many. An eigenvalue that is 0
/// by symmetry is exactly 0. Source: docs/mathematics.md, section 11.</para>
/// </remarks>
/// <example><code>
/// var sphere = SphereSpectrum.Of(network.Ntk(), dimension: 10, degrees: 100);
/// var decay = sphere.Decay(20, 100, odd: false);       // mu_k = c k^-a at even k
/// </code></example>
public sealed class SphereSpectrum
{
    private SphereSpectrum(int dimension, SphereEigenvalue[] levels, double trace) =>
        (Dimension, Levels, Trace) = (dimension, Array.AsReadOnly(levels), trace);

    /// <summary>d, the number of features.</summary>
    public int Dimension { get; }

    /// <summary>The eigenvalues of degree 0, 1, ...</summary>
    public IReadOnlyList<SphereEigenvalue> Levels { get; }

    /// <summary>κ(1), the sum of all eigenvalues with their multiplicities.</summary>
    public double Trace { get; }

    /// <summary>The greatest relative error of an eigenvalue.</summary>
    public double RelativeError => Levels.Max(level => level.RelativeError);

    /// <summary>The dimension and the trace, and below them degrees, eigenvalues and multiplicities.</summary>
    public override string ToString() => ShownText.Table(
        $"SphereSpectrum in {Dimension} dimensions, trace {Trace:G6}: degree, eigenvalue, multiplicity",
        Levels.Count,
        3,
        (k, j) => ShownText.Number(j switch
        {
            0 => Levels[k].Degree,
            1 => Levels[k].Eigenvalue,
            _ => Levels[k].Multiplicity,
        }));

    /// <summary>The eigenvalues of a network's kernel.</summary>
    /// <param name="kernel">The kernel, which must depend on x·x′ alone.</param>
    /// <param name="dimension">d, from 2 to 100,000.</param>
    /// <param name="degrees">The greatest degree, from 0 to 800.</param>
    /// <param name="progress">
    /// Receives the part that is done of the most work that may be needed, from 0 to 1; most kernels need less, and
    /// are done before.
    /// </param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="ArgumentException">
    /// The dimension or the degree is not in its range, the kernel depends on the average feature of its samples, or
    /// the coefficients of its power series leave the range of float64.
    /// </exception>
    /// <exception cref="KernelUndefinedException">The kernel is not finite on the sphere.</exception>
    public static SphereSpectrum Of(
        InfiniteKernel kernel,
        int dimension,
        int degrees = 100,
        IProgress<double>? progress = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(kernel);
        RequireRange(dimension, 2, Sphere.mostDimensions, nameof(dimension), "dimensions, for a sphere");
        RequireRange(degrees, 0, Sphere.mostDegrees, nameof(degrees), "as the greatest degree");
        var (core, told) = (kernel.Program.Core, new Watch(progress, cancellation).Told());
        try
        {
            var levels = Sphere.levelsTold(told, core, kernel.Kind == KernelKind.Ntk, dimension, degrees);
            var trace = Sphere.trace(core, kernel.Kind == KernelKind.Ntk, dimension);
            progress?.Report(1);
            return new(dimension, Array.ConvertAll(levels, level => new SphereEigenvalue(level)), trace);
        }
        catch (Core.KernelUndefinedException e)
        {
            throw new KernelUndefinedException(e.undefined, 0);
        }
    }

    /// <summary>
    /// The power law μ_k = c k^−a of the degrees first, ..., last of one parity, by least squares of log μ on log k.
    /// </summary>
    /// <param name="first">The first degree, at least 1.</param>
    /// <param name="last">The last degree.</param>
    /// <param name="odd">Whether the odd degrees are fitted, and not the even ones.</param>
    /// <returns>The law, or null if the eigenvalues of that parity in the range are all 0.</returns>
    /// <exception cref="ArgumentException">
    /// The range holds fewer than two degrees of that parity, or an eigenvalue there is 0 while others are not, or has
    /// no digits.
    /// </exception>
    public EigenvalueDecay? Decay(int first, int last, bool odd)
    {
        if (first < 1 || last >= Levels.Count)
        {
            throw new ArgumentOutOfRangeException(
                nameof(last), $"Expected degrees from 1 to {Levels.Count - 1}; came {first} to {last}.");
        }

        SphereEigenvalue[] range =
            [.. Levels.Skip(first).Take(last - first + 1).Where(level => level.Degree % 2 == 1 == odd)];
        if (range.Length > 0 && range.All(level => level.LogEigenvalue == double.NegativeInfinity))
        {
            return null;
        }

        var law = Core.Spectrum.logarithmicLaw(
            [.. range.Select(level => (double)level.Degree)], [.. range.Select(level => level.LogEigenvalue)]);
        return new(law.Exponent, law.StandardError, law.Constant, range[0].Degree, range[^1].Degree);
    }

    /// <summary>
    /// The mean squared error that kernel regression makes on average over training sets of n points of the sphere, by
    /// the eigenframework: E0 (Σ (1 − L_k)² p_k + σ²) with L_k = μ_k/(μ_k + κ) and E0 = n/(n − Σ N L²). Degrees that
    /// are not here act as a part of the ridge, and so do those that have no digits or more than 1.8e308 harmonics:
    /// nothing of them is learned.
    /// </summary>
    /// <param name="samples">n, positive.</param>
    /// <param name="ridge">The ridge.</param>
    /// <param name="noise">σ², the variance of the noise of training and test targets; not negative.</param>
    /// <param name="powers">p_k, the mean square of the target's part of degree k = 0, 1, ..., for all degrees.</param>
    /// <exception cref="ArgumentException">
    /// There is not one power for each degree, or a number is out of its domain.
    /// </exception>
    /// <remarks>Source: Simon, Dickens, Karkada and DeWeese, The eigenlearning framework (2021).</remarks>
    public double ExpectedError(double samples, Ridge ridge, double noise, IReadOnlyList<double> powers)
    {
        ArgumentNullException.ThrowIfNull(powers);
        if (powers.Count != Levels.Count)
        {
            throw new ArgumentException(
                $"Expected a power for each of the {Levels.Count} degrees; came {powers.Count}. Give 0 for the degrees "
                + "that the target lacks.", nameof(powers));
        }

        if (!(samples > 0) || !(noise >= 0) || powers.Any(power => !(power >= 0)))
        {
            throw new ArgumentException(
                "Expected a positive number of samples, and a noise and powers that are not negative.",
                nameof(samples));
        }

        var beyond = Math.Max(0, Trace - Levels.Where(IsKnown).Sum(level => level.Power));
        var absolute = ridge.IsRelative ? ridge.Value * Trace : ridge.Value;
        return LearningCurve.error(
            samples, absolute + beyond, noise,
            [.. Levels.Select(level => IsKnown(level) ? (level.Eigenvalue, level.Multiplicity) : (0, 0))],
            [.. powers]);
    }

    private static bool IsKnown(SphereEigenvalue level) =>
        double.IsFinite(level.Eigenvalue) && double.IsFinite(level.Multiplicity);

    private static void RequireRange(int value, int least, int most, string name, string what)
    {
        if (value < least || value > most)
        {
            throw new ArgumentOutOfRangeException(name, $"Expected from {least} to {most} {what}; came {value}.");
        }
    }
}
