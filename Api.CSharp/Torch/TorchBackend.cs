using System.Diagnostics.CodeAnalysis;

namespace HadamardNtk;

/// <summary>
/// Computes kernels by TorchSharp tensors, on the processor or on a GPU. It runs the same program as every backend.
/// </summary>
/// <remarks>
/// A network on images or sequences is computed by whole blocks, the values at all pairs of positions of two samples.
/// Where those of one pair do not fit the device's memory, an <see cref="InsufficientMemoryException"/> says how many
/// bytes they take. A <see cref="NetworkRefusedException"/> refuses attention, activations without a closed form, and
/// derivatives.
/// </remarks>
/// <example><code>
/// if (TorchBackend.TryCreate("cuda", out var backend, out var reason))
/// {
///     Matrix gram = network.Ntk().Gram(pixels, new() { Backend = backend, Precision = Precision.Float32 });
/// }
/// else
/// {
///     Console.WriteLine(reason);                                  // no GPU, no driver, no libtorch: in one line
/// }
/// </code></example>
public static class TorchBackend
{
    /// <summary>
    /// Creates the backend on a device. Libtorch is searched in the folder that
    /// <see cref="TorchSettings.LibtorchFolder"/> or else the environment variable HNTK_LIBTORCH names; if neither
    /// names one, beside the program and then in NuGet's cache. No code of TorchSharp runs before libtorch is loaded.
    /// If a library or a device is missing, the result is false, with the reason.
    /// </summary>
    /// <param name="device"><c>cpu</c>, <c>cuda</c>, or <c>cuda:1</c> for the second GPU.</param>
    /// <param name="backend">
    /// The backend, or null. Its name is <c>torch</c> on the processor, else that of the device.
    /// </param>
    /// <param name="reason">The reason why there is none, and a remedy, in one line; or empty.</param>
    public static bool TryCreate(string device, [NotNullWhen(true)] out IKernelBackend? backend, out string reason) =>
        TryCreate(device, new(), out backend, out reason);

    /// <inheritdoc cref="TryCreate(string, out IKernelBackend?, out string)" path="/*[not(self::param)]"/>
    /// <param name="device"><c>cpu</c>, <c>cuda</c>, or <c>cuda:1</c> for the second GPU.</param>
    /// <param name="settings">The settings of the backend.</param>
    /// <param name="backend">The backend, or null.</param>
    /// <param name="reason">The reason why there is none, and a remedy, in one line; or empty.</param>
    public static bool TryCreate(
        string device, TorchSettings settings, [NotNullWhen(true)] out IKernelBackend? backend, out string reason)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(settings);
        if (TorchDevice.TryParse(device, out var parsed))
        {
            (backend, reason) = Create(parsed, settings);
            return backend is not null;
        }

        (backend, reason) = (null, $"expected the device cpu, cuda or cuda:N, not '{device}'");
        return false;
    }

    private static (IKernelBackend? Backend, string Reason) Create(TorchDevice device, TorchSettings settings)
    {
        var missing = NativeTorch.Missing(device, settings.LibtorchFolder);
        return missing.Length == 0 ? (new TensorBackend(device, settings), "") : (null, missing);
    }
}
