namespace HadamardNtk;

/// <summary>The folders and streams of fitted models.</summary>
public static class FittedModel
{
    /// <summary>Reads a model of either kind from a folder.</summary>
    /// <param name="folder">The folder that a model was saved to.</param>
    /// <param name="activations">
    /// The custom activations of the network, which the model was fitted with; null if it has none.
    /// </param>
    /// <param name="progress">Receives the part of the bytes that are read, from 0 to 1.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <returns>
    /// A <see cref="KernelRegression"/>, a <see cref="KernelClassifier"/>, or for labels that are texts or other numbers
    /// a <see cref="LabelClassifier{TLabel}"/> of string or double. Integers beyond 2^53 that are one double are read by
    /// <see cref="KernelClassifier.Load{TLabel}(string, IEnumerable{Activation}?, IProgress{double}?, CancellationToken)"/>.
    /// </returns>
    /// <exception cref="DataFormatException">
    /// The folder holds no model, one of its files was changed, an activation is missing or another one, two labels are
    /// one double, or the model is a trained network of finite width, which <c>TrainedNetwork.Load</c> of the assembly
    /// HadamardNtk.Torch reads.
    /// </exception>
    /// <example><code>
    /// var text = FittedModel.Load("model") switch
    /// {
    ///     KernelClassifier classifier => $"class {classifier.Predict(x).Labels[0]}",
    ///     var model => $"{model.Regression.Predict(x).Mean[0, 0]}",
    /// };
    /// </code></example>
    public static IFittedModel Load(
        string folder,
        IEnumerable<Activation>? activations = null,
        IProgress<double>? progress = null,
        CancellationToken cancellation = default) =>
        ModelFolder.Load(folder, activations, new(progress, cancellation)) switch
        {
            { Labels: { } labels } kept when labels.Kind == LabelText.Text =>
                new LabelClassifier<string>(KernelClassifier.OfPlaces(kept.Regression), new(labels.Texts)),
            { Labels: { } labels } kept =>
                new LabelClassifier<double>(
                    KernelClassifier.OfPlaces(kept.Regression), LabelPlaces<double>.Kept(folder, labels.Numbers())),
            { Classes: { } classes } kept => new KernelClassifier(kept.Regression, classes),
            var kept => kept.Regression,
        };

    /// <summary>Reads a model of either kind from a stream.</summary>
    /// <param name="stream">The stream that a model was saved to, which holds nothing else from its position on.</param>
    /// <param name="activations">The custom activations of the network, as for a folder.</param>
    /// <param name="progress">Receives the part of the bytes that are read, from 0 to 1.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <inheritdoc cref="Load(string, IEnumerable{Activation}, IProgress{double}, CancellationToken)"/>
    public static IFittedModel Load(
        Stream stream,
        IEnumerable<Activation>? activations = null,
        IProgress<double>? progress = null,
        CancellationToken cancellation = default) =>
        ModelStream.Read(
            stream, new(progress, cancellation),
            (folder, watch) => Load(folder, activations, watch.Progress, watch.Cancellation));

    /// <summary>
    /// Reads a model of either kind from a stream that is awaited, such as the body of a request. It is unpacked when
    /// all of the stream is there.
    /// </summary>
    /// <inheritdoc cref="Load(Stream, IEnumerable{Activation}, IProgress{double}, CancellationToken)"/>
    public static Task<IFittedModel> LoadAsync(
        Stream stream,
        IEnumerable<Activation>? activations = null,
        IProgress<double>? progress = null,
        CancellationToken cancellation = default) =>
        ModelStream.ReadAsync(
            stream, new(progress, cancellation),
            (folder, watch) => Load(folder, activations, watch.Progress, watch.Cancellation));

    /// <summary>
    /// Writes a model to a stream that is awaited, such as the body of a response, as a zip archive of the files of its
    /// folder. It is packed before that, on the thread of the call.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="stream">The stream, which stays open.</param>
    /// <param name="precision">The precision of the samples in the model's files, as for a folder.</param>
    /// <param name="progress">Receives the part of the work that is done, from 0 to 1.</param>
    /// <param name="cancellation">Stops the work; what is in the stream by then is no model.</param>
    /// <inheritdoc
    /// cref="IFittedModel.Save(Stream, Precision, IProgress{double}, CancellationToken)"
    /// path="/*[not(self::param or self::summary)]"/>
    public static Task SaveAsync(
        this IFittedModel model,
        Stream stream,
        Precision precision = Precision.Float64,
        IProgress<double>? progress = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        return ModelStream.WriteAsync(
            stream, new(progress, cancellation),
            (folder, watch) => model.Save(folder, precision, watch.Progress, watch.Cancellation));
    }

    /// <summary>
    /// Fails as <see cref="IFittedModel.Save(string, Precision, IProgress{double}, CancellationToken)"/> would if the folder cannot be written. Call it
    /// before a long fit.
    /// </summary>
    /// <param name="folder">The folder that the model is to be saved to.</param>
    /// <exception cref="OutputException">
    /// The folder cannot be written, or holds something other than a model.
    /// </exception>
    public static void RequireWritable(string folder) => ModelPlace.RequireWritable(folder, ModelKind.Kernel);
}
