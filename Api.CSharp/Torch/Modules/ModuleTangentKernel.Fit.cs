using Tensor = TorchSharp.torch.Tensor;

namespace HadamardNtk;

public sealed partial class ModuleTangentKernel
{
    /// <summary>
    /// The linearized module f(x; θ₀) + J(x) (θ − θ₀), n × C, where θ₀ are the module's parameters.
    /// </summary>
    /// <param name="x">Samples, n × the module's input shape.</param>
    /// <param name="change">
    /// θ − θ₀ by the names of the parameters, each in its parameter's shape. Parameters that are not named have change
    /// 0.
    /// </param>
    /// <param name="progress">Receives the part that is done, from 0 to 1.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="ArgumentException">
    /// A name is not in <see cref="ParameterNames"/>, a change has another shape than its parameter, or the samples
    /// fail as in <see cref="Gram(Tensor, TangentOutputs, IProgress{double}, CancellationToken)"/>.
    /// </exception>
    /// <inheritdoc cref="Gram(Tensor, TangentOutputs, IProgress{double}, CancellationToken)"
    /// path="/*[not(self::param)]"/>
    public Matrix Linearized(
        Tensor x,
        IReadOnlyDictionary<string, Tensor> change,
        IProgress<double>? progress,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(change);
        return Run(
            x, cancellation,
            run => TangentProducts.Times(
                run, x, ParameterChange.Of(run.Parameters, change), withOutputs: true, progress));
    }

    /// <summary>The linearized module f(x; θ₀) + J(x) (θ − θ₀), n × C.</summary>
    /// <inheritdoc cref="Linearized(Tensor, IReadOnlyDictionary{string, Tensor}, IProgress{double}, CancellationToken)"/>
    public Matrix Linearized(
        Tensor x, IReadOnlyDictionary<string, Tensor> change, CancellationToken cancellation = default) =>
        Linearized(x, change, null, cancellation);

    /// <summary>
    /// The module linearized at its parameters θ₀ and trained on squared loss by gradient flow from θ₀ to the end:
    /// θ − θ₀ = J(X)ᵀ (Θ + r I)⁻¹ (y − f(X)), where Θ is the kernel of all pairs of outputs, n C × n C.
    /// </summary>
    /// <remarks>
    /// With a ridge, it is the minimum of |f_lin(X) − y|² + r |θ − θ₀|². The memory is Θ, 8 (n C)² bytes, and P
    /// numbers.
    /// </remarks>
    /// <param name="x">Training samples X, n × the module's input shape.</param>
    /// <param name="y">Targets, n × C, finite.</param>
    /// <param name="ridge">The ridge r; for 0, Θ must be positive definite.</param>
    /// <param name="progress">
    /// Receives the part that is done, from 0 to 1: the kernel is eight tenths of it, and its solution is one step.
    /// </param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="ArgumentException">
    /// y does not have one row for each sample and one column for each output, or the samples fail as in
    /// <see cref="Gram(Tensor, TangentOutputs, IProgress{double}, CancellationToken)"/>.
    /// </exception>
    /// <exception cref="NotPositiveDefiniteException">
    /// Θ + r I is not positive definite in float64; raise the ridge.
    /// </exception>
    /// <inheritdoc cref="Gram(Tensor, TangentOutputs, IProgress{double}, CancellationToken)"
    /// path="/*[not(self::param)]"/>
    public LinearizedFit Fit(
        Tensor x, Matrix y, Ridge ridge, IProgress<double>? progress, CancellationToken cancellation = default) =>
        Fit(x, y, new(progress, cancellation), (run, gram, stage) =>
            LinearizedFit.Of(this, run, gram, x, y, ridge, stage));

    /// <summary>The module linearized at its parameters and trained on squared loss to the end.</summary>
    /// <inheritdoc cref="Fit(Tensor, Matrix, Ridge, IProgress{double}, CancellationToken)"/>
    public LinearizedFit Fit(Tensor x, Matrix y, Ridge ridge = default, CancellationToken cancellation = default) =>
        Fit(x, y, ridge, null, cancellation);

    /// <summary>
    /// The module linearized at its parameters θ₀ and trained from there on the loss 1/(2nC)·|f(X) − y|² by gradient
    /// flow to a time, or by steps of gradient descent: θ − θ₀ = J(X)ᵀ φ(Θ + r I) (y − f(X)), exactly, from the
    /// eigenvalues of the kernel of all pairs of outputs, n C × n C.
    /// </summary>
    /// <param name="x">Training samples X, n × the module's input shape.</param>
    /// <param name="y">Targets, n × C, finite.</param>
    /// <param name="training">The algorithm, and its length.</param>
    /// <param name="ridge">The ridge r.</param>
    /// <param name="progress">
    /// Receives the part that is done, from 0 to 1: the kernel is eight tenths of it, and its solution is one step.
    /// </param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="ArgumentException">
    /// y does not have one row for each sample and one column for each output, or the samples fail as in
    /// <see cref="Gram(Tensor, TangentOutputs, IProgress{double}, CancellationToken)"/>.
    /// </exception>
    /// <inheritdoc cref="Gram(Tensor, TangentOutputs, IProgress{double}, CancellationToken)"
    /// path="/*[not(self::param)]"/>
    public LinearizedFit Fit(
        Tensor x,
        Matrix y,
        Training training,
        Ridge ridge,
        IProgress<double>? progress,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(training);
        return Fit(x, y, new(progress, cancellation), (run, gram, stage) =>
            LinearizedFit.Of(this, run, gram, x, y, ridge, training, stage));
    }

    /// <summary>The module linearized at its parameters and trained for a part of the way.</summary>
    /// <inheritdoc cref="Fit(Tensor, Matrix, Training, Ridge, IProgress{double}, CancellationToken)"/>
    public LinearizedFit Fit(
        Tensor x, Matrix y, Training training, Ridge ridge = default, CancellationToken cancellation = default) =>
        Fit(x, y, training, ridge, null, cancellation);

    private LinearizedFit Fit(
        Tensor x, Matrix y, Watch watch, Func<ModuleRun, Matrix, IProgress<double>?, LinearizedFit> solve)
    {
        ArgumentNullException.ThrowIfNull(y);
        TrainingData.RequireFinite(y, "target", nameof(y));
        return Run(x, watch.Cancellation, run =>
        {
            RequireRows(y, x, run.OutputCount, nameof(y));
            var gram = Blocks(run, x, TangentOutputs.All).Gram(x, watch.Progress.Stage(0, 0.8));
            return solve(run, gram, watch.Progress.Stage(0.8, 1));
        });
    }
}
