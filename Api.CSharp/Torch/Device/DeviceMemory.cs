using System.Runtime.InteropServices;
using TorchSharp;

namespace HadamardNtk;

/// <summary>The memory of a tensor device.</summary>
internal static class DeviceMemory
{
    /// <summary>
    /// The number of free bytes: for a GPU as its driver reports it, or 0 without a report; else of the memory that
    /// this process may use.
    /// </summary>
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

    /// <summary>Runs work, and says what needs memory where the device or the host has too little.</summary>
    /// <param name="needs">What needs the memory.</param>
    /// <param name="remedy">The remedy.</param>
    /// <param name="work">The work.</param>
    /// <exception cref="InsufficientMemoryException">The memory does not suffice.</exception>
    internal static T Guarded<T>(string needs, string remedy, Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception e) when (IsExhausted(e) && e is not InsufficientMemoryException)
        {
            var place = e is OutOfMemoryException ? "this process" : "the device";
            throw new InsufficientMemoryException($"expected memory for {needs}; {place} has too little; {remedy}", e);
        }
    }

    /// <summary>
    /// Whether an exception reports that memory is exhausted, that of the host, of a GPU, or of one of the libraries
    /// of linear algebra on it (CUBLAS_STATUS_ALLOC_FAILED, CUSOLVER_STATUS_ALLOC_FAILED).
    /// </summary>
    internal static bool IsExhausted(Exception e) =>
        e is OutOfMemoryException
        || (e is ExternalException
            && (e.Message.Contains("out of memory", StringComparison.OrdinalIgnoreCase)
                || e.Message.Contains("allocate memory", StringComparison.OrdinalIgnoreCase)
                || e.Message.Contains("_STATUS_ALLOC_FAILED", StringComparison.Ordinal)));
}
