using Tensor = TorchSharp.torch.Tensor;

namespace HadamardNtk;

/// <summary>
/// A module linearized at its parameters and trained to the end: f(x; θ₀) + Θ(x, X) (Θ(X, X) + r I)⁻¹ (y − f(X; θ₀)),
/// which is f(x; θ₀) + J(x) (θ − θ₀). It is created by <see cref="ModuleTangentKernel.Fit"/>, and holds θ − θ₀ but no
/// tensors. It is immutable as long as the module is not changed.
/// </summary>
public sealed class LinearizedModule
{
    private readonly ModuleTangentKernel _kernel;
    private readonly double[][] _change;
    private readonly byte[] _print;

    private LinearizedModule(
        ModuleTangentKernel kernel, TrainedParameters parameters, double ridge, Matrix weights, double[][] change)
    {
        (_kernel, _change, _print) = (kernel, change, ParameterChange.Print(kernel.Module));
        (Ridge, Weights) = (ridge, weights);
        Change = parameters.Names.Zip(change, (name, c) => (name, c))
            .ToDictionary(p => p.name, IReadOnlyList<double> (p) => p.c.AsReadOnly());
    }

    /// <summary>The absolute ridge r.</summary>
    public double Ridge { get; }

    /// <summary>α = (Θ + r I)⁻¹ (y − f(X)), n × C.</summary>
    public Matrix Weights { get; }

    /// <summary>θ − θ₀ by the names of the parameters, with the numbers of each row by row.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<double>> Change { get; }

    /// <summary>The predictions at samples, n′ × C.</summary>
    /// <param name="x">Samples, n′ × the module's input shape.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="ArgumentException">The module does not accept the samples, or there is none.</exception>
    /// <exception cref="InvalidOperationException">
    /// The module's parameters or buffers have changed since the fit, or it is in training mode.
    /// </exception>
    /// <exception cref="ArithmeticException">An output is not finite.</exception>
    public Matrix Predict(Tensor x, CancellationToken cancellation = default) => _kernel.Run(x, cancellation, run =>
    {
        if (!ParameterChange.Print(run.Module).AsSpan().SequenceEqual(_print))
        {
            throw new InvalidOperationException(
                "Expected the module with the parameters and buffers that it had when it was linearised; "
                + "they have changed. Fit again.");
        }

        return TangentProducts.Times(run, x, ParameterChange.Of(run.Parameters, _change), withOutputs: true);
    });

    /// <summary>Solves for the change of the parameters. The memory of the kernel is overwritten.</summary>
    /// <exception cref="NotPositiveDefiniteException">Θ + r I is not positive definite.</exception>
    internal static LinearizedModule Of(
        ModuleTangentKernel kernel, ModuleRun run, Matrix gram, Tensor x, Matrix y, Ridge ridge)
    {
        var workers = Workers.All with { Cancellation = run.Cancellation };
        var absolute = ridge.For(gram);
        var residual = y.Data.Zip(TangentProducts.Outputs(run, x).Data, (target, output) => target - output).ToArray();
        var side = Matrix.Wrap(residual, residual.Length, 1);
        var solution = new RidgeSystem(gram, absolute, workers).Solve(side, workers);
        var weights = Matrix.Wrap(solution.Data, y.Rows, y.Columns);
        var change = TangentProducts.TransposeTimes(run, x, weights);
        return new(kernel, run.Parameters, absolute, weights, [.. change.Select(ParameterChange.Numbers)]);
    }
}
