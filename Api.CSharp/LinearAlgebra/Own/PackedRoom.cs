using System.Buffers;
using System.Runtime.InteropServices;

namespace HadamardNtk;

/// <summary>
/// Uninitialized memory for packed panels, on a cache-line boundary. It is rented from the shared pool, because fresh
/// pages for each of many tiles would cost as much as a small product.
/// </summary>
internal readonly unsafe struct PackedRoom : IDisposable
{
    private const int CacheLine = 64;
    private readonly double[] _rented;
    private readonly GCHandle _pin;

    /// <summary>Rents memory for rows in panels.</summary>
    /// <param name="rows">The number of rows.</param>
    /// <param name="height">The number of rows of a panel; the last panel is filled up.</param>
    /// <param name="depth">The length of a row.</param>
    internal PackedRoom(nint rows, nint height, nint depth)
    {
        var count = (int)(Blocking.RoundUp(rows, height) * depth);
        _rented = ArrayPool<double>.Shared.Rent(count + CacheLine / sizeof(double));
        _pin = GCHandle.Alloc(_rented, GCHandleType.Pinned);
        Start = (double*)(((nint)_pin.AddrOfPinnedObject() + CacheLine - 1) & ~(nint)(CacheLine - 1));
    }

    /// <summary>The address of the first number.</summary>
    internal double* Start { get; }

    /// <summary>Returns the memory to the pool.</summary>
    public void Dispose()
    {
        _pin.Free();
        ArrayPool<double>.Shared.Return(_rented);
    }
}
