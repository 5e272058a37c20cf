using System.Numerics;
using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace HadamardNtk;

/// <summary>Memory of the host for a tile, which a GPU's results reach beside its further work, and are pinned for.</summary>
internal sealed class TileSlot : IDisposable
{
    private readonly Tensor _memory;
    private readonly DeviceCopy? _copy;
    private readonly bool _isCuda;
    private readonly List<Tensor> _pending = [];

    internal TileSlot(long numbers, ScalarType type, Device device)
    {
        _isCuda = device.type == DeviceType.CUDA;
        var plain = empty([numbers], dtype: type, device: CPU).DetachFromDisposeScope();
        _memory = _isCuda ? Pinned(plain) : plain;
        _copy = DeviceCopy.TryCreate(device);
    }

    /// <summary>Takes a part of the tile, or begins to.</summary>
    /// <param name="values">The part, which is disposed when it was taken.</param>
    /// <param name="row">Its first row in the tile.</param>
    /// <param name="column">Its first column in the tile.</param>
    /// <param name="width">Columns of the tile.</param>
    internal void Put(Tensor values, int row, int column, int width)
    {
        using var rows = _memory.narrow(0, (long)row * width, values.shape[0] * width);
        if (_copy is not null && column == 0 && values.is_contiguous() && IsTaken(values, rows))
        {
            return;
        }

        using (values)
        {
            using var scope = NewDisposeScope();
            rows.view(-1, width).narrow(1, column, width - column).copy_(values, false);
        }
    }

    /// <summary>The first numbers of the tile, once they are all there.</summary>
    /// <exception cref="ExternalException">A copy failed.</exception>
    internal Span<T> Numbers<T>(int count) where T : unmanaged, INumber<T>
    {
        Wait();
        using var place = _memory.narrow(0, 0, count);
        return MemoryMarshal.Cast<byte, T>(place.bytes);
    }

    /// <summary>Waits for what was begun.</summary>
    internal void Wait()
    {
        var isThere = _pending.Count == 0 || _copy!.Wait();
        _pending.ForEach(values => values.Dispose());
        _pending.Clear();
        if (!isThere)
        {
            throw new ExternalException("the GPU's results could not be copied to the host");
        }
    }

    public void Dispose()
    {
        // Of a tile that failed copies may be under way.
        _ = _pending.Count == 0 || _copy!.Wait();
        _pending.ForEach(values => values.Dispose());
        _copy?.Dispose();
        _memory.Dispose();
    }

    // Torch's stream must have come to its end before another copies what it made.
    private bool IsTaken(Tensor values, Tensor to)
    {
        using (var scope = NewDisposeScope())
        {
            values.view(-1).narrow(0, values.numel() - 1, 1).cpu();
        }

        if (!_copy!.TryBegin(values, DeviceCopy.Address(to.Handle)))
        {
            return false;
        }

        _pending.Add(values);
        return true;
    }

    private static Tensor Pinned(Tensor slot)
    {
        using (slot)
        {
            return slot.pin_memory().DetachFromDisposeScope();
        }
    }
}
