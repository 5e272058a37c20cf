using System.Reflection;
using TorchSharp;

namespace HadamardNtk;

/// <summary>
/// Which TorchSharp this is and which libtorch it is made for, from what is written in its assembly: to run anything of it would
/// load the native libraries that are looked for.
/// </summary>
internal static class TorchSharpVersion
{
    /// <summary>TorchSharp's, for instance 0.107.0.</summary>
    internal static string Own { get; } =
        (Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "").Split('+')[0];

    /// <summary>Libtorch's, for instance 2.10.0.</summary>
    internal static string Libtorch { get; } = Numbers(
        typeof(torch).GetField("libtorchPackageVersion", BindingFlags.NonPublic | BindingFlags.Static)?.GetRawConstantValue() as string ?? "2.10.0");

    private static Assembly Assembly => typeof(torch).Assembly;

    // The package's version 2.10.0.0 is written 2.10.0 in paths.
    private static string Numbers(string version) => Version.Parse(version).ToString(3);
}
