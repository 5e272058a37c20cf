using System.Reflection;
using System.Runtime.InteropServices;

namespace HadamardNtk;

/// <summary>
/// The identity of the program: its version, the builds of the library and of its core, and the runtime.
/// </summary>
internal static class ProgramIdentity
{
    /// <summary>The version of the library, as in 0.1.0.</summary>
    internal static string Version { get; } = typeof(Network).Assembly
        .GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "";

    /// <summary>The builds, the runtime and its platform, on which the bits of a result depend.</summary>
    internal static string Build { get; } =
        $"{IdOf(typeof(Network))} {IdOf(typeof(Core.Kernel))} "
        + $"on {RuntimeInformation.FrameworkDescription}, {RuntimeInformation.RuntimeIdentifier}";

    /// <summary>Both in one line.</summary>
    internal static string Text { get; } = $"hntk {Version}, build {Build}";

    private static string IdOf(Type type) => type.Module.ModuleVersionId.ToString("N")[..12];
}
