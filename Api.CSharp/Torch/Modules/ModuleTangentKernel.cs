using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace HadamardNtk;

/// <summary>
/// The empirical tangent kernel of a TorchSharp module f with C outputs, Θ(x, x′)_op = ⟨∂f_o(x)/∂θ, ∂f_p(x′)/∂θ⟩ over
/// all parameters θ that require a gradient. It takes any module from samples (n × any shape) to outputs (n or n × C),
/// in float32 or float64, on any device. The module's parameters, their gradients and its mode are not changed.
/// </summary>
/// <remarks>
/// <para>
/// A linear layer y = s W h + t b (s = t = 1 for TorchSharp's own, <see cref="DenseLayer"/> for networks) that is
/// applied to the inputs H_u adds Σ_uv (s² H_u H′_vᵀ + t²) ∘ (D_u D′_vᵀ) to the kernel, where D_u are the derivatives
/// of f by y of application u. That takes one backward pass for each output and all samples at once, and no Jacobian.
/// It holds for a layer that is always applied to a matrix with one row for each sample, by <c>call</c>
/// (<c>forward</c> bypasses hooks), and whose parameters are not used elsewhere. This is tested on three samples and
/// verified on all samples by one more pass; a layer that is applied differently to other samples is an error. All
/// other parameters take Jacobians, one sample at a time. The parts are added.
/// </para>
/// <para>
/// The memory consists of H and D for the samples of a block (<see cref="ModuleTangentOptions.Rows"/>), which are
/// Σ (h + C m) numbers for each sample, and C P numbers for P other parameters; three times a block of the kernel; the
/// tensors that the module keeps for 512 samples; and the result.
/// </para>
/// <para>
/// If an operation has no derivative, TorchSharp ends the process (<c>autograd.grad</c>, also in 0.107). A module is
/// therefore differentiated in a safer way first, and refused if that fails. Three cases are not detected and still end
/// the process: an operation without a derivative on parameters alone, any such operation in a module whose samples are
/// integers, and an operation without a second derivative, which products,
/// <see cref="Linearized(Tensor, IReadOnlyDictionary{string, Tensor}, CancellationToken)"/> and
/// <see cref="Fit(Tensor, Matrix, Ridge, CancellationToken)"/> need.
/// </para>
/// <para>
/// As an <see cref="IKernel{TSamples}"/> of tensors it is the mean over outputs. A fitted model keeps its own copy of
/// the samples, and the module itself.
/// </para>
/// <para>
/// The kernel is that of the module's parameters at the time of the call. Hooks are registered in the module during the
/// call, so that only one thread at a time may use it.
/// </para>
/// <para>
/// Sources: Jacot, Gabriel and Hongler, Neural tangent kernel (2018); Novak, Sohl-Dickstein and Schoenholz, Fast finite
/// width neural tangent kernel (2022), structured derivatives and products.
/// </para>
/// </remarks>
/// <example><code>
/// module.eval();
/// var kernel = ModuleTangentKernel.Create(module);
/// Matrix gram = kernel.Gram(x);                              // n x n, the mean over outputs
/// var process = KernelRegression.Fit(kernel, x, y);          // a Gaussian process with this kernel
/// var mean = kernel.Fit(x, y).Predict(points);               // the module, linearized and trained to the end
/// </code></example>
public sealed partial class ModuleTangentKernel : IKernel<Tensor>, IWatchedDiagonal<Tensor>
{
    // A product takes one pair of passes for each column and output up to so many, and blocks of the kernel beyond.
    private const long MostPasses = 32;

    private readonly torch.nn.Module<Tensor, Tensor> _module;
    private readonly ModuleTangentOptions _options;

    private readonly string[]? _only;

    private ModuleTangentKernel(
        torch.nn.Module<Tensor, Tensor> module, ModuleTangentOptions options, string[]? only = null) =>
        (_module, _options, _only) = (module, options, only);

    /// <summary>The names of the parameters θ that require a gradient, in the module's order.</summary>
    public IReadOnlyList<string> ParameterNames => Parameters.Names;

    /// <summary>P, the total number of entries of these parameters.</summary>
    public long ParameterCount => Parameters.Count;

    /// <summary>
    /// The parts of the kernel by the layers that hold the parameters, in the module's order. The kernel is their sum.
    /// A part is a kernel of its own, Σ over the parameters of that layer.
    /// </summary>
    public IReadOnlyList<TangentPart> Layers =>
    [
        .. Parameters.Names.GroupBy(LayerOf).Select(group => new TangentPart(group.Key, Part([.. group]))),
    ];

    /// <summary>The part of the kernel that some parameters make, as if the others were frozen.</summary>
    /// <param name="parameters">Names out of <see cref="ParameterNames"/>, at least one.</param>
    /// <exception cref="ArgumentException">There is none, or a name is not in the list.</exception>
    public ModuleTangentKernel Part(params string[] parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        var unknown = parameters.FirstOrDefault(name => !ParameterNames.Contains(name));
        return parameters.Length > 0 && unknown is null
            ? new(_module, _options, [.. parameters])
            : throw new ArgumentException(
                $"Expected names of parameters that require a gradient ({string.Join(", ", ParameterNames)}); "
                + $"came {(unknown is null ? "none" : $"'{unknown}'")}.",
                nameof(parameters));
    }

    internal TrainedParameters Parameters =>
        _only is null ? TrainedParameters.Of(_module) : TrainedParameters.Of(_module).Only(_only);

    internal torch.nn.Module<Tensor, Tensor> Module => _module;

    /// <summary>The tangent kernel of a module.</summary>
    /// <param name="module">The module, which is kept, not copied. Call eval() on it before it is used.</param>
    /// <param name="options">The options of the computation; the defaults if null.</param>
    /// <exception cref="InvalidOperationException">
    /// No parameter requires a gradient, or one is neither float32 nor float64.
    /// </exception>
    public static ModuleTangentKernel Create(
        torch.nn.Module<Tensor, Tensor> module, ModuleTangentOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(module);
        TrainedParameters.Of(module);
        return new(module, options ?? new());
    }

    /// <summary>The name of the module and its number of parameters in one line.</summary>
    public override string ToString() => $"Tangent kernel of {_module.GetName()}, {ParameterCount} parameters";

    /// <inheritdoc/>
    public int Count(Tensor samples)
    {
        ArgumentNullException.ThrowIfNull(samples);
        return samples.dim() == 0 ? 0 : checked((int)samples.shape[0]);
    }

    /// <inheritdoc/>
    public Tensor Select(Tensor samples, ReadOnlySpan<int> chosen)
    {
        ArgumentNullException.ThrowIfNull(samples);
        using var still = torch.no_grad();
        return Chosen(samples, [.. chosen]).DetachFromDisposeScope();
    }

    /// <summary>The mean of Θ over outputs at all pairs of samples, n × n.</summary>
    /// <param name="x">Samples, n × the module's input shape.</param>
    /// <param name="options">The progress. TorchSharp has its own threads.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <inheritdoc cref="Gram(Tensor, TangentOutputs, IProgress{double}, CancellationToken)"
    /// path="/*[not(self::param)]"/>
    public Matrix Gram(Tensor x, GramOptions? options = null, CancellationToken cancellation = default) =>
        Gram(x, TangentOutputs.Mean, options?.Progress, cancellation);

    /// <summary>Θ at all pairs of samples, n × n or n C × n C.</summary>
    /// <param name="x">Samples, n × the module's input shape.</param>
    /// <param name="outputs">The mean over outputs, or all pairs of outputs.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <inheritdoc cref="Gram(Tensor, TangentOutputs, IProgress{double}, CancellationToken)"
    /// path="/*[not(self::param)]"/>
    public Matrix Gram(Tensor x, TangentOutputs outputs, CancellationToken cancellation = default) =>
        Gram(x, outputs, null, cancellation);

    /// <summary>
    /// Θ at all pairs of samples, n × n or n C × n C: symmetric to the last bit, and positive semidefinite to rounding
    /// in the module's precision.
    /// </summary>
    /// <param name="x">Samples, n × the module's input shape.</param>
    /// <param name="outputs">The mean over outputs, or all pairs of outputs.</param>
    /// <param name="progress">Receives the part that is done, from 0 to 1.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="ArgumentException">
    /// The module does not accept the samples, there is none, or the kernel has more numbers than one array holds.
    /// </exception>
    /// <exception cref="InvalidOperationException">
    /// A sample's outputs depend on the other samples or on chance (call eval() first), are not n or n × C real
    /// numbers, or depend on no parameter that requires a gradient.
    /// </exception>
    /// <exception cref="ArithmeticException">An output or a derivative is not finite.</exception>
    public Matrix Gram(
        Tensor x, TangentOutputs outputs, IProgress<double>? progress, CancellationToken cancellation = default) =>
        Run(x, cancellation, run => Blocks(run, x, outputs).Gram(x, progress));

    /// <summary>The mean of Θ over outputs between two sets of samples, n × n′.</summary>
    /// <param name="x">The samples of the rows, n × the module's input shape.</param>
    /// <param name="other">The samples of the columns, n′ × the same shape.</param>
    /// <param name="options">The progress. TorchSharp has its own threads.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <inheritdoc cref="Gram(Tensor, TangentOutputs, IProgress{double}, CancellationToken)"
    /// path="/*[not(self::param)]"/>
    public Matrix Cross(
        Tensor x, Tensor other, GramOptions? options = null, CancellationToken cancellation = default) =>
        Cross(x, other, TangentOutputs.Mean, options?.Progress, cancellation);

    /// <summary>Θ between two sets of samples: n × n′ or n C × n′ C.</summary>
    /// <inheritdoc cref="Cross(Tensor, Tensor, TangentOutputs, IProgress{double}, CancellationToken)"/>
    public Matrix Cross(
        Tensor x, Tensor other, TangentOutputs outputs, CancellationToken cancellation = default) =>
        Cross(x, other, outputs, null, cancellation);

    /// <summary>Θ between two sets of samples: n × n′ or n C × n′ C.</summary>
    /// <param name="x">The samples of the rows, n × the module's input shape.</param>
    /// <param name="other">The samples of the columns, n′ × the same shape.</param>
    /// <param name="outputs">The mean over outputs, or all pairs of outputs.</param>
    /// <param name="progress">Receives the part that is done, from 0 to 1.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <inheritdoc cref="Gram(Tensor, TangentOutputs, IProgress{double}, CancellationToken)"
    /// path="/*[not(self::param)]"/>
    public Matrix Cross(
        Tensor x,
        Tensor other,
        TangentOutputs outputs,
        IProgress<double>? progress,
        CancellationToken cancellation = default)
    {
        RequireSamples(other, nameof(other));
        RequireAlike(x, other);
        return Run(x, cancellation, run => Blocks(run, x, outputs).Cross(x, other, progress));
    }

    /// <summary>The mean of Θ over outputs of each sample with itself, n numbers.</summary>
    /// <param name="x">Samples, n × the module's input shape.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <inheritdoc cref="Gram(Tensor, TangentOutputs, IProgress{double}, CancellationToken)"
    /// path="/*[not(self::param)]"/>
    public double[] Diagonal(Tensor x, CancellationToken cancellation = default) =>
        Diagonal(x, new Watch(null, cancellation));

    double[] IWatchedDiagonal<Tensor>.Diagonal(Tensor x, Watch watch) => Diagonal(x, watch);

    private double[] Diagonal(Tensor x, Watch watch) =>
        Run(x, watch.Cancellation, run => Blocks(run, x, TangentOutputs.Mean).Diagonal(x, watch.Progress));

    /// <summary>
    /// The trace of the mean of Θ over outputs at n samples, Σ_i 1/C Σ_o Θ_oo(x_i, x_i).
    /// </summary>
    /// <param name="x">Samples, n × the module's input shape.</param>
    /// <param name="progress">Receives the part that is done, from 0 to 1.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <inheritdoc cref="Gram(Tensor, TangentOutputs, IProgress{double}, CancellationToken)"
    /// path="/*[not(self::param)]"/>
    public double Trace(Tensor x, IProgress<double>? progress, CancellationToken cancellation = default) =>
        Diagonal(x, new Watch(progress, cancellation)).Sum();

    /// <inheritdoc cref="Trace(Tensor, IProgress{double}, CancellationToken)"/>
    public double Trace(Tensor x, CancellationToken cancellation = default) => Trace(x, null, cancellation);

    /// <summary>
    /// The mean of Θ over outputs, times V. For a few columns and outputs it is computed as J (J′ᵀ v), one pair of
    /// passes for each of both, and for more in blocks of rows of the kernel.
    /// </summary>
    /// <param name="x">The samples of the rows, n × the module's input shape.</param>
    /// <param name="v">V, n′ × any number of columns.</param>
    /// <param name="other">The samples of the columns; those of x if null.</param>
    /// <param name="options">The progress. TorchSharp has its own threads.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <returns>The product, n × the columns of V.</returns>
    /// <exception cref="ArgumentException">
    /// V does not have one row for each sample, or the samples fail as in
    /// <see cref="Gram(Tensor, TangentOutputs, IProgress{double}, CancellationToken)"/>.
    /// </exception>
    /// <inheritdoc cref="Gram(Tensor, TangentOutputs, IProgress{double}, CancellationToken)"
    /// path="/*[not(self::param)]"/>
    public Matrix Multiply(
        Tensor x,
        Matrix v,
        Tensor? other = null,
        GramOptions? options = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(v);
        RequirePair(x, other);
        ProductFactor.Require(v, Count(x), Count(other ?? x));
        var product = Run(x, cancellation, run => run.OutputCount * v.Columns <= MostPasses
            ? TangentProducts.MeanTimes(run, x, other ?? x, v, options?.Progress)
            : null);
        return product is null
            ? KernelBlocks.Multiply(this, x, v, other, options ?? new(), cancellation)
            : ProductFactor.RequireFinite(product);
    }

    /// <summary>
    /// The alignment of targets with the kernel, α(y) = yᵀ Θ y/yᵀy with all pairs of outputs, computed as
    /// |J(x)ᵀ y|²/|y|² by one backward pass. The kernel is never formed. For a unit eigenvector it is the eigenvalue.
    /// </summary>
    /// <param name="x">Samples, n × the module's input shape.</param>
    /// <param name="y">Targets, n × C, not all 0.</param>
    /// <param name="progress">Receives the part that is done, from 0 to 1.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="ArgumentException">
    /// y does not have one row for each sample and one column for each output, or is 0, or the samples fail as in
    /// <see cref="Gram(Tensor, TangentOutputs, IProgress{double}, CancellationToken)"/>.
    /// </exception>
    /// <inheritdoc cref="Gram(Tensor, TangentOutputs, IProgress{double}, CancellationToken)"
    /// path="/*[not(self::param)]"/>
    public double Alignment(
        Tensor x, Matrix y, IProgress<double>? progress, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(y);
        TrainingData.RequireFinite(y, "target", nameof(y));
        var size = y.Data.Sum(v => v * v);
        return size > 0
            ? Run(x, cancellation, run =>
            {
                RequireRows(y, x, run.OutputCount, nameof(y));
                return TangentProducts.TransposeTimes(run, x, y, progress).Sum(ParameterChange.Square) / size;
            })
            : throw new ArgumentException("Expected targets that are not all 0; they are.", nameof(y));
    }

    /// <summary>The alignment of targets with the kernel, α(y) = yᵀ Θ y/yᵀy with all pairs of outputs.</summary>
    /// <inheritdoc cref="Alignment(Tensor, Matrix, IProgress{double}, CancellationToken)"/>
    public double Alignment(Tensor x, Matrix y, CancellationToken cancellation = default) =>
        Alignment(x, y, null, cancellation);

    /// <summary>f(x), n × C.</summary>
    /// <param name="x">Samples, n × the module's input shape.</param>
    /// <param name="progress">Receives the part that is done, from 0 to 1.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <inheritdoc cref="Gram(Tensor, TangentOutputs, IProgress{double}, CancellationToken)"
    /// path="/*[not(self::param)]"/>
    public Matrix Outputs(Tensor x, IProgress<double>? progress, CancellationToken cancellation = default) =>
        Run(x, cancellation, run => TangentProducts.Outputs(run, x, progress));

    /// <summary>f(x), n × C.</summary>
    /// <inheritdoc cref="Outputs(Tensor, IProgress{double}, CancellationToken)"/>
    public Matrix Outputs(Tensor x, CancellationToken cancellation = default) => Outputs(x, null, cancellation);

    /// <summary>
    /// Θ v with all pairs of outputs, (Θ v)_io = Σ_jp Θ_op(x_i, x′_j) v_jp, computed as J (J′ᵀ v). The kernel is never
    /// formed. The time is that of a few passes of the samples through the module, for any n and C.
    /// </summary>
    /// <param name="x">Samples, n × the module's input shape.</param>
    /// <param name="v">v, n′ × C.</param>
    /// <param name="other">The samples x′ of v's rows; those of x if null.</param>
    /// <param name="progress">Receives the part that is done, from 0 to 1.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <returns>Θ v, n × C.</returns>
    /// <exception cref="ArgumentException">
    /// v does not have one row for each sample and one column for each output, or the samples fail as in
    /// <see cref="Gram(Tensor, TangentOutputs, IProgress{double}, CancellationToken)"/>.
    /// </exception>
    /// <inheritdoc cref="Gram(Tensor, TangentOutputs, IProgress{double}, CancellationToken)"
    /// path="/*[not(self::param)]"/>
    public Matrix MultiplyOutputs(
        Tensor x, Matrix v, Tensor? other, IProgress<double>? progress, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(v);
        RequirePair(x, other);
        return Run(x, cancellation, run =>
        {
            RequireRows(v, other ?? x, run.OutputCount, nameof(v));
            return TangentProducts.Both(run, x, other ?? x, v, progress);
        });
    }

    /// <summary>Θ v with all pairs of outputs, computed as J (J′ᵀ v).</summary>
    /// <inheritdoc cref="MultiplyOutputs(Tensor, Matrix, Tensor, IProgress{double}, CancellationToken)"/>
    public Matrix MultiplyOutputs(
        Tensor x, Matrix v, Tensor? other = null, CancellationToken cancellation = default) =>
        MultiplyOutputs(x, v, other, null, cancellation);

    /// <summary>The names of the linear layers whose part of the kernel needs no Jacobian.</summary>
    /// <param name="x">Samples, n × the module's input shape.</param>
    /// <inheritdoc cref="Gram(Tensor, TangentOutputs, IProgress{double}, CancellationToken)"
    /// path="/*[not(self::param)]"/>
    public IReadOnlyList<string> LayersWithoutJacobian(Tensor x) =>
        Run(x, default, run => ModulePlan.Of(run, x, _options.Form).Layers.Select(layer => layer.Name).ToArray());

    // The parameters of 'body.0' are 'body.0.weight' and 'body.0.bias'.
    private static string LayerOf(string parameter) =>
        parameter.LastIndexOf('.') is >= 0 and var end ? parameter[..end] : "";

    // All samples are copied, since a model keeps them. A view serves a block, which is used at once.
    private static Tensor Chosen(Tensor samples, int[] chosen)
    {
        var isRange = chosen.Length > 0 && !chosen.Where((place, k) => place != chosen[0] + k).Any();
        return !isRange ? samples.index_select(0, torch.tensor(chosen, device: samples.device))
            : chosen.Length == samples.shape[0] ? samples.clone()
            : samples.narrow(0, chosen[0], chosen.Length);
    }

    internal T Run<T>(Tensor x, CancellationToken cancellation, Func<ModuleRun, T> work)
    {
        RequireSamples(x, nameof(x));
        using var scope = torch.NewDisposeScope();
        using var recording = torch.enable_grad();
        return DeviceMemory.Guarded(
            $"derivatives by {ParameterCount} parameters at {x.shape[0]} samples",
            "take fewer rows at once (ModuleTangentOptions.Rows), fewer samples, or a narrower module",
            () => work(ModuleProbe.Try(new(_module, Parameters, cancellation) { Output = _options.Output }, x)));
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
            throw new ArgumentException(
                $"Expected at least one sample, n x anything; came [{MessageText.Shape(x.shape)}].", name);
        }
    }

    private static void RequirePair(Tensor x, Tensor? other)
    {
        RequireSamples(x, nameof(x));
        RequireSamples(other ?? x, nameof(other));
        RequireAlike(x, other ?? x);
    }

    private static void RequireAlike(Tensor x, Tensor other)
    {
        if (!x.shape.AsSpan(1).SequenceEqual(other.shape.AsSpan(1)))
        {
            throw new ArgumentException(
                $"Expected samples of one shape; came [{MessageText.Shape(x.shape)}] "
                + $"and [{MessageText.Shape(other.shape)}].",
                nameof(other));
        }
    }

    private static void RequireRows(Matrix values, Tensor samples, long outputs, string name)
    {
        if (values.Rows != samples.shape[0] || values.Columns != outputs)
        {
            throw new ArgumentException(
                $"Expected {samples.shape[0]} x {outputs} numbers, a row for each sample and a column for each output; "
                + $"came {values.Rows} x {values.Columns}.",
                name);
        }
    }
}
