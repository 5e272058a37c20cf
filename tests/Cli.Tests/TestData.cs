using System.Text.Json;
using Xunit;

namespace HadamardNtk.Cli.Tests;

/// <summary>Files that tests read: golden kernels of the repository, real data beside it.</summary>
public static class TestData
{
    private static readonly string Golden = Path.Combine(Hntk.Root, "tests", "golden");

    /// <summary>A real data file; the test is skipped where it is absent.</summary>
    public static string Shared(string name)
    {
        var path = Path.Combine(Hntk.Root, "..", "shared", "data", name);
        Assert.SkipUnless(File.Exists(path), $"{name} is not in shared/data beside the repository.");
        return Path.GetFullPath(path);
    }

    /// <summary>Rows of an input of the golden cases, an absolute file name.</summary>
    public static string GoldenInput(string inputs) => Path.Combine(Golden, inputs + ".x.npy");

    public static Npy GoldenKernel(string name, string kind) => Npy.Read(Path.Combine(Golden, $"{name}.{kind}.npy"));

    public static (string Net, string Inputs) GoldenCase(string name)
    {
        using var manifest = JsonDocument.Parse(File.ReadAllText(Path.Combine(Golden, "manifest.json")));
        var entry = manifest.RootElement.EnumerateArray().Single(e => e.GetProperty("name").GetString() == name);
        return (entry.GetProperty("net").GetString()!, entry.GetProperty("inputs").GetString()!);
    }
}
