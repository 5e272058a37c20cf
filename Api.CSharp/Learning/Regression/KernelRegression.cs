using System.Runtime.CompilerServices;

namespace HadamardNtk;

/// <summary>
/// Kernel ridge regression with a network's kernel of infinite width on rows of features. It can be saved. Immutable.
/// </summary>
public sealed class KernelRegression : KernelRegression<Matrix>, IFittedModel
{
    private readonly InfiniteKernel _kernel;

    internal KernelRegression(
        InfiniteKernel kernel,
        RowTransform transform,
        Matrix samples,
        FittedTargets targets,
        Matrix weights,
        double ridge)
        : base(new(kernel, transform, samples), targets, weights, ridge) => _kernel = kernel;

    private KernelRegression(InfiniteKernel kernel, KernelRegression<Matrix> fitted) : base(fitted) => _kernel = kernel;

    /// <summary>The network's kernel.</summary>
    public override InfiniteKernel Kernel => _kernel;

    /// <summary>d, the number of features of every sample.</summary>
    public int Features => Samples.Columns;

    internal RowTransform Transform => (RowTransform)Preparation;

    /// <summary>Fits the regression of y (n × C) on n samples.</summary>
    /// <param name="kernel">The kernel.</param>
    /// <param name="x">Training samples.</param>
    /// <param name="y">Targets, one row a sample.</param>
    /// <param name="options">Ridge, solver, preparation of rows; the defaults if null.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="ArgumentException">
    /// x and y differ in their numbers of rows, the solver needs more memory than there is, or the options ask for a
    /// preparation that these samples do not have; the message says which.
    /// </exception>
    /// <exception cref="NotConvergedException">Conjugate gradients did not reach the tolerance.</exception>
    /// <exception cref="KernelUndefinedException">The kernel is not finite at a row.</exception>
    /// <exception cref="NotPositiveDefiniteException">K + r I is not positive definite; raise the ridge.</exception>
    /// <exception cref="ArithmeticException">
    /// Weights or scores are beyond float64, or samples in float32 would give other predictions.
    /// </exception>
    /// <example><code>
    /// var model = KernelRegression.Fit(network.Ntk(), x, y);
    /// var prediction = model.Predict(points, Uncertainty.Deviation);      // mean and standard deviation
    /// var process = KernelRegression.Fit(ModuleTangentKernel.Create(module), images, y);    // HadamardNtk.Torch
    /// </code></example>
    [OverloadResolutionPriority(1)]
    public static KernelRegression<TSamples> Fit<TSamples>(
        IKernel<TSamples> kernel,
        TSamples x,
        Matrix y,
        RegressionOptions? options = null,
        CancellationToken cancellation = default)
        where TSamples : class =>
        KernelRegression<TSamples>.Fit(kernel, x, y, options ?? new(), cancellation);

    /// <summary>Fits the regression of y (n × C) on the rows of x (n × d).</summary>
    /// <inheritdoc cref="Fit{TSamples}(IKernel{TSamples}, TSamples, Matrix, RegressionOptions?, CancellationToken)"/>
    [OverloadResolutionPriority(1)]
    public static KernelRegression Fit(
        InfiniteKernel kernel,
        Matrix x,
        Matrix y,
        RegressionOptions? options = null,
        CancellationToken cancellation = default) =>
        new(kernel, Fit<Matrix>(kernel, x, y, options, cancellation));

    /// <summary>Fits the regression of one output on n samples.</summary>
    /// <param name="kernel">The kernel.</param>
    /// <param name="x">Training samples.</param>
    /// <param name="y">Targets, one for each sample.</param>
    /// <param name="options">Ridge, solver, preparation of rows; the defaults if null.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <inheritdoc
    /// cref="Fit{TSamples}(IKernel{TSamples}, TSamples, Matrix, RegressionOptions?, CancellationToken)"
    /// path="/*[not(self::param)]"/>
    public static KernelRegression<TSamples> Fit<TSamples>(
        IKernel<TSamples> kernel,
        TSamples x,
        double[] y,
        RegressionOptions? options = null,
        CancellationToken cancellation = default)
        where TSamples : class =>
        Fit(kernel, x, TrainingData.Column(y), options, cancellation);

    /// <summary>Fits the regression of one output on the rows of x (n × d).</summary>
    /// <inheritdoc cref="Fit{TSamples}(IKernel{TSamples}, TSamples, double[], RegressionOptions?, CancellationToken)"/>
    public static KernelRegression Fit(
        InfiniteKernel kernel,
        Matrix x,
        double[] y,
        RegressionOptions? options = null,
        CancellationToken cancellation = default) =>
        Fit(kernel, x, TrainingData.Column(y), options, cancellation);

    /// <summary>Fits the regression of y (n × C) on a Gram matrix in a file.</summary>
    /// <param name="gram">
    /// K, n × n. The solver reads it, and so does the first prediction with deviations after conjugate gradients, so
    /// that it must stay open until then and until the model is saved.
    /// </param>
    /// <param name="y">Targets, one row a sample.</param>
    /// <param name="options">Ridge, solver, scales; the defaults if null. Options of rows are refused.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <remarks>
    /// Where K has the bits that the kernel computes, the model has the bits of the one that is fitted by kernel and
    /// samples with cholesky or eigen. With cg they agree to the tolerance.
    /// </remarks>
    /// <exception cref="ArgumentException">
    /// K is not square, not finite or not symmetric to float32's precision, y has another number of rows, the solver is
    /// falkon or needs more memory than there is, or the options ask for a preparation of rows.
    /// </exception>
    /// <exception cref="NotConvergedException">Conjugate gradients did not reach the tolerance.</exception>
    /// <exception cref="NotPositiveDefiniteException">K + r I is not positive definite; raise the ridge.</exception>
    /// <exception cref="ArithmeticException">Weights or scores are beyond float64.</exception>
    public static GramRegression Fit(
        GramMatrix gram, Matrix y, RegressionOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(gram);
        options ??= new();
        GramCheck.Require(gram, options.Gram.Workers(cancellation));
        return GramRegression.Fit(
            PrecomputedKernel.Of(gram), GramOrigin.Of(gram.Provenance), y, options, cancellation);
    }

    /// <summary>Fits the regression of y (n × C) on a Gram matrix.</summary>
    /// <param name="gram">K, n × n, symmetric and positive semidefinite. It is kept, not copied.</param>
    /// <param name="y">Targets, one row a sample.</param>
    /// <param name="options">Ridge, solver, scales; the defaults if null. Options of rows are refused.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="ArgumentException">
    /// K is not square, not finite or not symmetric to float32's precision, y has another number of rows, the solver is
    /// falkon or needs more memory than there is, or the options ask for a preparation of rows.
    /// </exception>
    /// <exception cref="NotConvergedException">Conjugate gradients did not reach the tolerance.</exception>
    /// <exception cref="NotPositiveDefiniteException">K + r I is not positive definite; raise the ridge.</exception>
    /// <exception cref="ArithmeticException">Weights or scores are beyond float64.</exception>
    public static GramRegression Fit(
        Matrix gram, Matrix y, RegressionOptions? options = null, CancellationToken cancellation = default)
    {
        options ??= new();
        var kernel = PrecomputedKernel.Of(gram, options.Gram.Workers(cancellation));
        return GramRegression.Fit(kernel, GramOrigin.Unknown, y, options, cancellation);
    }

    /// <summary>
    /// Fits the regression of y (n × C) on samples that the kernel has prepared. The model keeps them, and does not
    /// prepare them again.
    /// </summary>
    /// <exception cref="ArgumentException">
    /// The numbers of rows differ, the solver needs more memory than there is, a kernel of another network prepared the
    /// samples, or the options would change them: with Center, Unit, or samples in float32.
    /// </exception>
    /// <inheritdoc cref="Fit{TSamples}(IKernel{TSamples}, TSamples, Matrix, RegressionOptions?, CancellationToken)"/>
    public static KernelRegression Fit(
        InfiniteKernel kernel,
        PreparedSamples x,
        Matrix y,
        RegressionOptions? options = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(kernel);
        kernel.RequireOwn(x, nameof(x));
        options ??= new();
        return options is { Center: false, Unit: false, Samples: Precision.Float64 }
            ? new(kernel, Fit(kernel, x.Samples, y, options, cancellation, x))
            : throw new ArgumentException(
                "Expected options that leave prepared samples as they are; Center, Unit or samples in float32 came. "
                + "Prepare the samples after that.", nameof(options));
    }

    /// <summary>A regression by another kernel of the same values, with predictions by this one.</summary>
    internal static KernelRegression Of(InfiniteKernel kernel, KernelRegression<Matrix> fitted) => new(
        kernel, (RowTransform)fitted.Preparation, fitted.Samples, fitted.Targets, fitted.Weights, fitted.Ridge)
    {
        Solution = fitted.Solution,
    };

    KernelRegression IFittedModel.Regression => this;

    /// <inheritdoc/>
    public void Save(
        string folder,
        Precision precision = Precision.Float64,
        IProgress<double>? progress = null,
        CancellationToken cancellation = default) =>
        ModelFolder.Save(folder, this, null, precision, new(progress, cancellation));

    /// <inheritdoc/>
    public void Save(
        Stream stream,
        Precision precision = Precision.Float64,
        IProgress<double>? progress = null,
        CancellationToken cancellation = default) =>
        ModelStream.Write(
            stream, new(progress, cancellation),
            (folder, watch) => Save(folder, precision, watch.Progress, watch.Cancellation));

    /// <summary>Reads a regression, or the regression of a classifier, from a folder.</summary>
    /// <param name="folder">The folder that the model was saved to.</param>
    /// <param name="activations">
    /// The custom activations of the network, which the model was fitted with; null if it has none.
    /// </param>
    /// <param name="progress">Receives the part of the bytes that are read, from 0 to 1.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="DataFormatException">
    /// The folder holds no model, one of its files was changed, or an activation is missing or another one.
    /// </exception>
    public static KernelRegression Load(
        string folder,
        IEnumerable<Activation>? activations = null,
        IProgress<double>? progress = null,
        CancellationToken cancellation = default) =>
        ModelFolder.Load(folder, activations, new(progress, cancellation)).Regression;

    /// <summary>Reads a regression, or the regression of a classifier, from a stream.</summary>
    /// <param name="stream">The stream that the model was saved to, which holds nothing else from its position on.</param>
    /// <param name="activations">The custom activations of the network, as for a folder.</param>
    /// <param name="progress">Receives the part of the bytes that are read, from 0 to 1.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <inheritdoc cref="Load(string, IEnumerable{Activation}, IProgress{double}, CancellationToken)"/>
    public static KernelRegression Load(
        Stream stream,
        IEnumerable<Activation>? activations = null,
        IProgress<double>? progress = null,
        CancellationToken cancellation = default) =>
        ModelStream.Read(
            stream, new(progress, cancellation),
            (folder, watch) => Load(folder, activations, watch.Progress, watch.Cancellation));

    /// <summary>
    /// Reads a regression, or the regression of a classifier, from a stream that is awaited. It is unpacked when all of
    /// the stream is there.
    /// </summary>
    /// <inheritdoc cref="Load(Stream, IEnumerable{Activation}, IProgress{double}, CancellationToken)"/>
    public static Task<KernelRegression> LoadAsync(
        Stream stream,
        IEnumerable<Activation>? activations = null,
        IProgress<double>? progress = null,
        CancellationToken cancellation = default) =>
        ModelStream.ReadAsync(
            stream, new(progress, cancellation),
            (folder, watch) => Load(folder, activations, watch.Progress, watch.Cancellation));
}
