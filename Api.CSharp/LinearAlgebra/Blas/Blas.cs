namespace HadamardNtk;

/// <summary>A BLAS that is loaded into this process, but not yet verified.</summary>
/// <param name="Name">One word: openblas, mkl or accelerate.</param>
/// <param name="Version">One line: its version and configuration in its own words.</param>
/// <param name="Symbols">Its functions.</param>
internal sealed record Blas(string Name, string Version, BlasSymbols Symbols)
{
    /// <summary>The functions that are called here. The last two are for comparisons only.</summary>
    internal static IReadOnlyList<string> Needed => ["cblas_sgemm", "cblas_dgemm", "cblas_ssyrk", "cblas_dsyrk"];

    /// <summary>Keeps the library to one thread.</summary>
    internal BlasThreads Threads { get; } = new(Symbols);

    /// <summary>A Bᵀ in float32, on one thread.</summary>
    internal RowGemm<float> SingleGemm => Threads.Hold(Symbols.SingleGemm());

    /// <summary>A Bᵀ in float64, on one thread.</summary>
    internal RowGemm<double> DoubleGemm => Threads.Hold(Symbols.DoubleGemm());
}
