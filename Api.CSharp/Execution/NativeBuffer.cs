using System.Runtime.InteropServices;

namespace HadamardNtk;

/// <summary>
/// Memory outside the managed heap, on a cache-line boundary, given back by <see cref="Dispose"/> or after it is forgotten.
/// </summary>
/// <typeparam name="T">What is in it.</typeparam>
internal sealed unsafe class NativeBuffer<T> : IDisposable
    where T : unmanaged
{
    private const nuint CacheLine = 64;

    /// <summary>Takes memory for <paramref name="length"/> numbers.</summary>
    /// <param name="length">How many, not negative.</param>
    /// <param name="clear">Whether they are zero at first; else they are whatever was there.</param>
    /// <exception cref="OutOfMemoryException">There is not so much.</exception>
    internal NativeBuffer(nint length, bool clear = true)
    {
        var bytes = checked((nuint)Math.Max(length, 1) * (nuint)sizeof(T));
        Start = (T*)NativeMemory.AlignedAlloc(bytes, CacheLine);
        if (clear)
        {
            NativeMemory.Clear(Start, bytes);
        }

        Length = length;
    }

    ~NativeBuffer() => Free();

    /// <summary>The address of the first number.</summary>
    internal T* Start { get; private set; }

    /// <summary>The number of numbers.</summary>
    internal nint Length { get; }

    /// <summary>Gives the memory back.</summary>
    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private void Free()
    {
        NativeMemory.AlignedFree(Start);
        Start = null;
    }
}
