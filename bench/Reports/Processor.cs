using System.Diagnostics;
using System.Runtime.InteropServices;

namespace HadamardNtk.Bench;

/// <summary>The processor's name.</summary>
internal static class Processor
{
    /// <summary>As the maker gives it, or whoever runs the program: a GPU's.</summary>
    internal static string Name { get; set; } = Find() ?? $"unknown {RuntimeInformation.ProcessArchitecture}";

    /// <summary>The name as one of a file.</summary>
    internal static string FileName =>
        string.Join('-', new string([.. Name.ToLowerInvariant().Select(c => char.IsAsciiLetterOrDigit(c) ? c : ' ')])
            .Split(' ', StringSplitOptions.RemoveEmptyEntries));

    private static string? Find() =>
        OperatingSystem.IsLinux() ? FromLinux()
        : OperatingSystem.IsMacOS() ? FromMac()
        : Environment.GetEnvironmentVariable("PROCESSOR_IDENTIFIER");

    private static string? FromLinux() =>
        File.ReadLines("/proc/cpuinfo").FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal))?.Split(':', 2)[1].Trim();

    private static string? FromMac()
    {
        var start = new ProcessStartInfo("sysctl", ["-n", "machdep.cpu.brand_string"]) { RedirectStandardOutput = true };
        using var process = Process.Start(start);
        return process?.StandardOutput.ReadToEnd().Trim();
    }
}
