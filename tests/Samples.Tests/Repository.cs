namespace HadamardNtk.Samples.Tests;

/// <summary>Files of the checkout that the tests run in.</summary>
internal static class Repository
{
    private static readonly string Root = Find();

    internal static string Place(params string[] parts) => Path.Combine([Root, .. parts]);

    private static string Find()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Hybrid.sln")))
        {
            folder = folder.Parent ?? throw new DirectoryNotFoundException("Hybrid.sln is in no folder above.");
        }

        return folder.FullName;
    }
}
