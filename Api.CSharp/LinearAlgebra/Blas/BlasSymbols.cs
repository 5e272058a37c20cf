using System.Runtime.InteropServices;

namespace HadamardNtk;

/// <summary>The C functions of a loaded library, by name. Sizes are C ints (LP64).</summary>
/// <param name="Handle">The handle of the library.</param>
internal readonly unsafe record struct BlasSymbols(nint Handle)
{
    private const int RowMajor = 101, Plain = 111, Transposed = 112, Lower = 122;

    /// <summary>The address of a function, or 0.</summary>
    /// <param name="name">Its name.</param>
    internal nint Find(string name) => NativeLibrary.TryGetExport(Handle, name, out var address) ? address : 0;

    /// <summary>
    /// The name of a function of OpenBLAS in this build, which may have the suffix of 64-bit sizes; null if it is
    /// absent.
    /// </summary>
    /// <param name="name">The name without a suffix.</param>
    internal string? OpenBlasName(string name) =>
        Find(name) != 0 ? name : Find(name + "64_") != 0 ? name + "64_" : null;

    /// <summary>A Bᵀ in float32 by cblas_sgemm.</summary>
    internal RowGemm<float> SingleGemm()
    {
        var f = (delegate* unmanaged<
            int, int, int, int, int, int, float, float*, int, float*, int, float, float*, int, void>)
            Find("cblas_sgemm");
        return (m, n, k, a, lda, b, ldb, c, ldc) =>
            f(RowMajor, Plain, Transposed, m, n, k, 1, a, lda, b, ldb, 0, c, ldc);
    }

    /// <summary>A Bᵀ in float64 by cblas_dgemm.</summary>
    internal RowGemm<double> DoubleGemm()
    {
        var f = (delegate* unmanaged<
            int, int, int, int, int, int, double, double*, int, double*, int, double, double*, int, void>)
            Find("cblas_dgemm");
        return (m, n, k, a, lda, b, ldb, c, ldc) =>
            f(RowMajor, Plain, Transposed, m, n, k, 1, a, lda, b, ldb, 0, c, ldc);
    }

    /// <summary>A Aᵀ in float32 by cblas_ssyrk.</summary>
    internal RowSyrk<float> SingleSyrk()
    {
        var f = (delegate* unmanaged<int, int, int, int, int, float, float*, int, float, float*, int, void>)
            Find("cblas_ssyrk");
        return (n, k, a, lda, c, ldc) => f(RowMajor, Lower, Plain, n, k, 1, a, lda, 0, c, ldc);
    }

    /// <summary>A Aᵀ in float64 by cblas_dsyrk.</summary>
    internal RowSyrk<double> DoubleSyrk()
    {
        var f = (delegate* unmanaged<int, int, int, int, int, double, double*, int, double, double*, int, void>)
            Find("cblas_dsyrk");
        return (n, k, a, lda, c, ldc) => f(RowMajor, Lower, Plain, n, k, 1, a, lda, 0, c, ldc);
    }

    /// <summary>Calls a function without arguments that returns a C string.</summary>
    /// <param name="name">The name of the function, which must exist.</param>
    internal string Text(string name) =>
        Marshal.PtrToStringUTF8(((delegate* unmanaged<nint>)Find(name))())?.Trim() ?? "";

    /// <summary>Calls a function that fills a C string.</summary>
    /// <param name="name">The name of the function, which must exist.</param>
    internal string FilledText(string name)
    {
        var text = stackalloc byte[256];
        *text = 0;
        ((delegate* unmanaged<byte*, int, void>)Find(name))(text, 255);
        text[255] = 0;
        return Marshal.PtrToStringUTF8((nint)text)?.Trim() ?? "";
    }
}
