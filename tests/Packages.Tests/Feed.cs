using System.IO.Compression;
using System.Xml.Linq;
using Xunit;

[assembly: AssemblyFixture(typeof(HadamardNtk.Packages.Tests.Feed))]

namespace HadamardNtk.Packages.Tests;

/// <summary>
/// A folder with the packages of the built program, in a version that no cache has, and a NuGet.config that knows this folder
/// alone: what else is needed is in the machine's folder of packages, since the build needed it too.
/// </summary>
public sealed class Feed : IDisposable
{
    private const string Solution = "Hybrid.sln";

    public static readonly string[] Libraries =
        ["HadamardNtk.Core", "HadamardNtk", "HadamardNtk.Reports", "HadamardNtk.Torch", "HadamardNtk.Cluster", "HadamardNtk.DependencyInjection"];

    public Feed()
    {
        Pack(Packages);
        File.WriteAllText(Place("NuGet.config"), $"""
            <configuration>
              <packageSources>
                <clear />
                <add key="packed" value="{Packages}" />
              </packageSources>
              <fallbackPackageFolders>
                <add key="machine" value="{MachinePackages}" />
              </fallbackPackageFolders>
            </configuration>
            """);
    }

    internal static string Root { get; } = FindRoot();

    /// <summary>The folder that NuGet keeps packages in on this machine.</summary>
    internal static string MachinePackages { get; } = Environment.GetEnvironmentVariable("NUGET_PACKAGES")
        ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");

    internal string Folder { get; } = Directory.CreateTempSubdirectory("hntk-packages-").FullName;

    internal string Version { get; } = $"0.0.1-test.{Guid.NewGuid():N}";

    internal string Packages => Place("feed");

    internal string Place(params string[] parts) => Path.Combine([Folder, .. parts]);

    /// <summary>Runs a program in a folder below, with a folder of packages that no other run has seen.</summary>
    internal string Run(string folder, string program, params string[] arguments)
    {
        Directory.CreateDirectory(Place(folder));
        return Command.Run(Place(folder), Settings(), program, arguments);
    }

    internal void Pack(string folder) => Command.Run(
        Root, Settings(), "dotnet", "pack", Solution, "-c", Configuration, "--no-build", "-o", folder, "-v", "quiet",
        $"-p:MinVerVersionOverride={Version}");

    internal ZipArchive Open(string name, string extension = "nupkg") =>
        ZipFile.OpenRead(Path.Combine(Packages, $"{name}.{Version}.{extension}"));

    internal XElement Metadata(string name)
    {
        using var package = Open(name);
        using var stream = package.GetEntry($"{name}.nuspec")!.Open();
        return XDocument.Load(stream).Root!.Elements().Single();
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    private static string Configuration =>
        Path.GetFileName(Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory)))!;

    private Dictionary<string, string> Settings() => new()
    {
        ["NUGET_PACKAGES"] = Place("packages"),
        ["MSBUILDDISABLENODEREUSE"] = "1",
        ["DOTNET_NOLOGO"] = "1",
        ["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1",
    };

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, Solution)))
        {
            folder = folder.Parent ?? throw new DirectoryNotFoundException($"{Solution} is in no folder above the tests.");
        }

        return folder.FullName;
    }
}
