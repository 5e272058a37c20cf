using System.Runtime.InteropServices;
using TorchSharp;

namespace HadamardNtk;

/// <summary>
/// Copies from a GPU to pinned memory while the GPU computes. Torch has one stream, which waits for its own copies;
/// this is another one. A tensor must be complete before it is copied, and stay until <see cref="Wait"/> returns.
/// </summary>
internal sealed class DeviceCopy : IDisposable
{
    private const uint NonBlocking = 1;

    private readonly int _device;
    private readonly nint _stream;

    private DeviceCopy(int device, nint stream) => (_device, _stream) = (device, stream);

    /// <summary>Creates a stream and tests it; null if that fails, so that torch itself must copy.</summary>
    internal static DeviceCopy? TryCreate(torch.Device device)
    {
        nint stream = 0;
        var index = Math.Max(0, device.index);
        if (device.type != DeviceType.CUDA
            || !CudaDriver.In(index, () => CudaDriver.CreateStream(out stream, NonBlocking) == 0))
        {
            return null;
        }

        var copy = new DeviceCopy(index, stream);
        if (copy.Works(device))
        {
            return copy;
        }

        copy.Dispose();
        return null;
    }

    /// <summary>Begins to copy a contiguous tensor; returns false if that fails.</summary>
    internal bool TryBegin(torch.Tensor from, nint to) => CudaDriver.In(_device, () =>
        CudaDriver.CopyToHost(
            to, TensorTransfer.Address(from), (nuint)(from.numel() * from.element_size()), _stream) == 0);

    /// <summary>Waits for all copies that were begun; returns false if one failed.</summary>
    internal bool Wait() => CudaDriver.In(_device, () => CudaDriver.Synchronize(_stream) == 0);

    public void Dispose() => CudaDriver.In(_device, () => CudaDriver.DestroyStream(_stream) == 0);

    private bool Works(torch.Device device)
    {
        using var scope = torch.NewDisposeScope();
        using var numbers = TensorTransfer.Upload<double>(
            [.. Enumerable.Range(0, 1000).Select(k => (double)k)], device);
        var host = torch.zeros(1000, dtype: torch.ScalarType.Float64).pin_memory();
        // When this copy returns, all earlier work on the device is done.
        using var last = numbers.narrow(0, 999, 1).cpu();
        return TryBegin(numbers, TensorTransfer.Address(host)) && Wait()
            && MemoryMarshal.Cast<byte, double>(host.bytes).ToArray().Select((x, k) => x == k).All(isSame => isSame);
    }
}
