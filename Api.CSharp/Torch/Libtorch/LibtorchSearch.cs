namespace HadamardNtk;

/// <summary>
/// The search for libtorch. If a folder is named, only that one is searched; else the folders beside the program, and
/// then NuGet's cache.
/// </summary>
/// <param name="Option">The folder that the program or its user named, or null.</param>
/// <param name="Variable">The folder in the environment variable, used if none was named; or null.</param>
/// <param name="Beside">The program's own folders.</param>
/// <param name="Packages">NuGet's cache.</param>
internal sealed record LibtorchSearch(string? Option, string? Variable, IReadOnlyList<string> Beside, string Packages)
{
    /// <summary>The environment variable that names the folder.</summary>
    internal const string VariableName = "HNTK_LIBTORCH";

    /// <summary>The library by which a folder of libtorch is recognized.</summary>
    internal const string Core = "torch_cpu";

    /// <summary>TorchSharp's own native library, which needs libtorch.</summary>
    internal const string Bridge = "LibTorchSharp";

    /// <summary>The folder that was named, or null.</summary>
    internal string? Named =>
        !string.IsNullOrEmpty(Option) ? Option : !string.IsNullOrEmpty(Variable) ? Variable : null;

    private static string Package => $"libtorch-cpu-{Platform.Name}";

    private string InPackages => Natives(Path.Combine(Packages, Package, TorchSharpVersion.Libtorch));

    /// <summary>The search in the folders of this process.</summary>
    internal static LibtorchSearch Here(string? option) => new(
        option,
        Environment.GetEnvironmentVariable(VariableName),
        [.. RuntimeFolders(), AppContext.BaseDirectory, Natives(AppContext.BaseDirectory)],
        NuGetCache());

    /// <summary>The first folder that has libtorch, or null.</summary>
    internal string? Folder() =>
        (Named is { } named ? Within(named) : Beside.Append(InPackages)).FirstOrDefault(folder => Has(folder, Core));

    /// <summary>The folder of TorchSharp's native library for libtorch in a given folder; or null.</summary>
    internal string? BridgeFolder(string libtorch) => Beside
        .Append(Natives(Path.Combine(Packages, "torchsharp", TorchSharpVersion.Own)))
        .Append(libtorch)
        .FirstOrDefault(folder => Has(folder, Bridge));

    /// <summary>
    /// Whether a libtorch that is loaded already may be used: its folder is the one that the program or its user named,
    /// or they named none. The environment variable only chooses which one is loaded.
    /// </summary>
    internal bool Accepts(string folder) => string.IsNullOrEmpty(Option)
        || Within(Option).Any(place => Path.GetFullPath(place) == Path.GetFullPath(folder));

    /// <summary>The message if libtorch was not found.</summary>
    internal string NotFound() => Named is { } named
        ? $"expected libtorch's {Platform.FileOf(Core)} in '{named}', which "
            + $"{(named == Option ? "was named" : VariableName + " names")}, or in its lib; it is not there"
        : $"libtorch {TorchSharpVersion.Libtorch} was found neither beside the program nor in NuGet's cache: "
            + $"add the package {Package} to the "
            + "project, or name the folder that it is in by --libtorch, "
            + $"TorchSettings.LibtorchFolder or {VariableName}";

    // A package, or an unpacked archive of PyTorch, has libtorch in a subfolder.
    private static IEnumerable<string> Within(string folder) => [folder, Path.Combine(folder, "lib"), Natives(folder)];

    private static string Natives(string package) => Path.Combine(package, "runtimes", Platform.Name, "native");

    private static bool Has(string folder, string library) =>
        File.Exists(Path.Combine(folder, Platform.FileOf(library)));

    // The folders in which the runtime finds the native libraries of the referenced packages.
    private static string[] RuntimeFolders() =>
        (AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") as string ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);

    private static string NuGetCache() =>
        Environment.GetEnvironmentVariable("NUGET_PACKAGES") is { Length: > 0 } packages
            ? packages
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
}
