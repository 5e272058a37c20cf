using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

namespace HadamardNtk;

/// <summary>Loads a BLAS by the name of its file, and says what it is.</summary>
internal static unsafe class BlasLoader
{
    private const string Accelerate = "/System/Library/Frameworks/Accelerate.framework/Accelerate";

    /// <summary>Where to look on this system, best first.</summary>
    internal static IReadOnlyList<string> Files =>
        OperatingSystem.IsWindows() ? ["openblas.dll", "libopenblas.dll", "mkl_rt.2.dll"]
        : OperatingSystem.IsMacOS() ? [Accelerate, "libopenblas.dylib"]
        : ["libopenblas.so.0", "libopenblas.so", "libmkl_rt.so.2", "libmkl_rt.so"];

    /// <summary>Loads <paramref name="file"/>, unless it cannot be called as we call it.</summary>
    /// <param name="file">A file name, looked up as the system does, or a path.</param>
    /// <param name="blas">The library, or null.</param>
    /// <param name="reason">Why not, or empty.</param>
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

    // Before any other call: MKL takes 32-bit counts (0) and its sequential layer (1), unless someone chose before us.
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
