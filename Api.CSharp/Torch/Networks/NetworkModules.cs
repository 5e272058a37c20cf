namespace HadamardNtk;

/// <summary>Networks as TorchSharp modules.</summary>
public static class NetworkModules
{
    /// <summary>A network read at a width as a module, with parameters drawn from a seed.</summary>
    /// <param name="network">The network.</param>
    /// <param name="features">d, the number of features of a sample, at least 1.</param>
    /// <param name="width">m, the width of every dense layer that states none, at least 1.</param>
    /// <param name="seed">The seed, which may be any number.</param>
    /// <param name="precision">
    /// The precision of the parameters. They are drawn in float64 and rounded. Samples need the same precision.
    /// </param>
    /// <param name="progress">Receives the part of the parameters that are in the module, from 0 to 1.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="ArgumentException">
    /// Widths do not fit (a stated one against m, or more features than m where the raw input meets wide signals), the
    /// network reads graphs, or there are more parameters than one array holds.
    /// </exception>
    /// <exception cref="NotSupportedException">An activation is a function of your own.</exception>
    /// <exception cref="DllNotFoundException">libtorch is missing; the message says how to have it.</exception>
    public static NetworkModule ToModule(
        this Network network,
        int features,
        int width,
        long seed,
        Precision precision = Precision.Float32,
        IProgress<double>? progress = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(network);
        NativeTorch.Require();
        return NetworkModule.Of(network, features, width, seed, precision, new(progress, cancellation));
    }

    extension(Network)
    {
        /// <summary>
        /// The network of infinite width that a module is a finite reading of. It may be a <see cref="NetworkModule"/>,
        /// or a Sequential (of Sequentials) of Linear, Conv2d, AvgPool2d, AdaptiveAvgPool2d(1), LayerNorm, Flatten and
        /// activations of the notation.
        /// </summary>
        /// <remarks>
        /// A linear layer is <c>dense(w, b, width, param=standard)</c> with w = √fan_in · √(mean W²) and
        /// b = √(mean b²) of its present parameters, so that a network of these layers is distributed as the module
        /// was initialized, and its tangent kernel is that of gradient descent on the module's own parameters. Frozen
        /// layers have <c>trained=false</c>. A convolution is read likewise, and the network names no shape of images:
        /// <see cref="NetworkPositions.WithShape"/> gives it one. A LayerNorm without parameters of its own, directly behind a linear layer,
        /// is <c>layer_norm</c>: there the mean that it subtracts vanishes in the limit. Dropout in evaluation mode is
        /// left out.
        /// </remarks>
        /// <param name="module">The module.</param>
        /// <exception cref="NotSupportedException">
        /// A layer cannot be read. The message has its name, the reason and a remedy.
        /// </exception>
        public static Network FromModule(TorchSharp.torch.nn.Module module)
        {
            ArgumentNullException.ThrowIfNull(module);
            return ModuleReader.Of(module);
        }
    }
}
