namespace HadamardNtk;

/// <summary>A kernel of <see cref="SmallImagesStudy"/>.</summary>
/// <param name="Name">The name in tables and charts, as in "conv 5 pool".</param>
/// <param name="Notation">The network as text, without the word <c>image</c>, which the study puts before it.</param>
/// <param name="Readout">How the network goes from positions to its output.</param>
/// <param name="Kind">The tangent kernel, or the kernel of the Gaussian process.</param>
public sealed record ImageNetwork(
    string Name, string Notation, ImageReadout Readout, KernelKind Kind = KernelKind.Ntk)
{
    private const string Layer = "conv(w=1.41421356) relu";
    private const string Pool = "global_avg_pool dense";
    private const string Perceptron = "(dense(w=1.41421356) relu)^5 dense";

    /// <summary>A network of 3 x 3 convolutions with ReLU, a global pool and a read-out.</summary>
    /// <param name="depth">The number of convolutions, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no convolution.</exception>
    public static ImageNetwork Pooled(int depth) => new($"conv {depth} pool", $"{Layers(depth)} {Pool}", GlobalPool);

    /// <summary>The same with the channels of all positions side by side in place of the pool.</summary>
    /// <param name="depth">The number of convolutions, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no convolution.</exception>
    public static ImageNetwork Flattened(int depth) =>
        new($"conv {depth} flat", $"{Layers(depth)} flatten dense", ImageReadout.Flatten);

    /// <summary>The Myrtle network of 5 layers, with pools in the middle.</summary>
    public static ImageNetwork Myrtle { get; } = new("Myrtle-5", "myrtle(depth=5) dense", GlobalPool);

    /// <summary>The product of two branches of five convolutions each, f = h_1 ∗ h_2.</summary>
    public static ImageNetwork Product { get; } = new(
        "PNN pool", $"hadamard({Layers(5)}, {Layers(5)}) {Pool}", GlobalPool);

    /// <summary>
    /// A CCP of degree 3 whose factors are branches of five convolutions, f = h_1 ∗ (h_2 + 1) ∗ (h_3 + 1).
    /// </summary>
    public static ImageNetwork Ccp { get; } = new(
        "CCP pool",
        $"hadamard({Layers(5)}, sum({Layers(5)}, constant), sum({Layers(5)}, constant)) {Pool}",
        GlobalPool);

    /// <summary>The tangent kernel of a dense network of five hidden layers on the image as one row.</summary>
    public static ImageNetwork DenseNtk { get; } = new("dense NTK", Perceptron, ImageReadout.Row);

    /// <summary>The kernel of the Gaussian process of the same network.</summary>
    public static ImageNetwork DenseNngp { get; } = new("dense NNGP", Perceptron, ImageReadout.Row, KernelKind.Nngp);

    /// <summary>The kernel on images of a shape.</summary>
    internal InfiniteKernel KernelOf(SampleShape shape)
    {
        var network = Network.Parse(Notation);
        network = Readout == ImageReadout.Row ? network : network.WithShape(shape);
        return Kind == KernelKind.Ntk ? network.Ntk() : network.Nngp();
    }

    private static ImageReadout GlobalPool => ImageReadout.GlobalPool;

    private static string Layers(int depth)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(depth, 1);
        return $"({Layer})^{depth}";
    }
}
