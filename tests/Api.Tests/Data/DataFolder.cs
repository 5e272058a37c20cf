using System.IO.Compression;
using System.Text;
using Xunit;

namespace HadamardNtk.Api.Tests;

/// <summary>A test class with a folder of its own, gone after each test.</summary>
public abstract class DataFolder : IDisposable
{
    protected string Folder { get; } = Directory.CreateTempSubdirectory("hntk-data-").FullName;

    public void Dispose()
    {
        Directory.Delete(Folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    protected string Place(string name) => Path.Combine(Folder, name);

    protected string Put(string name, byte[] content)
    {
        File.WriteAllBytes(Place(name), content);
        return Place(name);
    }

    protected string Put(string name, string content) => Put(name, Encoding.UTF8.GetBytes(content));

    protected string[] Names() => [.. Directory.GetFileSystemEntries(Folder).Select(p => Path.GetFileName(p)!).Order()];

    protected static byte[] Zip(byte[] content)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal)) gzip.Write(content);
        return packed.ToArray();
    }

    /// <summary>Reading is refused in one line that names the file and says all of the parts.</summary>
    protected static DataFormatException Refused(string argument, params string[] parts) =>
        Refused(() => DataFile.ReadMatrix(argument), argument, parts);

    protected static DataFormatException Refused(Func<object> read, string argument, params string[] parts)
    {
        var error = Assert.Throws<DataFormatException>(read);
        Assert.DoesNotContain('\n', error.Message);
        var bracket = argument.EndsWith(']') ? argument.LastIndexOf('[') : argument.Length;
        foreach (var part in parts.Append(Path.GetFileName(argument[..bracket])))
            Assert.Contains(part, error.Message);
        return error;
    }

    protected static void Same(double[,] expected, Matrix actual) => Assert.Equal(expected, actual.ToArray());
}
