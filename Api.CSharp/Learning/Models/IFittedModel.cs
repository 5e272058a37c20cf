namespace HadamardNtk;

/// <summary>
/// A fitted model that a folder can keep: a <see cref="KernelRegression"/>, a <see cref="KernelClassifier"/>, or a
/// <see cref="LabelClassifier{TLabel}"/>.
/// </summary>
public interface IFittedModel
{
    /// <summary>The regression; of a classifier, the one whose outputs are the scores.</summary>
    KernelRegression Regression { get; }

    /// <summary>Writes the model to a folder, which appears only when it is complete.</summary>
    /// <param name="folder">A new or empty folder, or one that holds a model. That model is replaced.</param>
    /// <param name="precision">
    /// The precision of the samples in the model's files; weights are in float64. Float32 requires a model that was
    /// fitted on samples in float32, by <see cref="RegressionOptions.Samples"/>.
    /// </param>
    /// <param name="progress">Receives the part of the bytes that are written, from 0 to 1.</param>
    /// <param name="cancellation">Stops the work, which then leaves nothing.</param>
    /// <exception cref="ArgumentException">
    /// The precision is float32 and the model's samples are not, so that another model would be written.
    /// </exception>
    /// <exception cref="OutputException">
    /// The folder cannot be written, or holds something other than a model.
    /// </exception>
    /// <exception cref="NotSupportedException">
    /// The network has a custom activation whose name cannot stand in a network's text. Any other is saved by its name,
    /// and is given again at loading.
    /// </exception>
    void Save(
        string folder,
        Precision precision = Precision.Float64,
        IProgress<double>? progress = null,
        CancellationToken cancellation = default);

    /// <summary>Writes the model to a stream, as a zip archive of the files of its folder.</summary>
    /// <param name="stream">The stream, which stays open.</param>
    /// <param name="precision">The precision of the samples in the model's files, as for a folder.</param>
    /// <param name="progress">Receives the part of the work that is done, from 0 to 1.</param>
    /// <param name="cancellation">Stops the work; what is in the stream by then is no model.</param>
    /// <inheritdoc cref="Save(string, Precision, IProgress{double}, CancellationToken)"/>
    void Save(
        Stream stream,
        Precision precision = Precision.Float64,
        IProgress<double>? progress = null,
        CancellationToken cancellation = default);
}
