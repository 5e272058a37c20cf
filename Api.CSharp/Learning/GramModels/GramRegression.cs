namespace HadamardNtk;

/// <summary>
/// Kernel ridge regression f(x) = k(x, X) (K + r I)⁻¹ y on a given Gram matrix K. It predicts from given kernels
/// k(x, X) of new samples with the training samples, and at places of the training samples, counted from 0. It can be
/// saved. Immutable.
/// </summary>
/// <example><code>
/// using var gram = GramMatrix.Open("K.npy");                      // n × n, as hntk gram writes it
/// var model = KernelRegression.Fit(gram, y);
/// using var cross = GramMatrix.Open("KX.npy");                    // m × n, by --x2 of the training samples
/// Matrix predictions = model.Predict(cross).Mean;
/// </code></example>
public sealed class GramRegression : KernelRegression<IReadOnlyList<int>>
{
    private GramRegression(KernelRegression<IReadOnlyList<int>> fitted, GramOrigin origin) : base(fitted) =>
        Origin = origin;

    internal GramRegression(
        PrecomputedKernel kernel, FittedTargets targets, Matrix weights, double ridge, GramOrigin origin)
        : base(
            new(kernel, HadamardNtk.Preparation.None<IReadOnlyList<int>>(), Places(weights.Rows)), targets, weights,
            ridge) => Origin = origin;

    /// <summary>The network of the Gram matrix as text; null where its provenance is not known.</summary>
    public string? Network => Origin.Network;

    /// <summary>Which of a network's kernels the Gram matrix is; null where its provenance is not known.</summary>
    public KernelKind? Kind => Origin.Kind;

    internal GramOrigin Origin { get; }

    /// <summary>The predictions at m new samples.</summary>
    /// <param name="cross">The kernels of the new samples with the training samples, m × n.</param>
    /// <param name="diagonal">
    /// The kernels of the new samples with themselves, m. With them the prediction has deviations.
    /// </param>
    /// <param name="options">Threads and progress; the defaults if null.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="ArgumentException">
    /// The kernels are not m × n or not finite, the diagonal does not belong to them, or they are known to be of
    /// another network, kernel or training set.
    /// </exception>
    /// <exception cref="ArithmeticException">A prediction is not finite; the message says at which row.</exception>
    /// <exception cref="NotSupportedException">
    /// Deviations were asked for, and the model was saved without its Gram matrix.
    /// </exception>
    public Prediction Predict(
        Matrix cross,
        double[]? diagonal = null,
        GramOptions? options = null,
        CancellationToken cancellation = default) =>
        Predict(GivenKernels.Of(cross), diagonal, options ?? new(), cancellation);

    /// <summary>The predictions at m new samples, whose kernels are read from a file block by block.</summary>
    /// <inheritdoc cref="Predict(Matrix, double[], GramOptions, CancellationToken)"/>
    public Prediction Predict(
        GramMatrix cross,
        double[]? diagonal = null,
        GramOptions? options = null,
        CancellationToken cancellation = default)
    {
        var kernels = GivenKernels.Of(cross);
        kernels.Require(Weights.Rows, diagonal);
        Origin.RequireSame(GramOrigin.Of(cross.Provenance));
        return Predict(kernels, diagonal, options ?? new(), cancellation);
    }

    /// <summary>Writes the model to a folder, which appears only when it is complete.</summary>
    /// <param name="folder">A new or empty folder, or one that holds a model. That model is replaced.</param>
    /// <param name="withGram">
    /// Whether the folder has a copy of the Gram matrix, n² numbers, without which a loaded model has no deviations.
    /// </param>
    /// <param name="progress">Receives the part of the bytes that are written, from 0 to 1.</param>
    /// <param name="cancellation">Stops the work, which then leaves nothing.</param>
    /// <exception cref="OutputException">
    /// The folder cannot be written, or holds something other than a model.
    /// </exception>
    /// <exception cref="NotSupportedException">
    /// The model was itself loaded without its Gram matrix, which is asked for.
    /// </exception>
    public void Save(
        string folder,
        bool withGram = true,
        IProgress<double>? progress = null,
        CancellationToken cancellation = default) =>
        GramModelFolder.Save(folder, this, null, withGram, new(progress, cancellation));

    /// <summary>Reads a regression, or the regression of a classifier, from a folder.</summary>
    /// <param name="folder">The folder that the model was saved to.</param>
    /// <param name="progress">Receives the part of the bytes that are read, from 0 to 1.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="DataFormatException">
    /// The folder holds no model of this kind, or one of its files was changed. The copy of the Gram matrix is read,
    /// and checked, when deviations are first asked for.
    /// </exception>
    public static GramRegression Load(
        string folder, IProgress<double>? progress = null, CancellationToken cancellation = default) =>
        GramModelFolder.Load(folder, new(progress, cancellation)).Regression;

    internal static GramRegression Fit(
        PrecomputedKernel kernel,
        GramOrigin origin,
        Matrix y,
        RegressionOptions options,
        CancellationToken cancellation)
    {
        if (options.Solver is FalkonSolver)
        {
            throw new ArgumentException(
                "Expected the solver cholesky, eigen or cg on a given Gram matrix; falkon came, which is for matrices "
                + "that are too large to be computed.", nameof(options));
        }

        return new(Fit(kernel, Places(kernel.Size), y, options, cancellation), origin);
    }

    private static IReadOnlyList<int> Places(int count) => [.. Enumerable.Range(0, count)];

    private Prediction Predict(
        GivenKernels kernels, double[]? diagonal, GramOptions options, CancellationToken cancellation)
    {
        kernels.Require(Weights.Rows, diagonal);
        var training = diagonal is null ? null : Kernel.Diagonal(Samples, cancellation);
        return PredictFrom(
            kernels.Rows, kernels.Blocks(diagonal, training, options.Progress), diagonal, options, cancellation);
    }
}
