using System.Runtime.InteropServices;

namespace HadamardNtk;

/// <summary>The name of this platform in NuGet packages, and the names of native libraries' files on it.</summary>
internal static class Platform
{
    /// <summary>The name of this platform, for instance linux-x64.</summary>
    internal static string Name { get; } =
        System + "-" + RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant();

    /// <summary>The file name of a library.</summary>
    internal static string FileOf(string library) =>
        OperatingSystem.IsWindows()
            ? library + ".dll"
            : OperatingSystem.IsMacOS() ? $"lib{library}.dylib" : $"lib{library}.so";

    private static string System => OperatingSystem.IsWindows() ? "win" : OperatingSystem.IsMacOS() ? "osx" : "linux";
}
