using TorchSharp;

namespace HadamardNtk;

/// <summary>A network of finite width before training: its outputs and its kernel at all samples.</summary>
internal sealed class InitialNetwork
{
    private InitialNetwork(StudyNetwork network, int width, int seed, double[] outputs, Matrix kernel) =>
        (Network, Width, Seed, Outputs, Kernel) = (network, width, seed, outputs, kernel);

    internal StudyNetwork Network { get; }

    internal int Width { get; }

    internal int Seed { get; }

    /// <summary>f at all samples before training.</summary>
    internal double[] Outputs { get; }

    /// <summary>Θ at all samples before training.</summary>
    internal Matrix Kernel { get; }

    internal static InitialNetwork Of(
        StudyNetwork network, int width, LinearizedData data, int seed, CancellationToken cancellation)
    {
        using var scope = torch.NewDisposeScope();
        using var module = Module(network, width, data, seed, cancellation);
        var x = data.Tensor;
        var kernel = ModuleTangentKernel.Create(module);
        return new(network, width, seed, kernel.Outputs(x, cancellation).Data, kernel.Gram(x, null, cancellation));
    }

    /// <summary>The network as a module with the parameters before training.</summary>
    internal NetworkModule Module(LinearizedData data, CancellationToken cancellation) =>
        Module(Network, Width, data, Seed, cancellation);

    private static NetworkModule Module(
        StudyNetwork network, int width, LinearizedData data, int seed, CancellationToken cancellation) =>
        network.Network.ToModule(data.X.Columns, width, seed, Precision.Float64, null, cancellation);
}
