namespace HadamardNtk;

/// <summary>
/// A fitted model that a folder can keep: a <see cref="KernelRegression"/> or a <see cref="KernelClassifier"/>.
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
    /// <exception cref="ArgumentException">
    /// The precision is float32 and the model's samples are not, so that another model would be written.
    /// </exception>
    /// <exception cref="OutputException">
    /// The folder cannot be written, or holds something other than a model.
    /// </exception>
    /// <exception cref="NotSupportedException">
    /// The network has a custom activation, which a model file cannot name.
    /// </exception>
    void Save(string folder, Precision precision = Precision.Float64);
}

/// <summary>The folders of fitted models.</summary>
public static class FittedModel
{
    /// <summary>Reads a model of either kind from a folder.</summary>
    /// <param name="folder">The folder that a model was saved to.</param>
    /// <returns>A <see cref="KernelRegression"/> or a <see cref="KernelClassifier"/>.</returns>
    /// <exception cref="DataFormatException">
    /// The folder holds no model, one of its files was changed, or the model is a trained network of finite width,
    /// which <c>TrainedNetwork.Load</c> of the assembly HadamardNtk.Torch reads.
    /// </exception>
    /// <example><code>
    /// var text = FittedModel.Load("model") switch
    /// {
    ///     KernelClassifier classifier => $"class {classifier.Predict(x).Labels[0]}",
    ///     var model => $"{model.Regression.Predict(x).Mean[0, 0]}",
    /// };
    /// </code></example>
    public static IFittedModel Load(string folder) => ModelFolder.Load(folder);

    /// <summary>
    /// Fails as <see cref="IFittedModel.Save"/> would if the folder cannot be written. Call it before a long fit.
    /// </summary>
    /// <exception cref="OutputException">
    /// The folder cannot be written, or holds something other than a model.
    /// </exception>
    public static void RequireWritable(string folder) => ModelPlace.RequireWritable(folder, ModelKind.Kernel);
}
