using System.Diagnostics;
using Xunit;

namespace HadamardNtk.Packages.Tests;

/// <summary>A program that runs in a folder, as in a shell that knows nothing of the running tests.</summary>
internal static class Command
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <summary>Runs a program to its end; what it printed, which must have no warning, or the test fails.</summary>
    internal static string Run(string folder, IReadOnlyDictionary<string, string> environment, string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // The runner's own settings of MSBuild and of the host are not those of a user.
        foreach (var name in start.Environment.Keys.Where(IsOfRunner).ToArray())
        {
            start.Environment.Remove(name);
        }

        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        if (!process.WaitForExit(Patience))
        {
            process.Kill(entireProcessTree: true);
        }

        var text = output.GetAwaiter().GetResult() + error.GetAwaiter().GetResult();
        var line = $"{program} {string.Join(' ', arguments)}";
        Assert.SkipWhen(text.Contains("NU1301"), $"No source of NuGet packages can be reached: {line}");
        Assert.True(process.ExitCode == 0, $"{line}: exit code {process.ExitCode}\n{text}");
        Assert.DoesNotMatch("warning [A-Z]+[0-9]+", text);
        return text.ReplaceLineEndings("\n");
    }

    private static bool IsOfRunner(string name) =>
        name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase) || name.StartsWith("VSTEST", StringComparison.OrdinalIgnoreCase)
        || name is "DOTNET_HOST_PATH" or "DOTNET_STARTUP_HOOKS" or "HNTK_LIBTORCH";
}
