namespace HadamardNtk.Cluster.Tests;

internal static class Samples
{
    internal static Matrix Random(int rows, int columns, int seed)
    {
        var random = new Random(seed);
        var numbers = new double[rows, columns];
        for (var i = 0; i < rows; i++)
        {
            for (var j = 0; j < columns; j++)
            {
                numbers[i, j] = 2 * random.NextDouble() - 1;
            }
        }

        return numbers;
    }
}

/// <summary>A folder that is deleted at the end.</summary>
internal sealed class Folder : IDisposable
{
    internal string Path { get; } = Directory.CreateTempSubdirectory("hntk-cluster-").FullName;

    internal string Place(string name) => System.IO.Path.Combine(Path, name);

    internal string[] Names() => [.. Directory.GetFiles(Path).Select(file => System.IO.Path.GetFileName(file)).Order()];

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
