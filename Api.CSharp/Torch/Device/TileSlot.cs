using System.Numerics;
using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace HadamardNtk;

/// <summary>
/// Memory of the host for a tile. For a GPU it is pinned, so that results are copied to it during further work.
/// </summary>
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

    /// <summary>Copies a part of the tile to the slot, or begins to copy it.</summary>
    /// <param name="values">The part, which is disposed after it is copied.</param>
    /// <param name="row">Its first row in the tile.</param>
    /// <param name="column">Its first column in the tile.</param>
    /// <param name="width">The number of columns of the tile.</param>
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

    /// <summary>Waits for all copies, and returns the first numbers of the tile.</summary>
    /// <exception cref="ExternalException">A copy failed.</exception>
    internal Span<T> Numbers<T>(int count) where T : unmanaged, INumber<T>
    {
        Wait();
        using var place = _memory.narrow(0, 0, count);
        return MemoryMarshal.Cast<byte, T>(place.bytes);
    }

    /// <summary>Waits for all copies that were begun.</summary>
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
        // Copies of a tile that failed may still be in progress.
        _ = _pending.Count == 0 || _copy!.Wait();
        _pending.ForEach(values => values.Dispose());
        _copy?.Dispose();
        _memory.Dispose();
    }

    // Torch's stream must be finished before another one copies its results.
    private bool IsTaken(Tensor values, Tensor to)
    {
        using (var scope = NewDisposeScope())
        {
            values.view(-1).narrow(0, values.numel() - 1, 1).cpu();
        }

        if (!_copy!.TryBegin(values, TensorTransfer.Address(to)))
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
