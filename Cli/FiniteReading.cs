using TorchSharp;

namespace HadamardNtk.Cli;

/// <summary>A network that is read at a width, once for each seed: by the core, or on tensors.</summary>
internal abstract class FiniteReading
{
    /// <summary>The name of the reading by the core, which defines the kernel.</summary>
    internal const string Core = "core";

    /// <summary>The number of parameters of one network.</summary>
    internal long Parameters { get; private protected set; }

    /// <summary>The device of a name; null for the core.</summary>
    /// <exception cref="UsageException">Layers are asked for without tensors.</exception>
    /// <exception cref="ArgumentException">
    /// The device is unknown or not available; the message has the reason.
    /// </exception>
    internal static string? Device(string name, bool withLayers)
    {
        if (name == Core)
        {
            return withLayers
                ? throw new UsageException("Expected --layers with --backend torch or cuda; the core has no layers.")
                : null;
        }

        if (!KnownBackends.OfTensors.Contains(name.Split(':')[0]))
        {
            throw new UsageException($"--backend takes core, torch, cuda or cuda:N here, not '{name}'.");
        }

        _ = KnownBackends.Find(name);
        return name == "torch" ? "cpu" : name;
    }

    /// <summary>The reading of a network on a device, or by the core if it is null.</summary>
    internal static FiniteReading Of(
        string? device, Network network, int width, Matrix samples, Matrix? others, CancellationToken stop) =>
        device is null
            ? new ByCore(network, width, samples, others, stop)
            : new OnTensors(device, network, width, samples, others, stop);

    /// <summary>The reading of a network on graphs, by the core.</summary>
    internal static FiniteReading Of(
        Network network, int width, GraphSet graphs, GraphSet? others, CancellationToken stop) =>
        new OnGraphs(network, width, graphs, others, stop);

    /// <summary>The tangent kernel of the network with the parameters of a seed.</summary>
    internal abstract Matrix Kernel(long seed);

    /// <summary>The trace of the part of each dense layer.</summary>
    internal abstract IReadOnlyList<(string Name, double Trace)> Layers(long seed);

    private sealed class ByCore(
        Network network, int width, Matrix samples, Matrix? others, CancellationToken stop) : FiniteReading
    {
        internal override Matrix Kernel(long seed)
        {
            var finite = FiniteNetwork.Create(network, width, samples.Columns, seed);
            Parameters = finite.ParameterCount;
            return others is null
                ? finite.Ntk().Gram(samples, null, stop)
                : finite.Ntk().Cross(samples, others, null, stop);
        }

        internal override IReadOnlyList<(string Name, double Trace)> Layers(long seed) => [];
    }

    private sealed class OnGraphs(
        Network network, int width, GraphSet graphs, GraphSet? others, CancellationToken stop) : FiniteReading
    {
        internal override Matrix Kernel(long seed)
        {
            var finite = FiniteNetwork.Create(network, width, graphs.Features, seed);
            Parameters = finite.ParameterCount;
            return others is null
                ? finite.GraphKernel().Gram(graphs, null, stop)
                : finite.GraphKernel().Cross(graphs, others, null, stop);
        }

        internal override IReadOnlyList<(string Name, double Trace)> Layers(long seed) => [];
    }

    /// <summary>The code for tensors is a class of its own, so that other runs do not load TorchSharp.</summary>
    private sealed class OnTensors(
        string device, Network network, int width, Matrix samples, Matrix? others, CancellationToken stop)
        : FiniteReading
    {
        internal override Matrix Kernel(long seed) => With(
            seed,
            (kernel, x) => others is null ? kernel.Gram(x, null, stop) : kernel.Cross(x, Tensor(others), null, stop),
            () => new Matrix(new double[samples.Rows, (others ?? samples).Rows]));

        internal override IReadOnlyList<(string Name, double Trace)> Layers(long seed) => With(
            seed, (kernel, x) => kernel.Layers.Select(part => (part.Name, part.Kernel.Trace(x, stop))).ToArray(),
            () => []);

        private T With<T>(long seed, Func<ModuleTangentKernel, torch.Tensor, T> work, Func<T> withoutTraining)
        {
            using var scope = torch.NewDisposeScope();
            using var module = network.ToModule(samples.Columns, width, seed, Precision.Float64);
            module.to(torch.device(device));
            Parameters = module.parameters().Sum(p => p.numel());
            return module.parameters().Any(p => p.requires_grad)
                ? work(ModuleTangentKernel.Create(module), Tensor(samples))
                : withoutTraining();
        }

        private torch.Tensor Tensor(Matrix m) => torch.tensor(
            m.AsSpan().ToArray(), [m.Rows, m.Columns], dtype: torch.ScalarType.Float64, device: torch.device(device));
    }
}
