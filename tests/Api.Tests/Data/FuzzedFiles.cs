using System.Globalization;
using System.IO.Compression;
using System.Text;
using Xunit;

namespace HadamardNtk.Api.Tests;

/// <summary>
/// Files with a few changes in them, thousands of each kind: what is read is what a plain reading of the same bytes finds, every
/// row of it, and anything else is one line. HNTK_LONG=1 tries 100,000, HNTK_SEED others.
/// </summary>
public class FuzzedFiles : DataFolder
{
    private static readonly int Trials = Environment.GetEnvironmentVariable("HNTK_LONG") == "1" ? 100_000 : 3_000;
    private static readonly int Seed = int.TryParse(Environment.GetEnvironmentVariable("HNTK_SEED"), out var seed) ? seed : 20;

    [Theory]
    [InlineData("csv")]
    [InlineData("wide csv")]
    [InlineData("npy")]
    [InlineData("idx")]
    public void What_is_read_is_all_that_is_there(string kind)
    {
        var (random, read) = (new Random(Seed), 0);
        for (var trial = 0; trial < Trials; trial++)
        {
            var bytes = Mutated(kind, random);
            read += Tried(bytes, random.Next(8) == 0) ? 1 : 0;
        }

        Assert.InRange(read, Trials / 50, Trials);
    }

    [Fact]
    public void A_packed_file_is_unpacked_whole_or_refused()
    {
        var (random, read) = (new Random(Seed), 0);
        for (var trial = 0; trial < Trials; trial++)
        {
            var packed = Mutation.Of(Zip(Encoding.UTF8.GetBytes(Tables.Csv(random))), random, []);
            if (Read(Put("x.gz", packed)) is { } array && packed is [0x1f, 0x8b, ..])
            {
                Same(packed, Plain.Csv(Encoding.UTF8.GetString(Unpacked(packed))), array);
                read++;
            }
        }

        // A changed bit is refused, but for those of the head that nothing reads.
        Assert.InRange(read, Trials / 50, Trials);
    }

    [Fact]
    public void An_array_of_a_damaged_archive_is_read_whole_or_refused()
    {
        var (random, read) = (new Random(Seed), 0);
        for (var trial = 0; trial < Trials; trial++)
        {
            var array = Tables.Npy(random);
            var archive = NpzReadingTests.Archive((CompressionLevel)random.Next(3), ("a.npy", array));
            if (Read(Put("x.npz", Mutation.Of(archive, random, []))) is { } found)
            {
                Same(array, Plain.Npy(array), found);
                read++;
            }
        }

        Assert.InRange(read, Trials / 50, Trials);
    }

    /// <summary>Whether it was read, and then as it is.</summary>
    private bool Tried(byte[] bytes, bool isPacked)
    {
        if (Read(Put("x", isPacked ? Zip(bytes) : bytes)) is not { } array)
        {
            return false;
        }

        Same(bytes, Plain.Of(bytes), array);
        return true;
    }

    private static byte[] Mutated(string kind, Random random) => kind switch
    {
        "csv" => Mutation.Of(Encoding.UTF8.GetBytes(Tables.Csv(random)), random, Mutation.Words),
        "wide csv" => [0xff, 0xfe, .. Encoding.Unicode.GetBytes(Encoding.UTF8.GetString(Mutation.Of(Encoding.UTF8.GetBytes(Tables.Csv(random)), random, Mutation.Words)))],
        "npy" => Mutation.Of(Tables.Npy(random), random, Mutation.NpyWords),
        _ => Mutation.Of(Tables.Idx(random), random, []),
    };

    private static DataArray? Read(string path)
    {
        try
        {
            return DataFile.Read(path);
        }
        catch (DataFormatException error)
        {
            Assert.StartsWith(path, error.Message);
            Assert.DoesNotContain(error.Message, char.IsControl);
            return null;
        }
    }

    private static byte[] Unpacked(byte[] packed)
    {
        using var from = new GZipStream(new MemoryStream(packed), CompressionMode.Decompress);
        using var to = new MemoryStream();
        from.CopyTo(to);
        return to.ToArray();
    }

    private static void Same(byte[] bytes, (int[] Shape, double[] Values) plain, DataArray array)
    {
        var what = $"{MessageText.Quote(bytes)} {MessageText.Hex(bytes)}";
        Assert.True(array.Values.All(double.IsFinite), what);
        Assert.True(plain.Shape.SequenceEqual(array.Shape), $"{string.Join('x', array.Shape)} for {string.Join('x', plain.Shape)}: {what}");
        Assert.True(plain.Values.SequenceEqual(array.Values), what);
    }
}
