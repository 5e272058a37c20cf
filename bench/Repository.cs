namespace HadamardNtk.Bench;

/// <summary>Places in the working copy that this program was built in.</summary>
internal static class Repository
{
    /// <summary>The folder with the solution.</summary>
    /// <exception cref="DirectoryNotFoundException">The program was moved away from it.</exception>
    internal static string Root { get; } = Find(new DirectoryInfo(AppContext.BaseDirectory));

    /// <summary>The program hntk, built in the same way as this one.</summary>
    internal static string Hntk => Path.Combine(Root, "Cli", "bin", Configuration, "net10.0", "hntk.dll");

    /// <summary>Where results are kept, a file for each processor.</summary>
    internal static string Results => Path.Combine(Root, "bench", "results");

    /// <summary>The page whose tables are generated.</summary>
    internal static string PerformancePage => Path.Combine(Root, "docs", "performance.md");

    /// <summary>Debug or Release.</summary>
    internal static string Configuration
    {
        get
        {
#if DEBUG
            return "Debug";
#else
            return "Release";
#endif
        }
    }

    private static string Find(DirectoryInfo? folder) =>
        folder is null ? throw new DirectoryNotFoundException("Expected to run inside the folder of Hybrid.sln.")
        : File.Exists(Path.Combine(folder.FullName, "Hybrid.sln")) ? folder.FullName
        : Find(folder.Parent);
}
