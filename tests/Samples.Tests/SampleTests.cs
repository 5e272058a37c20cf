using HadamardNtk.Samples.Tests.Programs;
using Xunit;

namespace HadamardNtk.Samples.Tests;

/// <summary>The samples print what the last lines of each say.</summary>
public class SampleTests(SampleTests.Scripts scripts) : IClassFixture<SampleTests.Scripts>
{
    private const string Approve = "HNTK_APPROVE";
    private const int Most = 40;

    public static TheoryData<string> Programs => [.. Names("csharp", "*.cs")];

    public static TheoryData<string> ScriptNames => [.. Names("fsharp", "*.fsx")];

    public static TheoryData<string> All => [.. Programs, .. ScriptNames];

    [Theory]
    [MemberData(nameof(Programs))]
    public void A_program_prints_what_it_says(string name)
    {
        var path = Place(name);
        Assert.StartsWith("#:package HadamardNtk@*\n\n// ", File.ReadAllText(path), StringComparison.Ordinal);
        Check(path, CSharpProgram.Run(File.ReadAllText(path), Path.GetDirectoryName(path)));
    }

    /// <summary>Publishing it as native code takes minutes; as an ordinary program it shows that it compiles and runs.</summary>
    [Fact]
    public void The_program_for_native_code_runs_as_an_ordinary_one()
    {
        var path = Place("aot/Program.cs");
        var output = CSharpProgram.Run(
            "#:package HadamardNtk@*\n#:package HadamardNtk.Reports@*\n" + File.ReadAllText(path), Path.GetDirectoryName(path));
        Assert.Contains("loaded again: True", output);
        Assert.Contains("](aot/Program.cs)", File.ReadAllText(Place("README.md")), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(ScriptNames))]
    public void A_script_prints_what_it_says(string name)
    {
        var path = Place(name);
        Assert.StartsWith("#r \"nuget: HadamardNtk\"\n\n// ", File.ReadAllText(path), StringComparison.Ordinal);
        var (output, errors) = scripts.Results[name];
        Assert.Equal("", errors);
        Check(path, output);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void A_sample_is_short_and_the_list_has_it(string name)
    {
        var lines = File.ReadAllLines(Place(name));
        Assert.InRange(lines.Length, 5, Most);
        Assert.All(lines, line => Assert.InRange(line.Length, 0, 120));
        Assert.Contains($"]({name})", File.ReadAllText(Place("README.md")), StringComparison.Ordinal);
    }

    [Fact]
    public void There_are_at_least_ten_of_each()
    {
        Assert.True(Names("csharp", "*.cs").Length >= 10);
        Assert.True(Names("fsharp", "*.fsx").Length >= 10);
    }

    private static void Check(string path, string output)
    {
        var text = File.ReadAllText(path);
        if (Environment.GetEnvironmentVariable(Approve) == "1")
        {
            File.WriteAllText(path, text = ExpectedOutput.Replace(text, output));
        }

        Assert.Equal(ExpectedOutput.Of(text), output);
    }

    private static string Place(string name) => Repository.Place("samples", name);

    private static string[] Names(string folder, string pattern) =>
        [.. Directory.GetFiles(Place(folder), pattern).Select(path => $"{folder}/{Path.GetFileName(path)}").Order()];

    /// <summary>The scripts, all run by one process.</summary>
    public sealed class Scripts
    {
        internal IReadOnlyDictionary<string, FSharpOutput> Results { get; } = FSharpScripts.Run(
            [.. Names("fsharp", "*.fsx").Select(name => new FSharpScript(name, File.ReadAllText(Place(name))))]);
    }
}
