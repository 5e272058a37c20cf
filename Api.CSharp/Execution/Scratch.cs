using System.Runtime.InteropServices;

namespace HadamardNtk;

/// <summary>
/// Uninitialized working memory, which starts on a cache-line boundary. <see cref="Dispose"/> frees it.
/// </summary>
internal readonly unsafe struct Scratch : IDisposable
{
    private const nuint CacheLine = 64;

    /// <summary>Takes memory for <paramref name="count"/> numbers.</summary>
    /// <param name="count">The number of numbers, not negative.</param>
    /// <exception cref="OutOfMemoryException">The system has too little memory.</exception>
    internal Scratch(nint count) =>
        Start = (double*)NativeMemory.AlignedAlloc((nuint)count * sizeof(double), CacheLine);

    /// <summary>The address of the first number.</summary>
    internal double* Start { get; }

    /// <summary>Frees the memory.</summary>
    public void Dispose() => NativeMemory.AlignedFree(Start);
}
