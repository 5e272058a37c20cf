using System.Runtime.InteropServices;

namespace HadamardNtk;

/// <summary>Uninitialised memory on a cache-line boundary, given back by its owner, or after it is forgotten.</summary>
internal sealed unsafe class AlignedRoom : SafeHandle
{
    private const nuint CacheLine = 64;

    /// <summary>Takes room of <paramref name="bytes"/> bytes.</summary>
    /// <param name="bytes">How many, not negative.</param>
    /// <exception cref="OutOfMemoryException">There is no such room.</exception>
    internal AlignedRoom(nint bytes)
        : base(0, ownsHandle: true) =>
        SetHandle((nint)NativeMemory.AlignedAlloc((nuint)bytes, CacheLine));

    public override bool IsInvalid => handle == 0;

    /// <summary>The address of the first byte.</summary>
    internal void* Start => (void*)handle;

    protected override bool ReleaseHandle()
    {
        NativeMemory.AlignedFree((void*)handle);
        return true;
    }
}
