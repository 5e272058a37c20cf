namespace HadamardNtk;

/// <summary>A BLAS of this machine that loads and multiplies rightly.</summary>
/// <param name="Blas">The library.</param>
/// <param name="File">Where it was found.</param>
internal sealed record FoundBlas(Blas Blas, string File)
{
    /// <summary>One word: openblas, mkl or accelerate.</summary>
    internal string Name => Blas.Name;

    /// <summary>Its version, and where it was found.</summary>
    internal string About => $"{Blas.Version}; {File}";
}
