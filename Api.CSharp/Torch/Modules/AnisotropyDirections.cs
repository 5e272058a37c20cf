using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace HadamardNtk;

/// <summary>
/// The neural anisotropy directions of a module f: the right singular vectors of the P × d matrix
/// M = 1/n Σ_i ∂²f(x_i)/∂θ ∂x, where f is the mean over outputs. Along directions with large singular values a small
/// change of the parameters changes the slope of f the most, so that linear tasks along them are learned first.
/// </summary>
/// <param name="Values">The singular values, in descending order.</param>
/// <param name="Directions">Unit directions of the input space, one in each row, d × d.</param>
/// <remarks>
/// Source: Ortiz-Jimenez, Modas, Moosavi-Dezfooli and Frossard, Neural anisotropy directions (2020); the linearized
/// form: Ortiz-Jimenez, Moosavi-Dezfooli and Frossard, What can linearized neural networks actually say about
/// generalization? (2021).
/// </remarks>
public sealed record AnisotropyDirections(IReadOnlyList<double> Values, Matrix Directions)
{
    /// <summary>
    /// Computes them by d backward passes through the slopes of f. The memory is d P numbers in float64 and twice as
    /// many in the parameters' precision.
    /// </summary>
    /// <param name="module">The module, in evaluation mode, whose operations have second derivatives.</param>
    /// <param name="x">Samples, n × d.</param>
    /// <param name="progress">
    /// Receives the part that is done, from 0 to 1; the singular values are the last step.
    /// </param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="ArgumentException">The samples are no matrix of real numbers.</exception>
    /// <exception cref="InvalidOperationException">
    /// No parameter requires a gradient, the module has no second derivatives, or its outputs at a sample depend on
    /// other samples or on chance.
    /// </exception>
    public static AnisotropyDirections Of(
        torch.nn.Module<Tensor, Tensor> module,
        Tensor x,
        IProgress<double>? progress,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(module);
        ArgumentNullException.ThrowIfNull(x);
        if (x.dim() != 2 || x.numel() == 0)
        {
            throw new ArgumentException($"Expected samples n x d; came [{MessageText.Shape(x.shape)}].", nameof(x));
        }

        if (!x.is_floating_point())
        {
            throw new ArgumentException($"Expected samples of real numbers; came {x.dtype}.", nameof(x));
        }

        return ModuleTangentKernel.Create(module).Run(x, cancellation, run => Of(run, x, progress));
    }

    /// <summary>Computes them by d backward passes through the slopes of f.</summary>
    /// <inheritdoc cref="Of(torch.nn.Module{Tensor, Tensor}, Tensor, IProgress{double}, CancellationToken)"/>
    public static AnisotropyDirections Of(
        torch.nn.Module<Tensor, Tensor> module, Tensor x, CancellationToken cancellation = default) =>
        Of(module, x, null, cancellation);

    private static AnisotropyDirections Of(ModuleRun run, Tensor x, IProgress<double>? progress)
    {
        var samples = x.detach().requires_grad_();
        var outputs = run.Outputs(samples);
        var mean = Held.With((double)outputs.numel(), count => outputs.sum().div(count));
        var slopes = torch.autograd.grad(
            [mean], [samples], retain_graph: true, create_graph: true, allow_unused: true)[0];
        if (!slopes.IsInvalid && slopes.requires_grad)
        {
            Derivatives.RequireBackward(slopes.sum(), samples);
        }

        var columns = new Tensor[x.shape[1]];
        var done = new StepProgress(progress, columns.Length + 1);
        for (var k = 0; k < columns.Length; k++)
        {
            columns[k] = Column(slopes, k, run.Parameters.Values, run.Cancellation);
            done.Add();
        }

        var m = torch.stack(columns, 0).to_type(torch.ScalarType.Float64);
        var workers = Workers.All with { Cancellation = run.Cancellation };
        var directions = Descending(SymmetricEigen.Decompose(TensorTransfer.ToMatrix(m.mm(m.t())), workers));
        done.Add();
        return directions;
    }

    // ∂/∂θ of the mean slope along axis k, as one row of P numbers.
    private static Tensor Column(Tensor slopes, int k, Tensor[] parameters, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        using var scope = torch.NewDisposeScope();
        var along = slopes.IsInvalid || !slopes.requires_grad
            ? parameters[0].flatten().narrow(0, 0, 0).sum()
            : slopes.select(1, k).sum();
        var gradients = Derivatives.Of(Derivatives.Tie(along, parameters), parameters, retain: true);
        return torch.cat([.. gradients.Select(g => g.reshape(-1))], 0).MoveToOuterDisposeScope();
    }

    private static AnisotropyDirections Descending(EigenPairs pairs)
    {
        var (d, n) = (pairs.Vectors.Columns, pairs.Values.Length);
        var directions = new double[n * d];
        for (var k = 0; k < n; k++)
        {
            pairs.Vectors.Row(n - 1 - k).CopyTo(directions.AsSpan(k * d));
        }

        return new(
            [.. pairs.Values.Reverse().Select(value => Math.Sqrt(Math.Max(0, value)))], Matrix.Wrap(directions, n, d));
    }
}
