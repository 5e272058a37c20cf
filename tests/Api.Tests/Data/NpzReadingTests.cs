using System.IO.Compression;
using System.Text;
using Xunit;
using static HadamardNtk.Api.Tests.NpyBytes;

namespace HadamardNtk.Api.Tests;

/// <summary>Archives as numpy.savez and numpy.savez_compressed write them.</summary>
public class NpzReadingTests : DataFolder
{
    private static readonly byte[] X = Of("<f8", "(2, 2)", F8(1, 2, 3, 4));
    private static readonly byte[] Y = Of(">i2", "(2,)", [0, 7, 0, 9]);

    [Theory]
    [InlineData(CompressionLevel.NoCompression)]
    [InlineData(CompressionLevel.Optimal)]
    public void Arrays_are_read_by_their_names(CompressionLevel level)
    {
        var file = Put("d.npz", Archive(level, ("x_train.npy", X), ("y_train.npy", Y), ("readme.txt", "hello"u8.ToArray())));
        Same(new double[,] { { 1, 2 }, { 3, 4 } }, DataFile.ReadMatrix(file + ":x_train"));
        Same(new double[,] { { 1, 2 }, { 3, 4 } }, DataFile.ReadMatrix(file + ":x_train.npy"));
        Same(new double[,] { { 4 } }, DataFile.ReadMatrix(file + ":x_train[1:,-1]"));
        Assert.Equal([7L, 9], DataFile.ReadLabels(file + ":y_train"));
    }

    [Fact]
    public void The_only_array_needs_no_name_and_the_name_of_the_file_no_end()
    {
        Same(new double[,] { { 3, 4 } }, DataFile.ReadMatrix(Put("d.npz", Archive(CompressionLevel.Optimal, ("arr_0.npy", X))) + "[1]"));
        Same(new double[,] { { 1, 2 } }, DataFile.ReadMatrix(Put("data", Archive(CompressionLevel.Optimal, ("arr_0.npy", X))) + "[:1]"));
        Same(new double[,] { { 1, 2 } }, DataFile.ReadMatrix(Put("d.npz.gz", Zip(Archive(CompressionLevel.Optimal, ("a.npy", X)))) + "[:1]"));
    }

    [Fact]
    public void Several_arrays_and_none_are_refused_with_the_names_there_are()
    {
        var file = Put("d.npz", Archive(CompressionLevel.Optimal, ("x.npy", X), ("y.npy", Y)));
        Refused(file, "the name of one of its arrays", "it has 2: x, y", "d.npz:x'");
        Refused(() => DataFile.ReadMatrix(file + ":z"), "d.npz", "one of its arrays: x, y", "\"z\"");
        Refused(Put("e.npz", Archive(CompressionLevel.Optimal, ("x.txt", X))), "an npz file with arrays", "without any");
        Refused(Put("f.xlsx", Archive(CompressionLevel.Optimal, ("[Content_Types].xml", X))), "office program", ".csv");
    }

    [Fact]
    public void A_name_behind_another_file_is_refused()
    {
        Refused(() => DataFile.ReadMatrix(Put("x.npz", X) + ":x"), "x.npz", "an npz file", "leave the name behind the colon out");
        Refused(() => DataFile.ReadMatrix(Place("none.npz") + ":x"), "none.npz", "no such file");
        Same(new double[,] { { 5 } }, DataFile.ReadMatrix(Put("odd.npz:x", "5\n")));
    }

    [Fact]
    public void A_damaged_or_shortened_archive_is_refused()
    {
        var whole = Archive(CompressionLevel.NoCompression, ("x.npy", X));
        for (var length = 4; length < whole.Length; length += 7) Refused(Put("x.npz", whole[..length]), "npz");
        var at = Encoding.Latin1.GetString(whole).IndexOf(Encoding.Latin1.GetString(F8(3)), StringComparison.Ordinal);
        whole[at + 7] ^= 1;
        Refused(Put("x.npz", whole), "a complete npz file", "array x is cut short or damaged");
    }

    [Fact]
    public void The_array_in_an_archive_is_checked_like_a_file()
    {
        var file = Put("d.npz", Archive(CompressionLevel.Optimal, ("bad.npy", Of("<f8", "(2, 3)", F8(1, 2)))));
        Refused(file, "48 bytes", "16 bytes", "truncated");
    }

    internal static byte[] Archive(CompressionLevel level, params (string Name, byte[] Content)[] files)
    {
        using var packed = new MemoryStream();
        using (var zip = new ZipArchive(packed, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, content) in files)
            {
                using var entry = zip.CreateEntry(name, level).Open();
                entry.Write(content);
            }
        }

        return packed.ToArray();
    }
}
