namespace HadamardNtk;

/// <summary>A BLAS of this machine that loads and multiplies correctly.</summary>
/// <param name="Blas">The library.</param>
/// <param name="File">The name or path of its file.</param>
internal sealed record FoundBlas(Blas Blas, string File)
{
    /// <summary>One word: openblas, mkl or accelerate.</summary>
    internal string Name => Blas.Name;

    /// <summary>Its version and its file.</summary>
    internal string About => $"{Blas.Version}; {File}";
}
