using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TorchSharp;

namespace HadamardNtk;

/// <summary>
/// Whether TorchSharp's native library is there. It is looked for before anything of TorchSharp runs, since what TorchSharp
/// throws where it is missing differs between its versions and stays with the process.
/// </summary>
internal static partial class NativeTorch
{
    private const string Library = "LibTorchSharp";

    private static readonly Lazy<string> Cpu = new(() => Probe("torch_cpu", "TorchSharp-cpu"));
    private static readonly Lazy<string> Cuda = new(() => Probe("torch_cuda", "TorchSharp-cuda-linux or TorchSharp-cuda-windows"));

    /// <summary>Why a device cannot be had, in one line; empty if it can.</summary>
    internal static string Missing(TorchDevice device)
    {
        var missing = (device.IsCuda ? Cuda : Cpu).Value;
        return missing.Length > 0 ? missing : Guarded(() => device.IsCuda ? MissingGpu(device.Index) : "");
    }

    private static string Probe(string first, string package)
    {
        var assembly = Assembly.Load("TorchSharp");
        WaitPassively();
        // Only some builds of libtorch have parts of this name; without it the library that is needed may still load.
        _ = NativeLibrary.TryLoad(first, assembly, null, out _);
        return NativeLibrary.TryLoad(Library, assembly, null, out _)
            ? Guarded(Begin)
            : $"the native library {Library} was not found or does not load; the package {package} brings it, of TorchSharp's own version";
    }

    // OpenMP's threads wait for work by turning on the spot, and hold up all others where processors are few: on two that
    // were busy a product took ten times as long. The C library's environment is not the runtime's; what the user set stands.
    private static void WaitPassively()
    {
        if (!OperatingSystem.IsWindows())
        {
            _ = SetEnvironment("OMP_WAIT_POLICY", "PASSIVE", 0);
        }
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnvironment(string name, string value, int overwrite);

    // A method of its own: what it names of TorchSharp is touched when it runs, not before.
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
            return "libtorch finds no GPU that it can use: this needs an NVIDIA card with its driver, and a libtorch for CUDA";
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
        catch (Exception e) when (e is NotSupportedException or TypeInitializationException or DllNotFoundException or ExternalException or EntryPointNotFoundException)
        {
            return $"TorchSharp does not start: {OneLine((e.InnerException ?? e).Message)}";
        }
    }

    private static string OneLine(string text) => text.Split('\n', 2)[0].Trim();
}
