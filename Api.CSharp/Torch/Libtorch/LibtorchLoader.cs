using System.Runtime.InteropServices;
using System.Runtime.Loader;
using TorchSharp;

namespace HadamardNtk;

/// <summary>
/// Loads libtorch from a folder, and TorchSharp's native library, which then finds it in the process; wherever the two are.
/// </summary>
internal static class LibtorchLoader
{
    private static nint _bridge;

    /// <summary>Loads both.</summary>
    /// <param name="folder">Where libtorch is.</param>
    /// <param name="bridge">Where TorchSharp's native library is; null if nowhere.</param>
    /// <returns>What is wrong, in one line; empty if nothing is.</returns>
    internal static string Load(string folder, string? bridge)
    {
        if (bridge is null)
        {
            return $"{Platform.FileOf(LibtorchSearch.Bridge)} is not beside the program: the package TorchSharp {TorchSharpVersion.Own} brings it, for linux-x64, win-x64, win-arm64 and osx-arm64";
        }

        var failure = LoadCore(Path.Combine(folder, Platform.FileOf(LibtorchSearch.Core)));
        // Only some builds of libtorch have parts of this name.
        var cuda = Path.Combine(folder, Platform.FileOf("torch_cuda"));
        if (failure.Length == 0 && File.Exists(cuda))
        {
            failure = TryLoad(cuda, out _);
        }

        failure = failure.Length > 0 ? failure : TryLoad(Path.Combine(folder, Platform.FileOf("torch")), out _);
        failure = failure.Length > 0 ? failure : TryLoad(Path.Combine(bridge, Platform.FileOf(LibtorchSearch.Bridge)), out _bridge);
        if (failure.Length == 0)
        {
            // Where the runtime does not find it by its name.
            AssemblyLoadContext.GetLoadContext(typeof(torch).Assembly)!.ResolvingUnmanagedDll +=
                (_, name) => name == LibtorchSearch.Bridge ? _bridge : 0;
        }

        return failure;
    }

    private static string LoadCore(string path)
    {
        var failure = TryLoad(path, out var library);
        if (failure.Length > 0 || VersionOf(library) is var version && IsLike(version))
        {
            return failure;
        }

        NativeLibrary.Free(library);
        return $"'{path}' is {(version.Length > 0 ? $"libtorch {version}" : "not a libtorch that tells its version")}; "
            + $"TorchSharp {TorchSharpVersion.Own} is made for libtorch {TorchSharpVersion.Libtorch}";
    }

    // The third number counts mends.
    private static bool IsLike(string version) =>
        version.Split('.') is [var major, var minor, _] && TorchSharpVersion.Libtorch.StartsWith($"{major}.{minor}.", StringComparison.Ordinal);

    // Three bytes of a number: 2.10.0 is 0x020A00 and zeros.
    private static unsafe string VersionOf(nint library)
    {
        if (!NativeLibrary.TryGetExport(library, "aoti_torch_abi_version", out var ask))
        {
            return "";
        }

        var version = ((delegate* unmanaged[Cdecl]<ulong>)ask)();
        return $"{version >> 56}.{(version >> 48) & 255}.{(version >> 40) & 255}";
    }

    private static string TryLoad(string path, out nint library)
    {
        try
        {
            library = NativeLibrary.Load(path);
            return "";
        }
        catch (Exception e) when (e is DllNotFoundException or BadImageFormatException)
        {
            library = 0;
            return LoaderText.Explain(path, e.Message);
        }
    }
}
