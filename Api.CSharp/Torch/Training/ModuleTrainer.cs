using Tensor = TorchSharp.torch.Tensor;

namespace HadamardNtk;

/// <summary>Trains modules by the optimizers of TorchSharp.</summary>
/// <example><code>
/// var options = new ModuleTrainingOptions { Optimizer = ModuleOptimizer.Adam(1e-3), Epochs = 20, BatchSize = 64 };
/// var history = ModuleTrainer.Train(module, x, targets, options);
/// Console.WriteLine(history.Best.Loss);
/// </code></example>
public static class ModuleTrainer
{
    /// <summary>
    /// Trains a module on samples. The parameters that require a gradient are changed in place; the gradients stored in
    /// them are those of the last step. The module is in training mode during the steps, in evaluation mode at the
    /// points of the history, and at the end in the mode in which it came.
    /// </summary>
    /// <remarks>
    /// <para>
    /// The same seed, options and samples give the same bits on one device with one number of threads, also if the run
    /// was interrupted and resumed, as long as the module itself has no randomness (such as dropout).
    /// </para>
    /// <para>
    /// The optimizers of TorchSharp 0.107 create scalars that the garbage collector may free during a call. That is
    /// rare, and ends a training by an exception, not by a wrong number; a checkpoint keeps what is done.
    /// </para>
    /// </remarks>
    /// <param name="module">The module, of n samples to n × C or n outputs.</param>
    /// <param name="x">Samples, n × the module's input shape, in its precision and on its device.</param>
    /// <param name="y">
    /// Targets, n × C or n numbers: any for the squared loss, −1 and 1 for the logistic one, rows of probabilities for
    /// the softmax loss.
    /// </param>
    /// <param name="options">The options; the defaults if null.</param>
    /// <param name="cancellation">Stops the training, after its checkpoint is written if it has one.</param>
    /// <returns>The history.</returns>
    /// <exception cref="ArgumentException">
    /// The targets do not suit the samples, the module or the loss, or the module does not take the samples.
    /// </exception>
    /// <exception cref="ArithmeticException">The loss is no longer finite: training has diverged.</exception>
    /// <exception cref="InvalidOperationException">The module has no parameter that requires a gradient.</exception>
    /// <exception cref="OutputException">
    /// The checkpoint cannot be written, or is that of another training.
    /// </exception>
    public static ModuleTrainingHistory Train(
        TorchSharp.torch.nn.Module<Tensor, Tensor> module,
        Tensor x,
        Tensor y,
        ModuleTrainingOptions? options = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(module);
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(y);
        using var scope = TorchSharp.torch.NewDisposeScope();
        using var run = new TrainingRun(module, x, y, options ?? new(), cancellation);
        return run.Train();
    }
}
