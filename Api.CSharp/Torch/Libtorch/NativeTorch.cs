using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TorchSharp;

namespace HadamardNtk;

/// <summary>
/// Searches and loads TorchSharp's native libraries before any code of TorchSharp runs. If TorchSharp itself does not
/// find them, it throws an exception that recurs for the life of the process, prints, and copies libraries.
/// </summary>
internal static partial class NativeTorch
{
    private static readonly Lock Gate = new();
    private static string? _folder;

    /// <summary>The reason why a device is not available, in one line; empty if it is.</summary>
    /// <param name="device">The device.</param>
    /// <param name="named">The folder of libtorch, or null to search for it.</param>
    internal static string Missing(TorchDevice device, string? named)
    {
        lock (Gate)
        {
            var missing = Guarded(() => Load(LibtorchSearch.Here(named)));
            return missing.Length > 0 ? missing : Guarded(() => device.IsCuda ? MissingGpu(device.Index) : "");
        }
    }

    /// <summary>Makes sure that tensors can be computed on the processor.</summary>
    /// <exception cref="DllNotFoundException">libtorch is missing; the message says how to have it.</exception>
    internal static void Require()
    {
        var missing = Missing(default, null);
        if (missing.Length > 0)
        {
            throw new DllNotFoundException(missing);
        }
    }

    private static string Load(LibtorchSearch search)
    {
        // A process has one libtorch. If the program itself has loaded one, that one is used.
        var loaded = _folder ?? LoadedFrom();
        if (loaded is not null && !search.Accepts(loaded))
        {
            return $"libtorch was loaded from '{loaded}' before, and a process has one: "
                + $"expected that folder or none, not '{search.Named}'";
        }

        if (_folder is not null)
        {
            return "";
        }

        if ((loaded ?? search.Folder() ?? FromSystem(search)) is not { } folder)
        {
            return search.NotFound();
        }

        WaitPassively();
        var failure = LibtorchLoader.Load(folder, search.BridgeFolder(folder));
        failure = failure.Length > 0 ? failure : Begin();
        _folder = failure.Length > 0 ? null : folder;
        return failure;
    }

    // The folder of a libtorch that the system itself finds.
    private static string? FromSystem(LibtorchSearch search) =>
        search.Named is null && NativeLibrary.TryLoad(LibtorchSearch.Core, typeof(torch).Assembly, null, out _)
            ? LoadedFrom()
            : null;

    private static string? LoadedFrom() => Path.GetDirectoryName(
        Modules().FirstOrDefault(file => Path.GetFileName(file) == Platform.FileOf(LibtorchSearch.Core)));

    // The files of the loaded modules; none if the system does not list them.
    private static string[] Modules()
    {
        try
        {
            using var process = Process.GetCurrentProcess();
            return [.. process.Modules.Cast<ProcessModule>().Select(module => module.FileName)];
        }
        catch (Exception e) when (e is Win32Exception or InvalidOperationException or NotSupportedException
            or IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    // OpenMP's threads wait in a busy loop, which delays all others if there are few processors: on two busy ones a
    // product took ten times as long. The variable is set in the C library, whose environment is not the runtime's. A
    // value that the user has set is kept.
    private static void WaitPassively()
    {
        if (!OperatingSystem.IsWindows())
        {
            _ = SetEnvironment("OMP_WAIT_POLICY", "PASSIVE", 0);
        }
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnvironment(string name, string value, int overwrite);

    // This is a method of its own, so that the types of TorchSharp are loaded when it runs, and not before.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static string Begin()
    {
        torch.InitializeDeviceType(DeviceType.CPU);
        return "";
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static string MissingGpu(int index)
    {
        if (!torch.TryInitializeDeviceType(DeviceType.CUDA) || !torch.cuda.is_available())
        {
            return "libtorch finds no GPU that it can use: "
                + "this needs an NVIDIA card with its driver, and a libtorch for CUDA";
        }

        var count = torch.cuda.device_count();
        return index < count ? "" : $"expected one of {count} GPUs, cuda:0 to cuda:{count - 1}, not cuda:{index}";
    }

    private static string Guarded(Func<string> ask)
    {
        try
        {
            return ask();
        }
        catch (Exception e) when (e is NotSupportedException or TypeInitializationException or DllNotFoundException
            or ExternalException or EntryPointNotFoundException or IOException or ArgumentException)
        {
            return $"TorchSharp does not start: {FirstLine((e.InnerException ?? e).Message)}";
        }
    }

    private static string FirstLine(string text) => text.Split('\n', 2)[0].Trim();
}
