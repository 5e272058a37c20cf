using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace HadamardNtk;

/// <summary>
/// The empirical tangent kernel of a TorchSharp module f with C outputs, Θ(x, x′)_op = ⟨∂f_o(x)/∂θ, ∂f_p(x′)/∂θ⟩ over all
/// parameters θ that require a gradient: any module from samples (n × anything) to outputs (n or n × C), in float32 or float64, on any
/// device. The module is not changed: neither its parameters and their gradients nor its mode.
/// </summary>
/// <remarks>
/// <para>
/// A linear layer y = W h + b adds (H H′ᵀ + 1) ∘ (D D′ᵀ), with H its inputs and D the derivatives of f by y, one run backwards for
/// each output and all samples at once: no Jacobian. That holds for a layer applied once, to a matrix with one row a sample, by
/// <c>call</c> (<c>forward</c> passes by what listens), whose parameters nothing else uses; this is tried on three samples,
/// and verified on all by one run more: a layer that other samples use otherwise is refused. All other parameters take Jacobians, one sample at a time, and the parts are added.
/// </para>
/// <para>
/// Memory: for the samples of a block (<see cref="ModuleTangentOptions.Rows"/>) the numbers H and D, Σ (h + C m) a sample, and C P
/// for P parameters of other kinds; three times a block of the kernel; what the module keeps of 512 samples; and the result.
/// </para>
/// <para>
/// Where TorchSharp finds no derivative it ends the process (<c>autograd.grad</c>, in 0.107 too). A module is therefore tried
/// backwards in a safer way first and refused where that fails. What that does not reach still ends the process: an operation without
/// a derivative on parameters alone, any in a module whose samples are integers, and one without a second derivative, which
/// <see cref="Multiply"/>, <see cref="Linearised"/> and <see cref="Fit"/> take.
/// </para>
/// <para>
/// The kernel is that of the parameters which the module has when it is asked. Hooks listen to the module meanwhile, so one thread at
/// a time may use it.
/// </para>
/// <para>
/// Sources: Jacot, Gabriel and Hongler, Neural tangent kernel (2018); Novak, Sohl-Dickstein and Schoenholz, Fast finite width neural
/// tangent kernel (2022), structured derivatives and products.
/// </para>
/// </remarks>
/// <example><code>
/// module.eval();
/// var kernel = ModuleTangentKernel.Create(module);
/// Matrix gram = kernel.Gram(x);                              // n x n, the mean over outputs
/// var mean = kernel.Fit(x, y).Predict(points);               // the module linearised, and trained to the end
/// </code></example>
public sealed class ModuleTangentKernel
{
    private readonly torch.nn.Module<Tensor, Tensor> _module;
    private readonly ModuleTangentOptions _options;

    private ModuleTangentKernel(torch.nn.Module<Tensor, Tensor> module, ModuleTangentOptions options) =>
        (_module, _options) = (module, options);

    /// <summary>The names of the parameters θ that require a gradient, in the module's order.</summary>
    public IReadOnlyList<string> ParameterNames => Parameters.Names;

    /// <summary>P, how many numbers those parameters are.</summary>
    public long ParameterCount => Parameters.Count;

    internal TrainedParameters Parameters => TrainedParameters.Of(_module);

    internal torch.nn.Module<Tensor, Tensor> Module => _module;

    /// <summary>The tangent kernel of a module.</summary>
    /// <param name="module">The module, which is kept, not copied; call eval() on it before it is used.</param>
    /// <param name="options">How the kernel is computed; the defaults if null.</param>
    /// <exception cref="InvalidOperationException">No parameter requires a gradient, or one is neither float32 nor float64.</exception>
    public static ModuleTangentKernel Create(torch.nn.Module<Tensor, Tensor> module, ModuleTangentOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(module);
        TrainedParameters.Of(module);
        return new(module, options ?? new());
    }

    /// <summary>
    /// Θ at all pairs of samples: n × n or n C × n C, symmetric to the last bit, positive semidefinite to rounding in the module's
    /// precision.
    /// </summary>
    /// <param name="x">Samples, n × anything.</param>
    /// <param name="outputs">The mean over outputs, or all pairs of outputs.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="ArgumentException">The module does not take the samples, there is none, or the kernel has more numbers than one array holds.</exception>
    /// <exception cref="InvalidOperationException">
    /// A sample's outputs depend on the other samples or on chance (call eval() first), are not n or n × C real numbers, or depend on no
    /// parameter that requires a gradient.
    /// </exception>
    /// <exception cref="ArithmeticException">Outputs or derivatives are not finite.</exception>
    public Matrix Gram(Tensor x, TangentOutputs outputs = TangentOutputs.Mean, CancellationToken cancellation = default) =>
        Run(x, cancellation, run => Blocks(run, x, outputs).Gram(x));

    /// <summary>Θ between two sets of samples: n × n′ or n C × n′ C.</summary>
    /// <param name="x">Samples of the rows, n × anything.</param>
    /// <param name="other">Samples of the columns, n′ × the same.</param>
    /// <param name="outputs">The mean over outputs, or all pairs of outputs.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <inheritdoc cref="Gram"/>
    public Matrix Cross(
        Tensor x, Tensor other, TangentOutputs outputs = TangentOutputs.Mean, CancellationToken cancellation = default)
    {
        RequireSamples(other, nameof(other));
        RequireAlike(x, other);
        return Run(x, cancellation, run => Blocks(run, x, outputs).Cross(x, other));
    }

    /// <summary>f(x), n × C.</summary>
    /// <inheritdoc cref="Gram"/>
    public Matrix Outputs(Tensor x, CancellationToken cancellation = default) =>
        Run(x, cancellation, run => TangentProducts.Outputs(run, x));

    /// <summary>
    /// Θ v with all pairs of outputs, (Θ v)_io = Σ_jp Θ_op(x_i, x′_j) v_jp, as J (J′ᵀ v): the kernel is never formed, and the time is
    /// that of a few runs of the module, whatever n and C.
    /// </summary>
    /// <param name="x">Samples, n × anything.</param>
    /// <param name="v">n′ × C numbers.</param>
    /// <param name="other">The samples x′ of v's rows; those of x if null.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <returns>n × C.</returns>
    /// <exception cref="ArgumentException">v has not one row for each sample and one column for each output, or what <see cref="Gram"/> says.</exception>
    /// <inheritdoc cref="Gram"/>
    public Matrix Multiply(Tensor x, Matrix v, Tensor? other = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(v);
        RequireSamples(x, nameof(x));
        RequireSamples(other ?? x, nameof(other));
        RequireAlike(x, other ?? x);
        return Run(x, cancellation, run =>
        {
            RequireRows(v, other ?? x, run.OutputCount, nameof(v));
            return TangentProducts.Times(run, x, TangentProducts.TransposeTimes(run, other ?? x, v), withOutputs: false);
        });
    }

    /// <summary>The linearised module f(x; θ₀) + J(x) (θ − θ₀), n × C, θ₀ the parameters that the module has.</summary>
    /// <param name="x">Samples, n × anything.</param>
    /// <param name="change">θ − θ₀ by the names of parameters, each of its parameter's shape; zero for those that are not named.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="ArgumentException">A name is none of <see cref="ParameterNames"/>, or has another shape, or what <see cref="Gram"/> says.</exception>
    /// <inheritdoc cref="Gram"/>
    public Matrix Linearised(Tensor x, IReadOnlyDictionary<string, Tensor> change, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(change);
        return Run(x, cancellation, run => TangentProducts.Times(run, x, ParameterChange.Of(run.Parameters, change), withOutputs: true));
    }

    /// <summary>
    /// The module linearised at its parameters θ₀ and trained on squared loss by gradient flow to the end, from θ₀:
    /// θ − θ₀ = J(X)ᵀ (Θ + r I)⁻¹ (y − f(X)), with Θ the kernel of all pairs of outputs, n C × n C.
    /// </summary>
    /// <remarks>With a ridge, the minimum of |f_lin(X) − y|² + r |θ − θ₀|². Holds Θ, 8 (n C)² bytes, and P numbers.</remarks>
    /// <param name="x">Training samples X, n × anything.</param>
    /// <param name="y">Targets, n × C, finite.</param>
    /// <param name="ridge">r; 0 unless given, for which Θ must be positive definite.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="ArgumentException">y has not one row for each sample and one column for each output, or what <see cref="Gram"/> says.</exception>
    /// <exception cref="NotPositiveDefiniteException">Θ + r I is not positive definite in float64; raise the ridge.</exception>
    /// <inheritdoc cref="Gram"/>
    public LinearisedModule Fit(Tensor x, Matrix y, Ridge ridge = default, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(y);
        TrainingData.RequireFinite(y, "target", nameof(y));
        return Run(x, cancellation, run =>
        {
            RequireRows(y, x, run.OutputCount, nameof(y));
            return LinearisedModule.Of(this, run, Blocks(run, x, TangentOutputs.All).Gram(x), x, y, ridge);
        });
    }

    /// <summary>The names of the linear layers whose part of the kernel takes no Jacobian.</summary>
    /// <inheritdoc cref="Gram"/>
    public IReadOnlyList<string> LayersWithoutJacobian(Tensor x) =>
        Run(x, default, run => ModulePlan.Of(run, x, _options.Form).Layers.Select(layer => layer.Name).ToArray());

    internal T Run<T>(Tensor x, CancellationToken cancellation, Func<ModuleRun, T> work)
    {
        RequireSamples(x, nameof(x));
        using var scope = torch.NewDisposeScope();
        using var recording = torch.enable_grad();
        return work(ModuleProbe.Try(new(_module, Parameters, cancellation), x));
    }

    private TangentBlocks Blocks(ModuleRun run, Tensor x, TangentOutputs outputs)
    {
        var plan = ModulePlan.Of(run, x, _options.Form);
        return new(plan, outputs, plan.Rows(_options, outputs));
    }

    private static void RequireSamples(Tensor x, string name)
    {
        ArgumentNullException.ThrowIfNull(x, name);
        if (x.dim() == 0 || x.numel() == 0)
        {
            throw new ArgumentException($"Expected at least one sample, n x anything; came [{OneLine.Shape(x.shape)}].", name);
        }
    }

    private static void RequireAlike(Tensor x, Tensor other)
    {
        if (!x.shape.AsSpan(1).SequenceEqual(other.shape.AsSpan(1)))
        {
            throw new ArgumentException(
                $"Expected samples of one shape; came [{OneLine.Shape(x.shape)}] and [{OneLine.Shape(other.shape)}].", nameof(other));
        }
    }

    private static void RequireRows(Matrix values, Tensor samples, long outputs, string name)
    {
        if (values.Rows != samples.shape[0] || values.Columns != outputs)
        {
            throw new ArgumentException(
                $"Expected {samples.shape[0]} x {outputs} numbers, a row for each sample and a column for each output; came {values.Rows} x {values.Columns}.",
                name);
        }
    }
}
