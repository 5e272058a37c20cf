using System.Runtime.InteropServices;
using System.Runtime.Loader;
using TorchSharp;

namespace HadamardNtk;

/// <summary>
/// Loads libtorch from a folder, and then TorchSharp's native library, which finds libtorch in the process. The two may
/// be in different folders.
/// </summary>
internal static class LibtorchLoader
{
    private static nint _bridge;

    /// <summary>Loads both.</summary>
    /// <param name="folder">The folder of libtorch.</param>
    /// <param name="bridge">The folder of TorchSharp's native library; null if there is none.</param>
    /// <returns>The fault, in one line; empty after success.</returns>
    internal static string Load(string folder, string? bridge)
    {
        if (bridge is null)
        {
            return $"{Platform.FileOf(LibtorchSearch.Bridge)} is not beside the program: the package TorchSharp "
                + $"{TorchSharpVersion.Own} brings it, for linux-x64, win-x64, win-arm64 and osx-arm64";
        }

        var failure = LoadCore(Path.Combine(folder, Platform.FileOf(LibtorchSearch.Core)));
        // Only some builds of libtorch have parts of this name.
        var cuda = Path.Combine(folder, Platform.FileOf("torch_cuda"));
        if (failure.Length == 0 && File.Exists(cuda))
        {
            failure = TryLoad(cuda, out _);
        }

        failure = failure.Length > 0 ? failure : TryLoad(Path.Combine(folder, Platform.FileOf("torch")), out _);
        failure = failure.Length > 0
            ? failure
            : TryLoad(Path.Combine(bridge, Platform.FileOf(LibtorchSearch.Bridge)), out _bridge);
        if (failure.Length == 0)
        {
            // This handler is called if the runtime does not find the library by its name.
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

    // The third number of a version counts bug fixes.
    private static bool IsLike(string version) =>
        version.Split('.') is [var major, var minor, _]
            && TorchSharpVersion.Libtorch.StartsWith($"{major}.{minor}.", StringComparison.Ordinal);

    // The version is in the three highest bytes of the number: 2.10.0 is 0x020A00 followed by zeros.
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
