using Xunit;

namespace HadamardNtk.Cli.Tests;

/// <summary>What a short run loads: every assembly costs milliseconds, and each of these tens of them.</summary>
public class StartupTests : CommandLine
{
    private static readonly string[] Compute = ["FSharp.Core", "MathNet.Numerics", "HadamardNtk.Core"];
    private static readonly string[] Draw = ["Spectre.Console", "System.Text.Json"];

    [Theory]
    [InlineData("--help")]
    [InlineData("--version")]
    [InlineData("gram --help")]
    [InlineData("backends")]
    public void What_computes_nothing_loads_nothing_that_computes_or_draws(string arguments) =>
        Assert.Empty(Loaded(arguments.Split(' ')).Intersect([.. Compute, .. Draw]));

    [Theory]
    [InlineData("--help")]
    [InlineData("gram --help")]
    [InlineData("demo")]
    [InlineData("explain --net dense")]
    public void Nothing_loads_TorchSharp_unasked(string arguments) =>
        Assert.DoesNotContain("TorchSharp", Loaded(arguments.Split(' ')));

    [Theory]
    [InlineData("--help")]
    [InlineData("worker --help")]
    [InlineData("gram --help")]
    [InlineData("backends")]
    public void Nothing_loads_clusters_unasked(string arguments) =>
        Assert.DoesNotContain(Loaded(arguments.Split(' ')), name => name == "HadamardNtk.Cluster" || name.StartsWith("Orleans"));

    [Fact]
    public void A_small_gram_matrix_needs_no_drawing_and_no_quadrature()
    {
        Put("x.csv", "2,0\n2,2\n");
        var loaded = Loaded("gram", "--net", "(dense(w=1.41421356) relu)^3 dense", "--x", "x.csv", "--out", "K.npy");
        Assert.Contains("HadamardNtk.Core", loaded);
        Assert.Empty(loaded.Intersect([.. Draw, "MathNet.Numerics", "System.Linq.Expressions", "TorchSharp", "HadamardNtk.Cluster", "Orleans.Core"]));
    }

    private string[] Loaded(params string[] arguments)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "there is no bash.");
        var list = Place("assemblies");
        var line = $"DOTNET_STARTUP_HOOKS='{typeof(StartupTests).Assembly.Location}' {StartupHook.Variable}='{list}' \"$@\"";
        Hntk.Shell(Folder, line, arguments).Succeeded();
        return File.ReadAllLines(list);
    }
}
