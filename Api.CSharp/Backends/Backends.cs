using System.Diagnostics.CodeAnalysis;

namespace HadamardNtk;

/// <summary>The backends there are.</summary>
public static class Backends
{
    /// <summary>The name of the backend with a BLAS.</summary>
    internal const string BlasName = "cpu-blas";

    /// <summary>Machine code on vectors, on all cores.</summary>
    public static IKernelBackend Cpu { get; } = new CpuBackend("cpu", new());

    /// <summary>One pair after the other on one thread: the definition.</summary>
    public static IKernelBackend Reference { get; } = new ReferenceBackend();

    /// <summary>Every pair in double-double, rounded once.</summary>
    public static IKernelBackend Exact { get; } = new ExactBackend();

    /// <summary>The fastest that is available everywhere.</summary>
    public static IKernelBackend Default => Cpu;

    /// <summary>All that are available here, those of <see cref="BackendRegistry"/> among them.</summary>
    public static IReadOnlyList<IKernelBackend> All =>
        [.. BackendRegistry.Names.Select(name => BackendRegistry.TryFind(name, out var backend, out _) ? backend : null).OfType<IKernelBackend>()];

    /// <summary>
    /// The cpu backend with inner products by a BLAS of this machine: OpenBLAS, MKL or Accelerate, the first that loads
    /// and multiplies rightly. It is searched for once. Its results depend on that library and on the blocks.
    /// </summary>
    /// <param name="backend">The backend, or null.</param>
    /// <param name="reason">Why there is none, or empty.</param>
    public static bool TryFindBlas([NotNullWhen(true)] out IKernelBackend? backend, out string reason) =>
        BackendRegistry.TryFind(BlasName, out backend, out reason);

    /// <summary>
    /// Whether this machine has a LAPACK that computes rightly: that of OpenBLAS, MKL or Accelerate, or one of its own. It is
    /// searched for once. Without it eigenvalues are computed for moderate sizes only, and slowly.
    /// </summary>
    /// <param name="description">One line: what it is and where it was found; or empty.</param>
    /// <param name="reason">Why there is none, what there is instead, and how to get one; or empty.</param>
    public static bool TryFindLapack(out string description, out string reason)
    {
        var isFound = DenseLibraries.TryFindNative(out var library, out var why);
        description = library?.Description ?? "";
        reason = isFound ? "" : $"{why} In its place {DenseLibraries.Own.Description}. To have one, {LapackSearch.HowToGetOne}.";
        return isFound;
    }

    /// <summary>The backend of a name, one of this library or one that was registered.</summary>
    /// <exception cref="ArgumentException">There is none, or it is not available here.</exception>
    public static IKernelBackend Find(string name) =>
        BackendRegistry.TryFind(name, out var backend, out var reason) ? backend
        : BackendRegistry.Names.Contains(name)
            ? throw new ArgumentException($"expected a backend that is available here, not '{name}': {reason}", nameof(name))
            : throw new ArgumentException(
                $"expected a backend that is available here ({string.Join(", ", All.Select(b => b.Name))}), not '{name}'", nameof(name));

    /// <summary>Makes the backend with a BLAS.</summary>
    internal static bool TryMakeBlas([NotNullWhen(true)] out IKernelBackend? backend, out string reason)
    {
        backend = ProductLibrary.TryFindNative(out var library, out reason) ? new CpuBackend(BlasName, new() { Products = library }) : null;
        return backend is not null;
    }
}
