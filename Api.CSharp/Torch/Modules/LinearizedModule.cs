using TorchSharp;
using TorchSharp.Modules;
using Tensor = TorchSharp.torch.Tensor;

namespace HadamardNtk;

/// <summary>
/// A module f linearized at its present parameters θ₀, as a module itself: f(x; θ₀) + J(x) δ. Its parameters are the
/// changes δ, which have the names and shapes of f's trained parameters and are 0 at first. It is trained as any
/// module.
/// </summary>
/// <remarks>
/// <para>
/// Of a <see cref="NetworkModule"/>, J(x) δ is computed by forward mode: a pass costs twice that of f, a step of
/// training about 1.7 times one of f. Of another module it is the derivative by u of ⟨J(x)ᵀ u, δ⟩, so that its
/// operations need second derivatives. A call of <c>backward()</c> on it then also changes the gradients stored in f's
/// parameters; name the parameters by <c>inputs</c>, as <see cref="ModuleTrainer"/> does.
/// </para>
/// <para>
/// The module f is kept, not copied, and is no part of this one: <c>parameters()</c>, <c>save</c> and <c>to</c> know
/// the changes alone. Move f to its device first. Neither train nor freeze f while its linearization is in use.
/// </para>
/// </remarks>
/// <example><code>
/// var linearized = LinearizedModule.Of(module);
/// ModuleTrainer.Train(linearized, x, targets, new() { Optimizer = ModuleOptimizer.Sgd(0.1) });
/// </code></example>
public sealed class LinearizedModule : torch.nn.Module<Tensor, Tensor>
{
    private readonly Dictionary<DenseLayer, (string? Weight, string? Bias)> _layers;
    private readonly string[] _names;
    private readonly Tensor[] _values;
    private bool _isTried;

    private LinearizedModule(torch.nn.Module<Tensor, Tensor> module, TrainedParameters parameters)
        : base(nameof(LinearizedModule))
    {
        (Base, _names, _values) = (module, parameters.Names, parameters.Values);
        foreach (var (name, value) in parameters.Names.Zip(parameters.Values))
        {
            using var scope = torch.NewDisposeScope();
            var zeros = torch.zeros(value.shape, value.dtype, value.device).DetachFromDisposeScope();
            var change = new Parameter(zeros);
            change.DetachFromDisposeScope();
            register_parameter(Own(name), change);
        }

        string? Known(string name) => parameters.Names.Contains(name) ? Own(name) : null;
        _layers = module.named_modules()
            .Where(m => module is NetworkModule && m.module is DenseLayer)
            .ToDictionary(
                m => (DenseLayer)m.module, m => (Known($"{m.name}.weight"), Known($"{m.name}.bias")));
    }

    /// <summary>f, with the parameters θ₀.</summary>
    public torch.nn.Module<Tensor, Tensor> Base { get; }

    /// <summary>δ by the names of f's parameters.</summary>
    public IReadOnlyDictionary<string, Parameter> Changes =>
        _names.ToDictionary(name => name, name => get_parameter(Own(name))!);

    /// <summary>The linearization of a module at its present parameters, with δ = 0.</summary>
    /// <param name="module">The module.</param>
    /// <exception cref="InvalidOperationException">
    /// No parameter requires a gradient, or one is neither float32 nor float64.
    /// </exception>
    public static LinearizedModule Of(torch.nn.Module<Tensor, Tensor> module)
    {
        ArgumentNullException.ThrowIfNull(module);
        return new(module, TrainedParameters.Of(module));
    }

    /// <summary>f(x; θ₀) + J(x) δ, n × C or n numbers, as f gives them.</summary>
    /// <param name="x">Samples, n × f's input shape. They require no gradient.</param>
    /// <exception cref="NotSupportedException">x requires a gradient.</exception>
    /// <exception cref="InvalidOperationException">
    /// f is no <see cref="NetworkModule"/> and has no second derivatives, treats samples together or by chance, or one
    /// of its parameters was frozen since.
    /// </exception>
    public override Tensor forward(Tensor x)
    {
        if (x.requires_grad && torch.is_grad_enabled())
        {
            throw new NotSupportedException(
                "Expected samples that require no gradient: a linearized module has derivatives by its changes alone. "
                + "Detach the samples, or differentiate the module itself.");
        }

        using var scope = torch.NewDisposeScope();
        var (value, change) = Base is NetworkModule network ? network.Run(x, ChangeOf) : Twice(x);
        return (change is null ? value : value.add(change, Held.One)).MoveToOuterDisposeScope();
    }

    /// <summary>The linearization with given changes of some parameters.</summary>
    internal static LinearizedModule Of(
        torch.nn.Module<Tensor, Tensor> module, TrainedParameters parameters, double[][] change)
    {
        var linearized = new LinearizedModule(module, parameters);
        using var scope = torch.NewDisposeScope();
        using var still = torch.no_grad();
        foreach (var (name, values) in parameters.Names.Zip(ParameterChange.Of(parameters, change)))
        {
            linearized.get_parameter(Own(name))!.copy_(values);
        }

        return linearized;
    }

    // The name of a parameter of a module may have no dot.
    private static string Own(string name) => name.Replace('.', '/');

    private (Tensor? Weight, Tensor? Bias) ChangeOf(DenseLayer layer)
    {
        var (weight, bias) = _layers[layer];
        return (
            weight is null ? null : get_parameter(weight),
            bias is null ? null : get_parameter(bias));
    }

    private (Tensor Value, Tensor? Change) Twice(Tensor x)
    {
        ModuleProbe.RequireNoDropout(Base);
        RequireTrained();
        Try(x);
        using var recording = torch.enable_grad();
        var outputs = Base.call(x);
        Tensor[] changes = [.. _names.Select(name => get_parameter(Own(name))!)];
        return (outputs.detach(), Derivatives.DifferentiableTimes(Derivatives.Tie(outputs, _values), _values, changes));
    }

    // Autograd ends the process where it is asked for a derivative by a tensor that requires none.
    private void RequireTrained()
    {
        var frozen = Array.FindIndex(_values, value => !value.requires_grad);
        if (frozen >= 0)
        {
            throw new InvalidOperationException(
                "Expected the parameters to require a gradient that did so when the module was linearized; "
                + $"'{_names[frozen]}' requires none. Set its requires_grad, or linearize the module again.");
        }
    }

    // The module is tried once, by calls that throw where others end the process.
    private void Try(Tensor x)
    {
        if (!_isTried)
        {
            _isTried = ModuleTangentKernel.Create(Base).Run(x, default, run =>
            {
                Derivatives.RequireSecond(run.Differentiable(x.narrow(0, 0, 1)), _values);
                return true;
            });
        }
    }
}
