using System.Runtime.InteropServices;
using TorchSharp;

namespace HadamardNtk;

/// <summary>The memory of the device that tensors live on.</summary>
internal static partial class DeviceMemory
{
    private const string Driver = "nvcuda";

    static DeviceMemory() => NativeLibrary.SetDllImportResolver(typeof(DeviceMemory).Assembly, (name, assembly, path) =>
        name != Driver ? 0
        : NativeLibrary.TryLoad(OperatingSystem.IsWindows() ? "nvcuda.dll" : "libcuda.so.1", assembly, path, out var driver) ? driver : 0);

    /// <summary>Bytes that are free: of the GPU by its driver's word, of this process's share of the machine otherwise.</summary>
    internal static long Free(torch.Device device)
    {
        if (device.type != DeviceType.CUDA)
        {
            var info = GC.GetGCMemoryInfo();
            return Math.Max(0, info.TotalAvailableMemoryBytes - Environment.WorkingSet);
        }

        try
        {
            // What ran before made the device's context the thread's own.
            using var touch = torch.zeros(1, device: device);
            return GetInfo(out var free, out _) == 0 ? (long)free : 0;
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
        {
            return 0;
        }
    }

    /// <summary>Whether an exception says that memory could not be had.</summary>
    internal static bool IsExhausted(Exception e) =>
        e is OutOfMemoryException
        || (e is ExternalException
            && (e.Message.Contains("out of memory", StringComparison.OrdinalIgnoreCase)
                || e.Message.Contains("allocate memory", StringComparison.OrdinalIgnoreCase)
                || e.Message.Contains("CUBLAS_STATUS_ALLOC_FAILED", StringComparison.Ordinal)));

    [LibraryImport(Driver, EntryPoint = "cuMemGetInfo_v2")]
    private static partial int GetInfo(out nuint free, out nuint total);
}
