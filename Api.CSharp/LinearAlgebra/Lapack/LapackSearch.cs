using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

namespace HadamardNtk;

/// <summary>
/// Finds the first LAPACK of this machine that loads and computes correctly. The one in the BLAS that was found comes
/// first.
/// </summary>
internal static class LapackSearch
{
    /// <summary>The advice for a machine without a LAPACK.</summary>
    internal const string HowToGetOne =
        "install OpenBLAS (libopenblas0 on Debian and Ubuntu, openblas on Fedora, Homebrew and conda) or Intel MKL; "
        + "macOS has Accelerate";

    // With this width the small matrices of the check have several panels.
    private const int ShortPanel = 16;

    private static readonly Lazy<(DenseLibrary? Lapack, string Reason)> _found =
        new(() => FirstOf(BlasSearch.TryFind(out var blas, out _) ? blas : null, Files));

    /// <summary>The names of other files to try: OpenBLAS with 64-bit sizes, and a separate LAPACK.</summary>
    internal static IReadOnlyList<string> Files =>
        OperatingSystem.IsWindows() ? ["libopenblas64_.dll", "liblapack.dll"]
        : OperatingSystem.IsMacOS() ? ["libopenblas64_.dylib", "liblapack.dylib"]
        : ["libopenblas64_.so.0", "libopenblas64.so.0", "libopenblas64_.so", "liblapack.so.3", "liblapack.so"];

    /// <summary>Searches once, and keeps the result.</summary>
    /// <param name="lapack">The library, or null.</param>
    /// <param name="reason">The reason why none was found, or empty.</param>
    internal static bool TryFind([NotNullWhen(true)] out DenseLibrary? lapack, out string reason)
    {
        (lapack, reason) = _found.Value;
        return lapack is not null;
    }

    /// <summary>Loads and verifies one file.</summary>
    /// <param name="file">A file name, looked up as the system does, or a path.</param>
    /// <returns>The library, or null and the reason.</returns>
    internal static (DenseLibrary? Lapack, string Reason) Open(string file)
    {
        if (!NativeLibrary.TryLoad(file, typeof(LapackSearch).Assembly, null, out var handle))
        {
            return (null, "cannot be loaded");
        }

        var symbols = new BlasSymbols(handle);
        return symbols.OpenBlasName("openblas_get_config") is { } config
            ? Verified("openblas", $"{symbols.Text(config)}; {file}", symbols, new(symbols))
            : Verified("lapack", file, symbols, new(symbols));
    }

    /// <summary>The first library that opens; if none does, the reason lists each one and its fault.</summary>
    /// <param name="blas">The BLAS that was found; null if there is none.</param>
    /// <param name="files">File names or paths, best first.</param>
    internal static (DenseLibrary? Lapack, string Reason) FirstOf(FoundBlas? blas, IReadOnlyList<string> files)
    {
        var reasons = new List<string>();
        foreach (var (name, open) in Attempts(blas, files))
        {
            var (lapack, reason) = open();
            if (lapack is not null)
            {
                return (lapack, "");
            }

            reasons.Add($"{name} {reason.TrimEnd(' ', '.')}");
        }

        return (null, $"No LAPACK: {string.Join("; ", reasons)}.");
    }

    private static IEnumerable<(string Name, Func<(DenseLibrary? Lapack, string Reason)> Open)> Attempts(
        FoundBlas? blas, IReadOnlyList<string> files)
    {
        if (blas is not null)
        {
            yield return (blas.Name, () => Verified(blas.Name, blas.About, blas.Blas.Symbols, blas.Blas.Threads));
        }

        foreach (var file in files)
        {
            yield return (file, () => Open(file));
        }
    }

    private static (DenseLibrary? Lapack, string Reason) Verified(
        string name, string about, BlasSymbols symbols, BlasThreads threads)
    {
        var verdict = "lacks dpotrf, or another routine of LAPACK";
        foreach (var names in LapackNames.Of(symbols.Handle))
        {
            var (twice, single) = Algebras(names, new(threads), out var bits);
            var lapack = new DenseLibrary(
                name, $"{name}: {about}, sizes of {bits} bits, verified on loading", twice, single);
            if (LapackCheck.TryPass(
                lapack with { Double = twice.WithPanel(ShortPanel), Single = single.WithPanel(ShortPanel) },
                out verdict))
            {
                return (lapack, "");
            }
        }

        return (null, verdict);
    }

    private static (NativeAlgebra<double> Double, NativeAlgebra<float> Single) Algebras(
        LapackNames names, LapackTurn turn, out int bits)
    {
        var (twice, single) = (new LapackRoutines<double>(names), new LapackRoutines<float>(names));
        bits = twice.HasWideSizes ? 64 : 32;
        return (new(twice, turn), new(single, turn));
    }
}
