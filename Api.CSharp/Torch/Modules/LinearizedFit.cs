using Tensor = TorchSharp.torch.Tensor;

namespace HadamardNtk;

/// <summary>
/// A module linearized at its parameters and trained by the flow of its tangent kernel, in closed form: f(x; θ₀) +
/// J(x) (θ − θ₀) with θ − θ₀ = J(X)ᵀ α. At the end of training α = (Θ + r I)⁻¹ (y − f(X; θ₀)), and before α is
/// φ_t(Θ + r I) (y − f(X; θ₀)) with the function φ_t of <see cref="TrainingDynamics"/>. It is created by
/// <see cref="ModuleTangentKernel.Fit(Tensor, Matrix, Ridge, CancellationToken)"/>, and holds θ − θ₀ but no tensors. It
/// is immutable as long as the module is not changed.
/// </summary>
public sealed class LinearizedFit
{
    private readonly ModuleTangentKernel _kernel;
    private readonly double[][] _change;
    private readonly byte[] _print;

    private LinearizedFit(
        ModuleTangentKernel kernel, TrainedParameters parameters, double ridge, Matrix weights, double[][] change)
    {
        (_kernel, _change, _print) = (kernel, change, ParameterChange.Print(kernel.Module));
        (Ridge, Weights) = (ridge, weights);
        Change = parameters.Names.Zip(change, (name, c) => (name, c))
            .ToDictionary(p => p.name, IReadOnlyList<double> (p) => p.c.AsReadOnly());
    }

    /// <summary>The absolute ridge r.</summary>
    public double Ridge { get; }

    /// <summary>α, n × C.</summary>
    public Matrix Weights { get; }

    /// <summary>θ − θ₀ by the names of the parameters, with the numbers of each row by row.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<double>> Change { get; }

    /// <summary>The predictions at samples, n′ × C.</summary>
    /// <param name="x">Samples, n′ × the module's input shape.</param>
    /// <param name="progress">Receives the part of the samples that are done, from 0 to 1.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="ArgumentException">The module does not accept the samples, or there is none.</exception>
    /// <exception cref="InvalidOperationException">
    /// The module's parameters or buffers have changed since the fit, it is in training mode, or a parameter is neither
    /// float32 nor float64.
    /// </exception>
    /// <exception cref="ArithmeticException">An output is not finite.</exception>
    public Matrix Predict(Tensor x, IProgress<double>? progress, CancellationToken cancellation = default) =>
        _kernel.Run(x, cancellation, run =>
        {
            RequireUnchanged();
            return TangentProducts.Times(
                run, x, ParameterChange.Of(run.Parameters, _change), withOutputs: true, progress);
        });

    /// <summary>The predictions at samples, n′ × C.</summary>
    /// <inheritdoc cref="Predict(Tensor, IProgress{double}, CancellationToken)"/>
    public Matrix Predict(Tensor x, CancellationToken cancellation = default) => Predict(x, null, cancellation);

    /// <summary>
    /// The linearized module with these changes of its parameters. It can be run and trained further as any module.
    /// </summary>
    /// <exception cref="InvalidOperationException">The module's parameters or buffers have changed.</exception>
    public LinearizedModule ToModule()
    {
        RequireUnchanged();
        return LinearizedModule.Of(_kernel.Module, _kernel.Parameters, _change);
    }

    /// <summary>Solves for the change at the end of training. The memory of the kernel is overwritten.</summary>
    /// <exception cref="NotPositiveDefiniteException">Θ + r I is not positive definite.</exception>
    internal static LinearizedFit Of(
        ModuleTangentKernel kernel,
        ModuleRun run,
        Matrix gram,
        Tensor x,
        Matrix y,
        Ridge ridge,
        IProgress<double>? progress)
    {
        var workers = Workers.All with { Cancellation = run.Cancellation };
        var absolute = ridge.For(gram);
        var solution = new RidgeSystem(gram, absolute, workers).Solve(Residual(run, x, y), workers);
        return Of(kernel, run, x, absolute, Matrix.Wrap(solution.Data, y.Rows, y.Columns), progress.Stage(0.5, 1));
    }

    /// <summary>The change after a part of the training.</summary>
    internal static LinearizedFit Of(
        ModuleTangentKernel kernel,
        ModuleRun run,
        Matrix gram,
        Tensor x,
        Matrix y,
        Ridge ridge,
        Training training,
        IProgress<double>? progress)
    {
        var workers = Workers.All with { Cancellation = run.Cancellation };
        var absolute = ridge.For(gram);
        MatrixProducts.AddToDiagonal(gram, absolute);
        var basis = SymmetricEigen.Decompose(gram, workers);
        var gains = Core.Dynamics.gains(training.Meaning, y.Data.Length, basis.Values);
        var coordinates = MatrixProducts.Times(basis.Vectors, Residual(run, x, y), workers);
        var weights = TransposeTimes(basis.Vectors, Entrywise.ScaleRows(coordinates, gains));
        return Of(kernel, run, x, absolute, Matrix.Wrap(weights, y.Rows, y.Columns), progress.Stage(0.5, 1));
    }

    private static LinearizedFit Of(
        ModuleTangentKernel kernel,
        ModuleRun run,
        Tensor x,
        double ridge,
        Matrix weights,
        IProgress<double>? progress)
    {
        var change = TangentProducts.TransposeTimes(run, x, weights, progress);
        return new(kernel, run.Parameters, ridge, weights, [.. change.Select(ParameterChange.Numbers)]);
    }

    // Vᵀ c, where the eigenvectors are the rows of V.
    private static double[] TransposeTimes(Matrix v, Matrix c)
    {
        var sum = new double[v.Columns];
        for (var k = 0; k < v.Rows; k++)
        {
            for (var i = 0; i < sum.Length; i++)
            {
                sum[i] += c.Data[k] * v.Data[(k * v.Columns) + i];
            }
        }

        return sum;
    }

    // y − f(X), the outputs of a sample one after the other.
    private static Matrix Residual(ModuleRun run, Tensor x, Matrix y)
    {
        var residual = y.Data.Zip(TangentProducts.Outputs(run, x).Data, (target, output) => target - output).ToArray();
        return Matrix.Wrap(residual, residual.Length, 1);
    }

    private void RequireUnchanged()
    {
        if (!ParameterChange.Print(_kernel.Module).AsSpan().SequenceEqual(_print)
            || !_kernel.Parameters.Names.SequenceEqual(Change.Keys))
        {
            throw new InvalidOperationException(
                "Expected the module with the parameters and buffers that it had when it was linearized, and the same "
                + "ones trained; they have changed. Fit again.");
        }
    }
}
