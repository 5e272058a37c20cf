using HadamardNtk.Core;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace HadamardNtk;

/// <summary>
/// A network of finite width as a TorchSharp module, from samples (n × d) to outputs (n × C). It is the same function
/// as <see cref="FiniteNetwork"/> with the same width, features and seed, and has the same parameters.
/// </summary>
/// <remarks>
/// <para>
/// Its dense layers are the modules <c>dense1</c>, <c>dense2</c>, … in the order in which they are drawn, each with a
/// <c>weight</c> and, if b ≠ 0, a <c>bias</c> (<see cref="DenseLayer"/>). A layer that a <c>let</c> shares is one
/// module. Parameters of layers with <c>trained=false</c> require no gradient. A stated width
/// (<c>dense(width=64)</c>) is kept; every other dense layer has the width of the call, but the read-out has one
/// channel.
/// </para>
/// <para>
/// Networks on images and sequences take flat rows as well, in the order of <see cref="SampleShape"/>. A dense layer acts
/// at every position, and self-attention is two dense layers: that of its queries, keys and values, and that of its
/// outputs.
/// </para>
/// <para>
/// The module has all that TorchSharp's modules have: <c>to(torch.CUDA)</c>, <c>state_dict</c>, <c>save</c> and
/// <c>load</c> in TorchSharp's format. A file holds the parameters; the network itself is not in it.
/// </para>
/// </remarks>
/// <example><code>
/// var module = Network.Parse("(dense(w=1.41421356) relu)^2 dense").ToModule(features: 784, width: 1024, seed: 1);
/// using var outputs = module.call(x);
/// </code></example>
public sealed class NetworkModule : torch.nn.Module<Tensor, Tensor>
{
    // Drawing takes nearly all of the time, and copying to tensors the rest.
    private const double DrawnPart = 0.9;

    private readonly SignalStep[] _steps;
    private readonly int _root;

    private NetworkModule(
        Network network, int width, long seed, Core.FiniteNetwork finite, IReadOnlyList<DenseLayer> layers)
        : base(nameof(NetworkModule))
    {
        (Network, Width, Seed, Layers) = (network, width, seed, layers);
        (Features, Outputs) = (finite.Features, finite.Channels);
        for (var k = 0; k < Layers.Count; k++)
        {
            register_module($"dense{k + 1}", Layers[k]);
        }

        var plan = new SignalPlan(finite, Layers);
        (_steps, _root) = (plan.Steps, plan.Root);
    }

    /// <summary>The network.</summary>
    public Network Network { get; }

    /// <summary>The width of every dense layer that states none.</summary>
    public int Width { get; }

    /// <summary>The seed from which the parameters were drawn.</summary>
    public long Seed { get; }

    /// <summary>d, the number of features of a sample.</summary>
    public int Features { get; }

    /// <summary>C, the number of outputs.</summary>
    public int Outputs { get; }

    /// <summary>The dense layers in the order in which they are drawn.</summary>
    public IReadOnlyList<DenseLayer> Layers { get; }

    /// <summary>f(x), n × C, for samples n × d.</summary>
    /// <param name="x">Samples in the precision and on the device of the parameters.</param>
    /// <exception cref="ArgumentException">x is no matrix with d columns.</exception>
    public override Tensor forward(Tensor x) => Run(x, null).Value;

    /// <summary>
    /// f(x) and its change J(x) dp along changes dp of the parameters, by forward mode, n × C each. The change is null
    /// if f depends on none of them. With changes, f(x) itself has no derivatives by the parameters.
    /// </summary>
    /// <param name="x">Samples.</param>
    /// <param name="change">The changes of a layer's weight and bias.</param>
    internal (Tensor Value, Tensor? Tangent) Run(
        Tensor x, Func<DenseLayer, (Tensor? Weight, Tensor? Bias)>? change)
    {
        RequireSamples(x);
        using var scope = torch.NewDisposeScope();
        var (values, tangents) = (new Tensor[_steps.Length + 1], new Tensor?[_steps.Length + 1]);
        var at = new SignalValues(values, tangents, change ?? (_ => default));
        values[0] = x;
        for (var k = 0; k < _steps.Length; k++)
        {
            values[k + 1] = change is null ? _steps[k].Value(at) : Still(_steps[k], at);
            tangents[k + 1] = change is null ? null : _steps[k].Tangent(at);
        }

        // The input belongs to the caller.
        var value = _root == 0 ? x.alias() : OfEachRow(values[_root], x);
        var tangent = tangents[_root] is { } found ? OfEachRow(found, x) : null;
        return (value.MoveToOuterDisposeScope(), tangent?.MoveToOuterDisposeScope());
    }

    /// <summary>Reads a network at a width.</summary>
    internal static NetworkModule Of(
        Network network, int features, int width, long seed, Precision precision, Watch watch)
    {
        watch.Cancellation.ThrowIfCancellationRequested();
        var finite = FiniteNetworkModule.createTold(
            watch.Stage(0, DrawnPart).Told(), width, features, seed, network.Core);
        var layers = new List<DenseLayer>();
        try
        {
            Add(layers, finite, precision, watch.Stage(DrawnPart, 1));
            return new(network, width, seed, finite, layers);
        }
        catch
        {
            layers.ForEach(layer => layer.Dispose());
            throw;
        }
    }

    private static void Add(List<DenseLayer> layers, Core.FiniteNetwork finite, Precision precision, Watch watch)
    {
        var (values, all) = (FiniteNetworkModule.parameters(finite), FiniteNetworkModule.weights(finite));
        var done = new StepProgress(watch.Progress, values.Length);
        foreach (var weights in all)
        {
            watch.Cancellation.ThrowIfCancellationRequested();
            layers.Add(new(weights, values.AsSpan(weights.Offset, (int)weights.Count), precision));
            done.Add(weights.Count);
        }
    }

    private static Tensor Still(SignalStep step, SignalValues at)
    {
        using var still = torch.no_grad();
        return step.Value(at);
    }

    // A signal that does not depend on the sample has one row for all of them.
    private static Tensor OfEachRow(Tensor signal, Tensor x) =>
        signal.shape[0] == x.shape[0] ? signal : signal.expand(x.shape[0], -1);

    private void RequireSamples(Tensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        if (x.dim() != 2 || x.shape[1] != Features)
        {
            throw new ArgumentException(
                $"Expected samples n x {Features}; came [{MessageText.Shape(x.shape)}].", nameof(x));
        }
    }
}
