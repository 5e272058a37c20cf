using System.Globalization;
using System.Runtime.CompilerServices;

namespace HadamardNtk;

/// <summary>
/// Classification by regression with a network's kernel of infinite width on rows of features. It can be saved.
/// </summary>
public sealed class KernelClassifier : KernelClassifier<Matrix>, IFittedModel
{
    private readonly KernelRegression _regression;

    internal KernelClassifier(KernelRegression regression, long[] classes) : base(regression, classes) =>
        _regression = regression;

    /// <summary>The regression whose outputs are the scores.</summary>
    public override KernelRegression Regression => _regression;

    /// <summary>Fits a classifier of integer labels on n samples.</summary>
    /// <param name="kernel">The kernel.</param>
    /// <param name="x">Training samples.</param>
    /// <param name="labels">The class of each sample, of at least two different ones.</param>
    /// <param name="options">Ridge, solver, preparation of rows; the defaults if null.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="ArgumentException">
    /// The numbers of samples and labels differ, or there are fewer than two classes.
    /// </exception>
    /// <exception cref="NotConvergedException">Conjugate gradients did not reach the tolerance.</exception>
    /// <exception cref="KernelUndefinedException">The kernel is not finite at a row.</exception>
    /// <exception cref="NotPositiveDefiniteException">K + r I is not positive definite; raise the ridge.</exception>
    /// <exception cref="ArithmeticException">
    /// Weights or scores are beyond float64, or samples in float32 would give other predictions.
    /// </exception>
    [OverloadResolutionPriority(1)]
    public static KernelClassifier<TSamples> Fit<TSamples>(
        IKernel<TSamples> kernel,
        TSamples x,
        long[] labels,
        RegressionOptions? options = null,
        CancellationToken cancellation = default)
        where TSamples : class
    {
        var classes = TrainingData.Classes(labels);
        return KernelClassifier<TSamples>.Of(
            KernelRegression.Fit(
                kernel, x, OneHot.Targets(labels, classes), (options ?? new()).Stratified(labels), cancellation),
            classes);
    }

    /// <summary>Fits a classifier of integer labels on the rows of x (n × d).</summary>
    /// <inheritdoc cref="Fit{TSamples}(IKernel{TSamples}, TSamples, long[], RegressionOptions?, CancellationToken)"/>
    [OverloadResolutionPriority(1)]
    public static KernelClassifier Fit(
        InfiniteKernel kernel,
        Matrix x,
        long[] labels,
        RegressionOptions? options = null,
        CancellationToken cancellation = default)
    {
        var classes = TrainingData.Classes(labels);
        var targets = OneHot.Targets(labels, classes);
        return new(
            KernelRegression.Fit(kernel, x, targets, (options ?? new()).Stratified(labels), cancellation), classes);
    }

    /// <summary>Fits a classifier with labels of any type on n samples.</summary>
    /// <typeparam name="TSamples">The type of the samples that the kernel takes.</typeparam>
    /// <typeparam name="TLabel">The type of the labels.</typeparam>
    /// <param name="kernel">The kernel.</param>
    /// <param name="x">Training samples.</param>
    /// <param name="labels">The class of each sample, of at least two different ones.</param>
    /// <param name="options">Ridge, solver, preparation of rows; the defaults if null.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <inheritdoc
    /// cref="Fit{TSamples}(IKernel{TSamples}, TSamples, long[], RegressionOptions?, CancellationToken)"
    /// path="/*[not(self::param)]"/>
    public static KernelClassifier<TSamples, TLabel> Fit<TSamples, TLabel>(
        IKernel<TSamples> kernel,
        TSamples x,
        IReadOnlyList<TLabel> labels,
        RegressionOptions? options = null,
        CancellationToken cancellation = default)
        where TSamples : class
        where TLabel : notnull
    {
        var classes = LabelPlaces<TLabel>.Among(labels);
        return KernelClassifier<TSamples, TLabel>.Of(
            Fit(kernel, x, classes.Of(labels), options, cancellation), classes);
    }

    /// <summary>Fits a classifier with labels of any type on the rows of x (n × d).</summary>
    /// <example><code>
    /// var flowers = KernelClassifier.Fit(network.Ntk(), x, DataFile.ReadTextLabels("iris.csv[:,species]"));
    /// string label = flowers.Predict(x).Labels[0];
    /// </code></example>
    /// <inheritdoc cref="Fit{TSamples}(IKernel{TSamples}, TSamples, long[], RegressionOptions?, CancellationToken)"/>
    public static LabelClassifier<TLabel> Fit<TLabel>(
        InfiniteKernel kernel,
        Matrix x,
        IReadOnlyList<TLabel> labels,
        RegressionOptions? options = null,
        CancellationToken cancellation = default)
        where TLabel : notnull
    {
        var classes = LabelPlaces<TLabel>.Among(labels);
        return new(Fit(kernel, x, classes.Of(labels), options, cancellation), classes);
    }

    /// <summary>Reads a classifier with labels that are texts or numbers, which may have been integers.</summary>
    /// <typeparam name="TLabel">The type of the labels, string or a type of numbers.</typeparam>
    /// <param name="folder">The folder that a classifier was saved to.</param>
    /// <param name="activations">
    /// The custom activations of the network, which the model was fitted with; null if it has none.
    /// </param>
    /// <param name="progress">Receives the part of the bytes that are read, from 0 to 1.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="DataFormatException">
    /// The folder holds no classifier, one of its files was changed, an activation is missing or another one, a label
    /// is none of this type, or two labels are one of it.
    /// </exception>
    public static LabelClassifier<TLabel> Load<TLabel>(
        string folder,
        IEnumerable<Activation>? activations = null,
        IProgress<double>? progress = null,
        CancellationToken cancellation = default)
        where TLabel : IParsable<TLabel>
    {
        var kept = ModelFolder.Load(folder, activations, new(progress, cancellation));
        var texts = kept.Labels?.Texts ?? kept.Classes?.Select(LabelText.Of) ?? throw NoClassifier(folder);
        var classes = texts.Select(text => TLabel.TryParse(text, CultureInfo.InvariantCulture, out var label)
            ? label
            : throw new DataFormatException(
                folder, $"labels of type {typeof(TLabel).Name}", MessageText.Quote(text), "load them as texts"));
        return new(OfPlaces(kept.Regression), LabelPlaces<TLabel>.Kept(folder, [.. classes]));
    }

    /// <summary>Reads a classifier with labels that are texts or numbers from a stream.</summary>
    /// <typeparam name="TLabel">The type of the labels, string or a type of numbers.</typeparam>
    /// <param name="stream">The stream that the model was saved to, which holds nothing else from its position on.</param>
    /// <param name="activations">The custom activations of the network, as for a folder.</param>
    /// <param name="progress">Receives the part of the model that is read, from 0 to 1.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <inheritdoc
    /// cref="Load{TLabel}(string, IEnumerable{Activation}?, IProgress{double}?, CancellationToken)"
    /// path="/*[not(self::param or self::typeparam)]"/>
    public static LabelClassifier<TLabel> Load<TLabel>(
        Stream stream,
        IEnumerable<Activation>? activations = null,
        IProgress<double>? progress = null,
        CancellationToken cancellation = default)
        where TLabel : IParsable<TLabel> =>
        ModelStream.Read(
            stream, new(progress, cancellation),
            (folder, watch) => Load<TLabel>(folder, activations, watch.Progress, watch.Cancellation));

    /// <summary>
    /// Reads a classifier with labels that are texts or numbers from a stream that is awaited. It is unpacked when all
    /// of the stream is there.
    /// </summary>
    /// <inheritdoc
    /// cref="Load{TLabel}(Stream, IEnumerable{Activation}?, IProgress{double}?, CancellationToken)"/>
    public static Task<LabelClassifier<TLabel>> LoadAsync<TLabel>(
        Stream stream,
        IEnumerable<Activation>? activations = null,
        IProgress<double>? progress = null,
        CancellationToken cancellation = default)
        where TLabel : IParsable<TLabel> =>
        ModelStream.ReadAsync(
            stream, new(progress, cancellation),
            (folder, watch) => Load<TLabel>(folder, activations, watch.Progress, watch.Cancellation));

    /// <summary>Fits a classifier of integer labels on a Gram matrix in a file.</summary>
    /// <param name="gram">K, n × n, which must stay open as for the regression.</param>
    /// <param name="labels">The class of each sample, of at least two different ones.</param>
    /// <param name="options">Ridge, solver, scales; the defaults if null. Options of rows are refused.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <inheritdoc
    /// cref="KernelRegression.Fit(GramMatrix, Matrix, RegressionOptions, CancellationToken)"
    /// path="/*[not(self::param)]"/>
    public static GramClassifier Fit(
        GramMatrix gram, long[] labels, RegressionOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(gram);
        _ = TrainingData.Classes(labels);
        options ??= new();
        GramCheck.Require(gram, options.Gram.Workers(cancellation));
        return GramClassifier.Fit(
            PrecomputedKernel.Of(gram), GramOrigin.Of(gram.Provenance), labels, options, cancellation);
    }

    /// <summary>Fits a classifier of integer labels on a Gram matrix.</summary>
    /// <param name="gram">K, n × n, symmetric and positive semidefinite. It is kept, not copied.</param>
    /// <param name="labels">The class of each sample, of at least two different ones.</param>
    /// <param name="options">Ridge, solver, scales; the defaults if null. Options of rows are refused.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <inheritdoc
    /// cref="KernelRegression.Fit(Matrix, Matrix, RegressionOptions, CancellationToken)"
    /// path="/*[not(self::param)]"/>
    public static GramClassifier Fit(
        Matrix gram, long[] labels, RegressionOptions? options = null, CancellationToken cancellation = default)
    {
        _ = TrainingData.Classes(labels);
        options ??= new();
        var kernel = PrecomputedKernel.Of(gram, options.Gram.Workers(cancellation));
        return GramClassifier.Fit(kernel, GramOrigin.Unknown, labels, options, cancellation);
    }

    /// <inheritdoc/>
    public void Save(
        string folder,
        Precision precision = Precision.Float64,
        IProgress<double>? progress = null,
        CancellationToken cancellation = default) =>
        ModelFolder.Save(folder, Regression, Classes, precision, new(progress, cancellation));

    /// <inheritdoc/>
    public void Save(
        Stream stream,
        Precision precision = Precision.Float64,
        IProgress<double>? progress = null,
        CancellationToken cancellation = default) =>
        ModelStream.Write(
            stream, new(progress, cancellation),
            (folder, watch) => Save(folder, precision, watch.Progress, watch.Cancellation));

    /// <summary>Reads a classifier from a stream.</summary>
    /// <param name="stream">The stream that the model was saved to, which holds nothing else from its position on.</param>
    /// <param name="activations">The custom activations of the network, as for a folder.</param>
    /// <param name="progress">Receives the part of the bytes that are read, from 0 to 1.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <inheritdoc cref="Load(string, IEnumerable{Activation}, IProgress{double}, CancellationToken)"/>
    public static KernelClassifier Load(
        Stream stream,
        IEnumerable<Activation>? activations = null,
        IProgress<double>? progress = null,
        CancellationToken cancellation = default) =>
        ModelStream.Read(
            stream, new(progress, cancellation),
            (folder, watch) => Load(folder, activations, watch.Progress, watch.Cancellation));

    /// <summary>
    /// Reads a classifier from a stream that is awaited. It is unpacked when all of the stream is there.
    /// </summary>
    /// <inheritdoc cref="Load(Stream, IEnumerable{Activation}, IProgress{double}, CancellationToken)"/>
    public static Task<KernelClassifier> LoadAsync(
        Stream stream,
        IEnumerable<Activation>? activations = null,
        IProgress<double>? progress = null,
        CancellationToken cancellation = default) =>
        ModelStream.ReadAsync(
            stream, new(progress, cancellation),
            (folder, watch) => Load(folder, activations, watch.Progress, watch.Cancellation));

    /// <summary>Reads a classifier from a folder.</summary>
    /// <param name="folder">The folder that the model was saved to.</param>
    /// <param name="activations">
    /// The custom activations of the network, which the model was fitted with; null if it has none.
    /// </param>
    /// <param name="progress">Receives the part of the bytes that are read, from 0 to 1.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="DataFormatException">
    /// The folder holds no classifier, one of its files was changed, or an activation is missing or another one.
    /// </exception>
    public static KernelClassifier Load(
        string folder,
        IEnumerable<Activation>? activations = null,
        IProgress<double>? progress = null,
        CancellationToken cancellation = default) =>
        ModelFolder.Load(folder, activations, new(progress, cancellation)) is { Classes: { } classes } kept
            ? new(kept.Regression, classes)
            : throw NoClassifier(folder);

    /// <summary>The classifier of the places 0, 1, ... of classes.</summary>
    internal static KernelClassifier OfPlaces(KernelRegression regression) =>
        new(regression, OneHot.Places(regression.Weights.Columns));

    private static DataFormatException NoClassifier(string folder) => new(
        folder, "a classifier of integer labels", "another model",
        "load it as a regression or with the type of its labels, or fit it with labels");
}
