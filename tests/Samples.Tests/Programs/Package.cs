namespace HadamardNtk.Samples.Tests.Programs;

/// <summary>What a program may use that asks for one of our packages: the assemblies that come with it.</summary>
internal static class Package
{
    private static readonly string[] Core = ["FSharp.Core", "MathNet.Numerics", "HadamardNtk.Core"];

    private static readonly string[] Main = [.. Core, "HadamardNtk"];

    private static readonly string[] Hosting =
    [
        "Microsoft.Extensions.Configuration.Abstractions", "Microsoft.Extensions.DependencyInjection.Abstractions",
        "Microsoft.Extensions.Hosting.Abstractions", "Microsoft.Extensions.Options",
    ];

    /// <summary>The names of all packages.</summary>
    internal static IReadOnlyCollection<string> Names => Assemblies.Keys;

    private static readonly Dictionary<string, string[]> Assemblies = new()
    {
        ["HadamardNtk.Core"] = Core,
        ["HadamardNtk"] = Main,
        ["HadamardNtk.Reports"] = [.. Main, "OxyPlot", "HadamardNtk.Reports"],
        ["HadamardNtk.Torch"] = [.. Main, "TorchSharp", "HadamardNtk.Torch"],
        ["HadamardNtk.DependencyInjection"] = [.. Main, .. Hosting, "HadamardNtk.DependencyInjection"],
        ["HadamardNtk.Cluster"] = [.. Main, "HadamardNtk.Cluster"],
    };

    /// <summary>The files of the assemblies of some packages, each once, those that others need first.</summary>
    /// <exception cref="ArgumentException">A name is not that of a package of ours.</exception>
    internal static IReadOnlyList<string> Files(IEnumerable<string> packages) =>
        [.. packages.SelectMany(AssembliesOf).Distinct().Select(Place)];

    private static string Place(string assembly) =>
        Path.Combine(AppContext.BaseDirectory, assembly + ".dll") is var own && File.Exists(own)
            ? own
            : CSharpProgram.Trusted().First(path => Path.GetFileNameWithoutExtension(path) == assembly);

    private static string[] AssembliesOf(string package) => Assemblies.TryGetValue(package, out var names)
        ? names
        : throw new ArgumentException($"Expected one of {string.Join(", ", Names)}; came '{package}'.");
}
