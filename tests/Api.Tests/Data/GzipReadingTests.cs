using System.Text;
using Xunit;

namespace HadamardNtk.Api.Tests;

public class GzipReadingTests : DataFolder
{
    private static readonly byte[] Text = Encoding.UTF8.GetBytes(
        string.Join('\n', Enumerable.Range(0, 300).Select(i => $"{i},{i * 7919 % 1009}")));

    [Fact]
    public void Gzip_is_told_by_content_not_by_name() =>
        Assert.Equal(300, DataFile.ReadMatrix(Put("named-otherwise.txt", Zip(Text))).Rows);

    [Fact]
    public void Several_members_are_one_file() =>
        Assert.Equal(600, DataFile.ReadMatrix(Put("x.gz", [.. Zip([.. Text, 10]), .. Zip(Text)])).Rows);

    [Fact]
    public void A_file_cut_anywhere_is_refused()
    {
        var whole = Zip(Text);
        for (var length = 2; length < whole.Length; length++)
            Refused(Put("x.csv.gz", whole[..length]), "a complete gzip file", "cut short");
    }

    [Fact]
    public void A_file_of_several_members_cut_in_the_last_is_refused()
    {
        var (first, second) = (Zip(Text), Zip(Text));
        for (var length = 1; length < second.Length; length++)
            Refused(Put("x.csv.gz", [.. first, .. second[..length]]));
    }

    [Fact]
    public void A_damaged_file_is_refused()
    {
        var whole = Zip(Text);
        foreach (var at in new[] { whole.Length / 2, whole.Length - 6, whole.Length - 2 })
        {
            var damaged = (byte[])whole.Clone();
            damaged[at] ^= 1;
            Refused(Put("x.csv.gz", damaged));
        }
    }

    [Fact]
    public void Bytes_behind_the_gzip_stream_are_refused() =>
        Refused(Put("x.csv.gz", [.. Zip(Text), 1, 2, 3]), "followed by other bytes");

    [Fact]
    public void A_gzipped_empty_file_is_refused()
    {
        byte[] empty = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        Refused(Put("x.csv.gz", empty), "an empty file");
    }

    [Fact]
    public void Large_files_are_read_across_all_inner_borders()
    {
        var values = new byte[(1 << 21) + 5];
        new Random(2).NextBytes(values);
        var bytes = NpyBytes.Of("|u1", $"({values.Length},)", values);
        Assert.Equal(values.Select(b => (double)b), DataFile.ReadMatrix(Put("x.npy.gz", Zip(bytes))).Data);
    }
}
