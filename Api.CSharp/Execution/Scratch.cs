using System.Runtime.InteropServices;

namespace HadamardNtk;

/// <summary>Uninitialised working memory on a cache-line boundary, given back by <see cref="Dispose"/>.</summary>
internal readonly unsafe struct Scratch : IDisposable
{
    private const nuint CacheLine = 64;

    /// <summary>Takes room for <paramref name="count"/> numbers.</summary>
    /// <param name="count">How many, not negative.</param>
    /// <exception cref="OutOfMemoryException">There is no such room.</exception>
    internal Scratch(nint count) =>
        Start = (double*)NativeMemory.AlignedAlloc((nuint)count * sizeof(double), CacheLine);

    /// <summary>The address of the first number.</summary>
    internal double* Start { get; }

    /// <summary>Gives the memory back.</summary>
    public void Dispose() => NativeMemory.AlignedFree(Start);
}
