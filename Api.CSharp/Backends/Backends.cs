using System.Diagnostics.CodeAnalysis;

namespace HadamardNtk;

/// <summary>The available backends.</summary>
/// <example><code>
/// var precise = kernel.Gram(x, new() { Backend = Backends.Exact });          // 32 digits, rounded once
/// foreach (var backend in Backends.All) Console.WriteLine($"{backend.Name}: {backend.Description}");
/// </code></example>
public static class Backends
{
    /// <summary>The name of the backend with a BLAS.</summary>
    internal const string BlasName = "cpu-blas";

    /// <summary>The backend that runs machine code on vectors, on all cores.</summary>
    public static IKernelBackend Cpu { get; } = new CpuBackend("cpu", new());

    /// <summary>The definition of the results: one pair after the other on one thread.</summary>
    public static IKernelBackend Reference { get; } = new ReferenceBackend();

    /// <summary>The backend that computes every pair in double-double and rounds once.</summary>
    public static IKernelBackend Exact { get; } = new ExactBackend();

    /// <summary>The fastest backend that is available everywhere.</summary>
    public static IKernelBackend Default => Cpu;

    /// <summary>All backends that are available here, those of <see cref="BackendRegistry"/> included.</summary>
    public static IReadOnlyList<IKernelBackend> All =>
        [
            .. BackendRegistry.Names
                .Select(name => BackendRegistry.TryFind(name, out var backend, out _) ? backend : null)
                .OfType<IKernelBackend>(),
        ];

    /// <summary>
    /// Finds the cpu backend with inner products by a BLAS of this machine. The BLAS is the first of OpenBLAS, MKL and
    /// Accelerate that loads and multiplies correctly. The search is done once. The results depend on the library and
    /// on the blocks.
    /// </summary>
    /// <param name="backend">The backend, or null.</param>
    /// <param name="reason">The reason why there is none, or an empty text.</param>
    public static bool TryFindBlas([NotNullWhen(true)] out IKernelBackend? backend, out string reason) =>
        BackendRegistry.TryFind(BlasName, out backend, out reason);

    /// <summary>
    /// Whether this machine has a LAPACK that computes correctly: that of OpenBLAS, MKL or Accelerate, or one of its
    /// own. The search is done once. Without a LAPACK, eigenvalues are computed for moderate sizes only, and slowly.
    /// </summary>
    /// <param name="description">One line that names the library and its place, or an empty text.</param>
    /// <param name="reason">The reason why there is none, its substitute and how to get one, or an empty text.</param>
    public static bool TryFindLapack(out string description, out string reason)
    {
        var isFound = DenseLibraries.TryFindNative(out var library, out var why);
        description = library?.Description ?? "";
        reason = isFound
            ? ""
            : $"{why} In its place {DenseLibraries.Own.Description}. To have one, {LapackSearch.HowToGetOne}.";
        return isFound;
    }

    /// <summary>Finds the backend of a name, one of this library or a registered one.</summary>
    /// <param name="name">The name, one of <see cref="BackendRegistry.Names"/>.</param>
    /// <exception cref="ArgumentException">No backend has the name, or it is not available here.</exception>
    public static IKernelBackend Find(string name) =>
        BackendRegistry.TryFind(name, out var backend, out var reason) ? backend
        : BackendRegistry.Names.Contains(name)
            ? throw new ArgumentException(
                $"expected a backend that is available here, not '{name}': {reason}", nameof(name))
            : throw new ArgumentException(
                $"expected a backend that is available here ({string.Join(", ", All.Select(b => b.Name))}), "
                + $"not '{name}'",
                nameof(name));

    /// <summary>Makes the backend with a BLAS.</summary>
    internal static bool TryMakeBlas([NotNullWhen(true)] out IKernelBackend? backend, out string reason)
    {
        backend = ProductLibrary.TryFindNative(out var library, out reason)
            ? new CpuBackend(BlasName, new() { Products = library })
            : null;
        return backend is not null;
    }
}
