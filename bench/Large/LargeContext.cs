namespace HadamardNtk.Bench;

/// <summary>What all parts of a run share.</summary>
internal sealed class LargeContext
{
    private readonly Lazy<Peak> _peak;

    internal LargeContext(LargeOptions options)
    {
        (Options, _peak) = (options, new(() => Peak.Measure(options)));
        (Blas, BlasReason) = options.IgnoresBlas ? (null, "it is not wanted.")
            : ProductLibrary.TryFindNative(out var library, out var reason) ? (library as BlasLibrary, "")
            : (null, reason);
        (Lapack, LapackReason) = options.IgnoresBlas ? (null, BlasReason)
            : DenseLibraries.TryFindNative(out var lapack, out var why) ? (lapack, "")
            : (null, why);
    }

    /// <summary>What is asked for.</summary>
    internal LargeOptions Options { get; }

    /// <summary>A BLAS of this machine; null where there is none.</summary>
    internal BlasLibrary? Blas { get; }

    /// <summary>Why there is none.</summary>
    internal string BlasReason { get; }

    /// <summary>A LAPACK of this machine; null where there is none.</summary>
    internal DenseLibrary? Lapack { get; }

    /// <summary>Why there is none.</summary>
    internal string LapackReason { get; }

    /// <summary>The number of cores.</summary>
    internal static int Cores => Environment.ProcessorCount;

    /// <summary>The machine at its best, measured once in the run.</summary>
    internal Peak Peak => _peak.Value;

    /// <summary>A full size, or what stands for it in a quick run.</summary>
    internal int Size(int full, int quick) => Options.IsQuick ? quick : full;

    /// <summary>A cpu backend with a library's inner products.</summary>
    internal static GramOptions With(ProductLibrary library, Precision precision) =>
        new() { Precision = precision, Backend = new CpuBackend(new CpuSettings { Products = library }) };
}
