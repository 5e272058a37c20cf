using System.Runtime.InteropServices;
using TorchSharp;

namespace HadamardNtk;

/// <summary>
/// Copies from a GPU to pinned memory beside what the GPU computes: torch has one stream that waits for its own copies, this is
/// another. What is copied must be there already, and stay until the copy was waited for.
/// </summary>
internal sealed partial class DeviceCopy : IDisposable
{
    private const uint NonBlocking = 1;

    private readonly int _device;
    private readonly nint _stream;

    private DeviceCopy(int device, nint stream) => (_device, _stream) = (device, stream);

    /// <summary>A stream of its own, tried with some numbers; null where there is none, and torch itself is to copy.</summary>
    internal static DeviceCopy? TryCreate(torch.Device device)
    {
        nint stream = 0;
        var index = Math.Max(0, device.index);
        if (device.type != DeviceType.CUDA || !CudaDriver.In(index, () => CudaDriver.CreateStream(out stream, NonBlocking) == 0))
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

    /// <summary>Begins to copy a contiguous tensor; false where that cannot be.</summary>
    internal bool TryBegin(torch.Tensor from, nint to) => CudaDriver.In(_device, () =>
        CudaDriver.CopyToHost(to, Address(from.Handle), (nuint)(from.numel() * from.element_size()), _stream) == 0);

    /// <summary>Waits until all that was begun is there; false where something failed.</summary>
    internal bool Wait() => CudaDriver.In(_device, () => CudaDriver.Synchronize(_stream) == 0);

    public void Dispose() => CudaDriver.In(_device, () => CudaDriver.DestroyStream(_stream) == 0);

    private bool Works(torch.Device device)
    {
        using var scope = torch.NewDisposeScope();
        using var numbers = TensorTransfer.Upload<double>([.. Enumerable.Range(0, 1000).Select(k => (double)k)], device);
        var host = torch.zeros(1000, dtype: torch.ScalarType.Float64).pin_memory();
        // What is asked of the device when this comes back is done there.
        using var last = numbers.narrow(0, 999, 1).cpu();
        return TryBegin(numbers, Address(host.Handle)) && Wait()
            && MemoryMarshal.Cast<byte, double>(host.bytes).ToArray().Select((x, k) => x == k).All(isSame => isSame);
    }

    /// <summary>Where a tensor's numbers are.</summary>
    [LibraryImport("LibTorchSharp", EntryPoint = "THSTensor_data")]
    internal static partial nint Address(nint tensor);
}
