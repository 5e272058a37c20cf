using System.Runtime.InteropServices;

namespace HadamardNtk;

/// <summary>This machine as NuGet's packages of native libraries name it, and the names of their files on it.</summary>
internal static class Platform
{
    /// <summary>For instance linux-x64.</summary>
    internal static string Name { get; } = System + "-" + RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant();

    /// <summary>The file of a library.</summary>
    internal static string FileOf(string library) =>
        OperatingSystem.IsWindows() ? library + ".dll" : OperatingSystem.IsMacOS() ? $"lib{library}.dylib" : $"lib{library}.so";

    private static string System => OperatingSystem.IsWindows() ? "win" : OperatingSystem.IsMacOS() ? "osx" : "linux";
}
