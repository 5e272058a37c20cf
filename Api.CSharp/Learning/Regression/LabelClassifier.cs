namespace HadamardNtk;

/// <summary>
/// Classification with labels of any type by a network's kernel of infinite width on rows of features. It can be saved
/// where the labels are texts or numbers. <see cref="KernelClassifier"/> fits and loads it.
/// </summary>
/// <typeparam name="TLabel">The type of the labels.</typeparam>
public sealed class LabelClassifier<TLabel> : KernelClassifier<Matrix, TLabel>, IFittedModel, ILabelClassifier
    where TLabel : notnull
{
    private readonly KernelClassifier _places;

    internal LabelClassifier(KernelClassifier places, LabelPlaces<TLabel> classes) : base(places, classes) =>
        _places = places;

    /// <summary>The regression whose outputs are the scores.</summary>
    public override KernelRegression Regression => _places.Regression;

    KernelClassifier ILabelClassifier.Places => _places;

    bool ILabelClassifier.AreNumbers => LabelText.KindOf(typeof(TLabel)) == LabelText.Number;

    IReadOnlyList<string> ILabelClassifier.Texts => [.. Classes.Select(LabelText.Of)];

    /// <summary>Writes the model to a folder, which appears only when it is complete.</summary>
    /// <param name="folder">A new or empty folder, or one that holds a model. That model is replaced.</param>
    /// <param name="precision">The precision of the samples in the model's files.</param>
    /// <param name="progress">Receives the part of the bytes that are written, from 0 to 1.</param>
    /// <param name="cancellation">Stops the work, which then leaves nothing.</param>
    /// <exception cref="NotSupportedException">
    /// The labels are neither texts nor numbers, or the name of a custom activation cannot stand in a text.
    /// </exception>
    /// <inheritdoc cref="IFittedModel.Save(string, Precision, IProgress{double}, CancellationToken)"/>
    public void Save(
        string folder,
        Precision precision = Precision.Float64,
        IProgress<double>? progress = null,
        CancellationToken cancellation = default)
    {
        var kind = LabelText.KindOf(typeof(TLabel)) ?? throw new NotSupportedException(
            $"A model file keeps labels that are texts or numbers, not those of type {typeof(TLabel).Name}; "
            + "fit the classifier with the texts of the labels.");
        var labels = new ModelLabels(kind, [.. Classes.Select(LabelText.Of)]);
        ModelFolder.Save(folder, Regression, null, precision, new(progress, cancellation), labels);
    }

    /// <inheritdoc/>
    public void Save(
        Stream stream,
        Precision precision = Precision.Float64,
        IProgress<double>? progress = null,
        CancellationToken cancellation = default) =>
        ModelStream.Write(
            stream, new(progress, cancellation),
            (folder, watch) => Save(folder, precision, watch.Progress, watch.Cancellation));
}
