using System.Runtime.InteropServices;
using TorchSharp;

namespace HadamardNtk;

/// <summary>The memory of the device that tensors live on.</summary>
internal static class DeviceMemory
{
    /// <summary>Bytes that are free: of a GPU by its driver's word, 0 where it has none; else of what this process may have.</summary>
    internal static long Free(torch.Device device)
    {
        if (device.type != DeviceType.CUDA)
        {
            return Math.Max(0, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes - Environment.WorkingSet);
        }

        var bytes = 0L;
        _ = CudaDriver.In(Math.Max(0, device.index), () =>
        {
            var isKnown = CudaDriver.GetMemory(out var free, out _) == 0;
            bytes = isKnown ? (long)free : 0;
            return isKnown;
        });
        return bytes;
    }

    /// <summary>Whether an exception says that memory could not be had.</summary>
    internal static bool IsExhausted(Exception e) =>
        e is OutOfMemoryException
        || (e is ExternalException
            && (e.Message.Contains("out of memory", StringComparison.OrdinalIgnoreCase)
                || e.Message.Contains("allocate memory", StringComparison.OrdinalIgnoreCase)
                || e.Message.Contains("CUBLAS_STATUS_ALLOC_FAILED", StringComparison.Ordinal)));
}
