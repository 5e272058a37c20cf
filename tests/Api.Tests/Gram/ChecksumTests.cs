using Xunit;

namespace HadamardNtk.Api.Tests.Streaming;

public class ChecksumTests
{
    [Fact]
    public void It_is_the_one_of_the_catalogues() => Assert.Equal(0xE3069283u, Checksum.Of("123456789"u8));

    [Fact]
    public void Bytes_in_parts_have_the_checksum_of_all()
    {
        var bytes = new byte[100];
        new Random(1).NextBytes(bytes);
        foreach (var cut in new[] { 0, 1, 8, 33, 100 })
        {
            Assert.Equal(Checksum.Of(bytes), Checksum.Of(bytes.AsSpan(cut), Checksum.Of(bytes.AsSpan(0, cut))));
        }
    }

    [Fact]
    public void Zeros_do_not_pass_for_a_record() =>
        Assert.Empty(JournalFormat.ParseRecords([1, 2, 3], new byte[5 * JournalFormat.RecordLength]));
}
