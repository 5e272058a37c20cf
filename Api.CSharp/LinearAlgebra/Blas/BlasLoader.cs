using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

namespace HadamardNtk;

/// <summary>Loads a BLAS by the name of its file, and identifies it.</summary>
internal static unsafe class BlasLoader
{
    private const string Accelerate = "/System/Library/Frameworks/Accelerate.framework/Accelerate";

    /// <summary>The names of the files to try on this system, the best one first.</summary>
    internal static IReadOnlyList<string> Files =>
        OperatingSystem.IsWindows() ? ["openblas.dll", "libopenblas.dll", "mkl_rt.2.dll"]
        : OperatingSystem.IsMacOS() ? [Accelerate, "libopenblas.dylib"]
        : ["libopenblas.so.0", "libopenblas.so", "libmkl_rt.so.2", "libmkl_rt.so"];

    /// <summary>Loads a library, unless its functions or sizes differ from those that are called here.</summary>
    /// <param name="file">A file name, looked up as the system does, or a path.</param>
    /// <param name="blas">The library, or null.</param>
    /// <param name="reason">The reason why not, or empty.</param>
    internal static bool TryLoad(string file, [NotNullWhen(true)] out Blas? blas, out string reason)
    {
        blas = null;
        if (!NativeLibrary.TryLoad(file, typeof(BlasLoader).Assembly, null, out var handle))
        {
            reason = "cannot be loaded";
            return false;
        }

        return TryName(file, new BlasSymbols(handle), out blas, out reason);
    }

    private static bool TryName(
        string file, BlasSymbols symbols, [NotNullWhen(true)] out Blas? blas, out string reason)
    {
        var name = NameOf(file, symbols);
        reason = Missing(symbols) is { } missing ? $"lacks {missing}"
            : name == "" ? "is not OpenBLAS, MKL or Accelerate"
            : HasWideCounts(symbols) ? "counts in 64 bits (ILP64), where 32 are expected (LP64)"
            : "";
        blas = reason == "" ? new Blas(name, Version(symbols), symbols) : null;
        return blas is not null;
    }

    private static string? Missing(BlasSymbols symbols) => Blas.Needed.FirstOrDefault(name => symbols.Find(name) == 0);

    private static string NameOf(string file, BlasSymbols symbols) =>
        symbols.Find("openblas_get_config") != 0 ? "openblas"
        : symbols.Find("MKL_Get_Version_String") != 0 ? "mkl"
        : file == Accelerate ? "accelerate"
        : "";

    private static string Version(BlasSymbols symbols) =>
        symbols.Find("openblas_get_config") != 0 ? symbols.Text("openblas_get_config")
        : symbols.Find("MKL_Get_Version_String") != 0 ? symbols.FilledText("MKL_Get_Version_String")
        : $"Accelerate of {RuntimeInformation.OSDescription}";

    private static bool HasWideCounts(BlasSymbols symbols) =>
        symbols.Find("openblas_get_config") != 0
            ? symbols.Text("openblas_get_config").Contains("USE64BITINT", StringComparison.Ordinal)
            : symbols.Find("MKL_Set_Interface_Layer") != 0 && IsWideMkl(symbols);

    // The first call to MKL chooses 32-bit sizes (0) and its sequential layer (1), unless they were chosen before.
    private static bool IsWideMkl(BlasSymbols symbols)
    {
        var layer = ((delegate* unmanaged<int, int>)symbols.Find("MKL_Set_Interface_Layer"))(0);
        var threading = (delegate* unmanaged<int, int>)symbols.Find("MKL_Set_Threading_Layer");
        if (threading != null)
        {
            threading(1);
        }

        return layer is 1 or 3;
    }
}
