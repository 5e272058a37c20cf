using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;

namespace HadamardNtk.Samples.Tests.Programs;

/// <summary>The text of a script for F# Interactive, and a name to find its output by.</summary>
internal sealed record FSharpScript(string Name, string Text);

/// <summary>What a script printed, and what the compiler or an exception said: nothing, where all went well.</summary>
internal sealed record FSharpOutput(string Output, string Errors);

/// <summary>
/// Many scripts for F# Interactive, run by one process of <c>dotnet fsi</c>, one after the other: it takes seconds to
/// start and a fraction of one for each. In place of a line <c>#r "nuget: HadamardNtk"</c> it refers to the assemblies
/// beside the tests.
/// </summary>
internal static partial class FSharpScripts
{
    private const string Separator = "=-=-= ";

    /// <summary>Runs scripts, each in an empty folder that is deleted.</summary>
    /// <param name="scripts">The scripts, with different names.</param>
    /// <param name="echo">Whether values are shown as F# Interactive shows them; else only what is printed.</param>
    /// <returns>What each script printed, by its name.</returns>
    internal static IReadOnlyDictionary<string, FSharpOutput> Run(
        IReadOnlyList<FSharpScript> scripts, bool echo = false)
    {
        var folder = Directory.CreateTempSubdirectory("hntk-fsi-").FullName;
        try
        {
            string Place(int script) => Path.Combine(folder, $"Script{script}");
            string[] session = [.. scripts.SelectMany((script, i) => Interaction(script, Place(i), echo))];
            var (output, errors) = Interactive(session, echo);
            return scripts.ToDictionary(s => s.Name, s => new FSharpOutput(Part(output, s.Name), Part(errors, s.Name)));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>What F# Interactive is told: references, a folder, the name on both streams, and the script.</summary>
    private static string[] Interaction(FSharpScript script, string folder, bool echo)
    {
        Directory.CreateDirectory(folder);
        string[] packages = [.. Nuget().Matches(script.Text).Select(match => match.Groups[1].Value)];
        var text = Nuget().Replace(script.Text, match => $"// {match.Value}");
        var path = Path.Combine(folder, Path.GetFileName(folder) + ".fsx");
        File.WriteAllText(path, text);
        var name = $"\"{Separator}{script.Name}\"";
        return
        [
            .. packages.SelectMany(References),
            $"System.Environment.CurrentDirectory <- \"{Escaped(folder)}\";;",
            $"System.Console.Out.WriteLine {name}; System.Console.Error.WriteLine {name};;",
            echo ? text + "\n;;" : $"#load \"{Escaped(path)}\";;",
            "System.Console.Out.Flush (); System.Console.Error.Flush ();;",
        ];
    }

    private static (string Output, string Errors) Interactive(string[] session, bool echo)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = new UTF8Encoding(false),
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
        };
        string[] arguments = ["fsi", "--nologo", "--readline-", .. echo ? Array.Empty<string>() : ["--quiet"]];
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        start.Environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1";
        start.Environment["DOTNET_SYSTEM_GLOBALIZATION_INVARIANT"] = "1";
        using var process = Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        foreach (var line in session) process.StandardInput.WriteLine(line);
        process.StandardInput.WriteLine("#quit;;");
        process.StandardInput.Close();
        process.WaitForExit();
        return (Unix(output.Result), Unix(errors.Result));
    }

    /// <summary>The part of a stream that follows a script's name and goes to the next one's.</summary>
    private static string Part(string stream, string name)
    {
        var begin = $"{Separator}{name}\n";
        var start = stream.IndexOf(begin, StringComparison.Ordinal);
        if (start < 0) return $"F# Interactive did not come to {name}:\n{stream}";
        start += begin.Length;
        var end = stream.IndexOf(Separator, start, StringComparison.Ordinal);
        return end < 0 ? stream[start..] : stream[start..end];
    }

    /// <summary>The lines that refer to a package's assemblies; F# Interactive has an FSharp.Core of its own.</summary>
    private static IEnumerable<string> References(string package) =>
        from path in Package.Files([package])
        where Path.GetFileName(path) != "FSharp.Core.dll"
        select $"#r \"{Escaped(path)}\";;";

    private static string Escaped(string path) => path.Replace(@"\", @"\\", StringComparison.Ordinal);

    private static string Unix(string text) => text.Replace("\r\n", "\n", StringComparison.Ordinal);

    [GeneratedRegex("""(?m)^#r "nuget: *(HadamardNtk[A-Za-z.]*)[^"]*".*$""")]
    private static partial Regex Nuget();
}
