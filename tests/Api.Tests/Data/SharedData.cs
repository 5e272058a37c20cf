using Xunit;

namespace HadamardNtk.Api.Tests;

/// <summary>Real data sets in shared/data beside the repository; tests that need an absent one are skipped.</summary>
public static class SharedData
{
    private static readonly string? Folder = Find();

    public static string Require(string name)
    {
        var path = Path.Combine(Folder ?? "", name);
        Assert.SkipUnless(
            Folder is not null && File.Exists(path), $"{name} is not in shared/data beside the repository.");
        return path;
    }

    private static string? Find()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Hybrid.sln"))) folder = folder.Parent;
        return folder?.Parent is null ? null : Path.Combine(folder.Parent.FullName, "shared", "data");
    }
}
