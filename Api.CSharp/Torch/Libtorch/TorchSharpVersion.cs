using System.Reflection;
using TorchSharp;

namespace HadamardNtk;

/// <summary>
/// The versions of TorchSharp and of the libtorch that it needs. They are read from the metadata of its assembly,
/// because running any of its code would load the native libraries.
/// </summary>
internal static class TorchSharpVersion
{
    /// <summary>The version of TorchSharp, for instance 0.107.0.</summary>
    internal static string Own { get; } =
        (Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "")
            .Split('+')[0];

    /// <summary>The version of libtorch, for instance 2.10.0.</summary>
    internal static string Libtorch { get; } = Numbers(
        typeof(torch).GetField("libtorchPackageVersion", BindingFlags.NonPublic | BindingFlags.Static)
            ?.GetRawConstantValue() as string ?? "2.10.0");

    private static Assembly Assembly => typeof(torch).Assembly;

    // The package's version 2.10.0.0 is written 2.10.0 in paths.
    private static string Numbers(string version) => Version.Parse(version).ToString(3);
}
