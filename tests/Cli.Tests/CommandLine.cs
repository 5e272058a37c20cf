using System.Globalization;
using System.IO.Compression;
using System.Text;
using Xunit;

namespace HadamardNtk.Cli.Tests;

/// <summary>A test class with a folder of its own, in which commands run; it goes after each test.</summary>
public abstract class CommandLine : IDisposable
{
    protected const string Relu = "dense(w=1.41421356) relu dense";

    protected string Folder { get; } = Directory.CreateTempSubdirectory("hntk-cli-").FullName;

    /// <summary>Nothing half-finished may ever be left, whatever a test did.</summary>
    public void Dispose()
    {
        Ended();
        var names = Names();
        Directory.Delete(Folder, recursive: true);
        GC.SuppressFinalize(this);
        Assert.DoesNotContain(names, name => name.Contains("partial") || name.Contains(".tmp"));
    }

    /// <summary>Takes away what a test itself has put there.</summary>
    protected virtual void Ended()
    {
    }

    protected Outcome Run(params string[] arguments) => Hntk.Run(Folder, arguments);

    /// <summary>A run that fails with one line and changes nothing in the folder; the line has all of the parts.</summary>
    protected string Fails(int code, string[] arguments, params string[] parts) =>
        Unchanged(() => Run(arguments).Failed(code, parts));

    protected string Unchanged(Func<string> act)
    {
        var before = Snapshot();
        var said = act();
        Assert.Equal(before, Snapshot());
        return said;
    }

    protected string Place(string name) => Path.Combine(Folder, name);

    protected string Put(string name, byte[] content)
    {
        File.WriteAllBytes(Place(name), content);
        return name;
    }

    protected string Put(string name, string content) => Put(name, Encoding.UTF8.GetBytes(content));

    protected string Put(string name, double[,] rows) => Put(name, Npy.Bytes(rows));

    protected Npy Read(string name) => Npy.Read(Place(name));

    /// <summary>All files and folders, hidden ones too, relative to the test's folder.</summary>
    protected string[] Names() =>
    [
        .. Directory.GetFileSystemEntries(Folder, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0 })
            .Select(path => Path.GetRelativePath(Folder, path)).Order(StringComparer.Ordinal),
    ];

    protected static byte[] Zip(byte[] content)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal))
        {
            gzip.Write(content);
        }

        return packed.ToArray();
    }

    /// <summary>Numbers in (-1, 1) that look random and are always the same.</summary>
    protected static double[,] Samples(int rows, int columns, int seed = 1)
    {
        var random = new Random(seed);
        var samples = new double[rows, columns];
        for (var i = 0; i < rows; i++)
        {
            for (var j = 0; j < columns; j++)
            {
                samples[i, j] = 2 * random.NextDouble() - 1;
            }
        }

        return samples;
    }

    protected static string Csv(double[,] rows) => string.Concat(Enumerable.Range(0, rows.GetLength(0)).Select(i =>
        string.Join(',', Enumerable.Range(0, rows.GetLength(1)).Select(j => rows[i, j].ToString("R", CultureInfo.InvariantCulture))) + "\n"));

    private string[] Snapshot() => [.. Names().Select(name => $"{name} {Content(Place(name))}")];

    private static string Content(string path) => Directory.Exists(path) ? "folder" : Convert.ToHexString(File.ReadAllBytes(path));
}
