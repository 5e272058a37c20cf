using System.Runtime.CompilerServices;
using HadamardNtk.Core;

namespace HadamardNtk;

/// <summary>
/// The eigenvalues λ_1 ≥ λ_2 ≥ ... of K/n and their eigenvectors, where K is the Gram matrix of a kernel at n samples:
/// all of them, or the leading ones. Immutable, and safe to share between threads.
/// </summary>
/// <remarks>
/// In the large-n limit they are the eigenvalues of the kernel's integral operator over the samples' distribution.
/// Source: docs/mathematics.md, section 11.
/// </remarks>
/// <example><code>
/// var spectrum = Spectrum.Leading(network.Ntk(), x, 50);     // K is never stored
/// var decay = spectrum.Decay(5, 50);                         // lambda_j = c j^-a
/// </code></example>
public sealed class Spectrum
{
    private readonly double[] _values;

    private Spectrum(double[] values, Matrix vectors, double[] bounds, double trace)
    {
        (_values, Vectors, Trace) = (values, vectors, trace);
        (Values, Bounds) = (Array.AsReadOnly(values), Array.AsReadOnly(bounds));
    }

    /// <summary>n, the number of samples.</summary>
    public int Count => Vectors.Columns;

    /// <summary>The eigenvalues of K/n in descending order, n or the leading ones.</summary>
    public IReadOnlyList<double> Values { get; }

    /// <summary>One unit eigenvector in each row, in the order of the values.</summary>
    public Matrix Vectors { get; }

    /// <summary>
    /// A bound for each eigenvalue: an eigenvalue of K/n lies within it, by the residual |K v − λ v|/n that was
    /// computed for the leading ones, and by the rounding of a dense decomposition, n 2⁻⁵² λ_1, for all.
    /// </summary>
    public IReadOnlyList<double> Bounds { get; }

    /// <summary>The sum of all n eigenvalues of K/n, which is the mean of K's diagonal.</summary>
    public double Trace { get; }

    /// <summary>Whether all n eigenvalues are here.</summary>
    public bool IsComplete => _values.Length == Count;

    /// <summary>The number of products with K that the leading eigenvalues took; 0 for a dense decomposition.</summary>
    public int Products { get; private init; }

    /// <summary>λ_1/λ_n, or infinity if λ_n is 0 but for rounding.</summary>
    /// <exception cref="InvalidOperationException">Only the leading eigenvalues are here.</exception>
    public double ConditionNumber
    {
        get
        {
            RequireComplete("the condition number");
            return _values[^1] > Roundoff.ofSum(Count) * _values[0]
                ? _values[0] / _values[^1]
                : double.PositiveInfinity;
        }
    }

    /// <summary>(Σ λ)²/Σ λ², the number of eigenvalues that carry the kernel: from 1 to n.</summary>
    /// <exception cref="InvalidOperationException">Only the leading eigenvalues are here.</exception>
    public double ParticipationRatio
    {
        get
        {
            RequireComplete("the participation ratio");
            return Core.Spectrum.participationRatio(_values);
        }
    }

    /// <summary>All eigenvalues, by a dense decomposition of K. It takes five n × n matrices.</summary>
    /// <param name="kernel">The kernel.</param>
    /// <param name="x">The samples, at least 3.</param>
    /// <param name="options">The options for Gram matrices; the defaults if null.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="ArgumentException">
    /// There are fewer than 3 samples, K is 0, or the decomposition does not fit into memory.
    /// </exception>
    /// <exception cref="ArithmeticException">The kernel is not finite at a sample.</exception>
    public static Spectrum Of<TSamples>(
        IKernel<TSamples> kernel,
        TSamples x,
        GramOptions? options = null,
        CancellationToken cancellation = default)
        where TSamples : class
    {
        var n = Require(kernel, x);
        options ??= new();
        MemoryPlan.Require(
            5L * n * n, $"All eigenvalues of {n} samples", "ask for the leading ones, or give fewer samples");
        var gram = kernel.Gram(x, options.Exact, cancellation);
        var trace = RequireTrace(Enumerable.Range(0, n).Select(i => gram[i, i]));
        var pairs = SymmetricEigen.Decompose(gram, options.Workers(cancellation), options.Dense);
        int[] order = [.. Enumerable.Range(0, n).Reverse()];
        double[] values = [.. order.Select(i => pairs.Values[i] / n)];
        var bound = Roundoff.ofSum(n) * Math.Max(values[0], -values[^1]);
        return new(
            values, MatrixProducts.Rows(pairs.Vectors, order), [.. Enumerable.Repeat(bound, n)], trace);
    }

    /// <summary>All eigenvalues of a given Gram matrix, by a dense decomposition.</summary>
    /// <param name="gram">K, n × n, symmetric and positive semidefinite, with n of at least 3.</param>
    /// <param name="options">The threads; the defaults if null.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="ArgumentException">
    /// K is not square, not finite or not symmetric to float32's precision, is smaller than 3 × 3, is 0, or does not
    /// fit into memory five times.
    /// </exception>
    public static Spectrum Of(Matrix gram, GramOptions? options = null, CancellationToken cancellation = default) =>
        OfPlaces(PrecomputedKernel.Of(gram, (options ?? new()).Workers(cancellation)), options, cancellation);

    /// <summary>All eigenvalues of a Gram matrix in a file, by a dense decomposition.</summary>
    /// <inheritdoc cref="Of(Matrix, GramOptions, CancellationToken)"/>
    public static Spectrum Of(GramMatrix gram, GramOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(gram);
        GramCheck.Require(gram, (options ?? new()).Workers(cancellation));
        return OfPlaces(PrecomputedKernel.Of(gram), options, cancellation);
    }

    private static Spectrum OfPlaces(PrecomputedKernel kernel, GramOptions? options, CancellationToken cancellation) =>
        Of<IReadOnlyList<int>>(kernel, [.. Enumerable.Range(0, kernel.Size)], options, cancellation);

    /// <summary>
    /// The k largest eigenvalues, by block Lanczos with restarts on products with K in float64. K is never stored; the
    /// vectors take some 27 n k numbers.
    /// </summary>
    /// <param name="kernel">The kernel.</param>
    /// <param name="x">The samples, at least 3.</param>
    /// <param name="count">k, from 1 to n.</param>
    /// <param name="options">Tolerance, seed and options for products; the defaults if null.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="ArgumentException">
    /// There are fewer than 3 samples, k is not from 1 to n, K is 0, or the vectors do not fit into memory.
    /// </exception>
    /// <exception cref="NotSupportedException">
    /// There is no LAPACK, and 2 (k + max(8, k/2)) is greater than 2000 and not all of n.
    /// </exception>
    /// <exception cref="NotConvergedException">A residual does not reach the tolerance.</exception>
    /// <exception cref="ArithmeticException">The kernel is not finite at a sample.</exception>
    public static Spectrum Leading<TSamples>(
        IKernel<TSamples> kernel,
        TSamples x,
        int count,
        SpectrumOptions? options = null,
        CancellationToken cancellation = default)
        where TSamples : class
    {
        var n = Require(kernel, x);
        if (count < 1 || count > n)
        {
            throw new ArgumentOutOfRangeException(
                nameof(count), count, $"Expected from 1 to {n} eigenvalues, the number of samples; came {count}.");
        }

        options ??= new();
        BlockLanczos.Require(n, count);
        MemoryPlan.Require(
            BlockLanczos.Numbers(n, count), $"{count} eigenvalues of {n} samples",
            "ask for fewer, or give fewer samples");
        var trace = RequireTrace(kernel.Diagonal(x, cancellation));
        var exact = options.Gram.Exact with { Progress = null };
        var solved = BlockLanczos.Solve(
            v => kernel.Multiply(x, v, null, exact, cancellation), n, count, options,
            options.Gram.Workers(cancellation));
        var rounding = Roundoff.ofSum(n) * solved.Values[0];
        return new(
            Array.ConvertAll(solved.Values, value => value / n),
            solved.Vectors,
            Array.ConvertAll(solved.Residuals, residual => (residual + rounding) / n),
            trace)
        {
            Products = solved.Products,
        };
    }

    /// <summary>The numbers of samples and eigenvalues, and below them the first eigenvalues.</summary>
    public override string ToString() => ShownText.Line(
        $"Spectrum of K/n: {Values.Count} of {Count} eigenvalues, trace {Trace:G6}", Values);

    /// <summary>
    /// The power law λ_j = c j^−a of the eigenvalues first, ..., last, by least squares of log λ on log j.
    /// </summary>
    /// <param name="first">The first j, counted from 1.</param>
    /// <param name="last">The last j, at least first + 1.</param>
    /// <exception cref="ArgumentException">
    /// The range does not lie in the spectrum, or an eigenvalue there is not positive.
    /// </exception>
    public EigenvalueDecay Decay(int first, int last)
    {
        var law = Core.Spectrum.powerLaw(first, last, _values);
        return new(law.Exponent, law.StandardError, law.Constant, law.First, law.Last);
    }

    /// <summary>
    /// tr K (K + r I)⁻¹ = Σ n λ/(n λ + r), the number of directions that a ridge r leaves free, as bounds that are
    /// equal for a complete spectrum. Of the eigenvalues that are missing, the trace and the last one that is here are
    /// known.
    /// </summary>
    /// <param name="ridge">The ridge, as in <see cref="RegressionOptions.Ridge"/>.</param>
    /// <returns>The least and the greatest number that the eigenvalues allow.</returns>
    /// <exception cref="ArgumentException">The ridge is 0.</exception>
    public (double Least, double Most) EffectiveDimension(Ridge ridge)
    {
        var r = ridge.IsRelative ? ridge.Value * Trace : ridge.Value;
        if (r <= 0)
        {
            throw new ArgumentException(
                "Expected a positive ridge, for an effective dimension; it is 0.", nameof(ridge));
        }

        var known = Core.Spectrum.effectiveDimension(r / Count, _values);
        if (IsComplete)
        {
            return (known, known);
        }

        // λ/(λ + s) is concave in λ: the sum is greatest where the missing ones are equal, and least where as many as
        // possible are as large as the last one that is known and the others are 0.
        var (rest, most, missing) = (Math.Max(0, Trace - _values.Sum()), _values[^1], Count - _values.Length);
        double Part(double value) => value > 0 ? value / (value + r / Count) : 0;
        return (known + (most > 0 ? rest / most * Part(most) : 0), known + missing * Part(rest / missing));
    }

    /// <summary>The agreement of targets with the kernel.</summary>
    /// <param name="y">The targets, one row a sample.</param>
    /// <param name="ridge">The ridge of the squared norms, 0 unless given.</param>
    /// <param name="progress">Receives the part of the products that are done, from 0 to 1.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="ArgumentException">
    /// There is not one row for each sample, a number is not finite, or all targets of an output are 0.
    /// </exception>
    /// <exception cref="InvalidOperationException">Only the leading eigenvalues are here.</exception>
    [OverloadResolutionPriority(1)]
    public TargetAlignment Align(
        Matrix y, Ridge ridge = default, IProgress<double>? progress = null, CancellationToken cancellation = default)
    {
        RequireComplete("an alignment");
        return TargetAlignment.Of(this, y, ridge, new(progress, cancellation));
    }

    /// <summary>The agreement of the targets of one output with the kernel.</summary>
    /// <inheritdoc cref="Align(Matrix, Ridge, IProgress{double}, CancellationToken)"/>
    public TargetAlignment Align(
        double[] y,
        Ridge ridge = default,
        IProgress<double>? progress = null,
        CancellationToken cancellation = default) =>
        Align(TrainingData.Column(y), ridge, progress, cancellation);

    private static int Require<TSamples>(IKernel<TSamples> kernel, TSamples x) where TSamples : class
    {
        ArgumentNullException.ThrowIfNull(kernel);
        ArgumentNullException.ThrowIfNull(x);
        TrainingData.RequireFiniteSamples(x);
        var n = kernel.Count(x);
        return n >= 3
            ? n
            : throw new ArgumentException($"Expected at least 3 samples, for a spectrum; there are {n}.", nameof(x));
    }

    private static double RequireTrace(IEnumerable<double> diagonal) => diagonal.Average() is > 0 and var trace
        ? trace
        : throw new ArgumentException(
            "Expected a kernel that is not 0 at all samples, for a spectrum; its trace is 0. "
            + "Give other samples, or a network with a bias.", "kernel");

    private void RequireComplete(string what)
    {
        if (!IsComplete)
        {
            throw new InvalidOperationException(
                $"Expected all {Count} eigenvalues, for {what}; there are the {_values.Length} leading ones. "
                + "Ask for all of them with Spectrum.Of.");
        }
    }
}
