using System.Runtime.InteropServices;

namespace HadamardNtk;

/// <summary>
/// Memory outside the managed heap, which starts on a cache-line boundary. <see cref="Dispose"/> frees it, and
/// otherwise the finalizer does.
/// </summary>
/// <typeparam name="T">The type of the elements.</typeparam>
internal sealed unsafe class NativeBuffer<T> : IDisposable
    where T : unmanaged
{
    private const nuint CacheLine = 64;

    /// <summary>Takes memory for <paramref name="length"/> numbers.</summary>
    /// <param name="length">The number of elements, not negative.</param>
    /// <param name="clear">Whether the memory is set to zero. Otherwise its contents are undefined.</param>
    /// <exception cref="OutOfMemoryException">The system has too little memory.</exception>
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

    /// <summary>The number of elements.</summary>
    internal nint Length { get; }

    /// <summary>Frees the memory.</summary>
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
