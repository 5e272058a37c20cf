using System.Reflection;
using System.Runtime.InteropServices;

namespace HadamardNtk;

/// <summary>
/// Calls of the NVIDIA driver that TorchSharp does not offer: free memory, the card's name, and copies during other
/// work. All return 0 on success.
/// </summary>
internal static partial class CudaDriver
{
    private const string Library = "nvcuda";

    // The contexts by device. They are kept for the life of the process, because libtorch may not have one yet, and a
    // context that nobody retains is destroyed: to make another one takes a large part of a second.
    private static readonly Dictionary<int, nint> Contexts = [];

    static CudaDriver() => NativeLibrary.SetDllImportResolver(typeof(CudaDriver).Assembly, Find);

    /// <summary>
    /// Runs work in the GPU context that libtorch uses; returns false if the work does or the context cannot be
    /// entered.
    /// </summary>
    internal static bool In(int device, Func<bool> work)
    {
        try
        {
            return ContextOf(device) is var context && context != 0 && PushContext(context) == 0 && Popped(work);
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
        {
            return false;
        }
    }

    /// <summary>The card's name; empty if the driver does not report it.</summary>
    internal static unsafe string Name(int device)
    {
        var name = stackalloc byte[256];
        try
        {
            return Initialize(0) == 0 && GetDevice(out var handle, device) == 0 && GetName(name, 256, handle) == 0
                ? Marshal.PtrToStringUTF8((nint)name) ?? ""
                : "";
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
        {
            return "";
        }
    }

    // 0 if there is no context.
    private static nint ContextOf(int device)
    {
        lock (Contexts)
        {
            if (Contexts.TryGetValue(device, out var known))
            {
                return known;
            }

            return Initialize(0) == 0 && GetDevice(out var handle, device) == 0
                && RetainContext(out var context, handle) == 0
                ? Contexts[device] = context
                : 0;
        }
    }

    private static bool Popped(Func<bool> work)
    {
        try
        {
            return work();
        }
        finally
        {
            _ = PopContext(out _);
        }
    }

    private static nint Find(string name, Assembly assembly, DllImportSearchPath? path) =>
        name == Library && NativeLibrary.TryLoad(
            OperatingSystem.IsWindows() ? "nvcuda.dll" : "libcuda.so.1", assembly, path, out var driver)
            ? driver
            : 0;

    [LibraryImport(Library, EntryPoint = "cuMemGetInfo_v2")]
    internal static partial int GetMemory(out nuint free, out nuint total);

    [LibraryImport(Library, EntryPoint = "cuStreamCreate")]
    internal static partial int CreateStream(out nint stream, uint flags);

    [LibraryImport(Library, EntryPoint = "cuStreamDestroy_v2")]
    internal static partial int DestroyStream(nint stream);

    [LibraryImport(Library, EntryPoint = "cuStreamSynchronize")]
    internal static partial int Synchronize(nint stream);

    [LibraryImport(Library, EntryPoint = "cuMemcpyDtoHAsync_v2")]
    internal static partial int CopyToHost(nint host, nint device, nuint bytes, nint stream);

    [LibraryImport(Library, EntryPoint = "cuInit")]
    private static partial int Initialize(uint flags);

    [LibraryImport(Library, EntryPoint = "cuDeviceGet")]
    private static partial int GetDevice(out int device, int index);

    [LibraryImport(Library, EntryPoint = "cuDeviceGetName")]
    private static unsafe partial int GetName(byte* name, int length, int device);

    [LibraryImport(Library, EntryPoint = "cuDevicePrimaryCtxRetain")]
    private static partial int RetainContext(out nint context, int device);

    [LibraryImport(Library, EntryPoint = "cuCtxPushCurrent_v2")]
    private static partial int PushContext(nint context);

    [LibraryImport(Library, EntryPoint = "cuCtxPopCurrent_v2")]
    private static partial int PopContext(out nint context);
}
