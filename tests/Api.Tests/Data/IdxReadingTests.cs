using Xunit;

namespace HadamardNtk.Api.Tests;

public class IdxReadingTests : DataFolder
{
    public static TheoryData<byte, byte[], double[]> Types => new()
    {
        { 0x08, [1, 255], [1, 255] },
        { 0x09, [1, 255], [1, -1] },
        { 0x0b, [1, 0, 255, 255], [256, -1] },
        { 0x0c, [0, 1, 0, 0, 255, 255, 255, 254], [65536, -2] },
        { 0x0d, [0x3f, 0xc0, 0, 0, 0xc0, 0, 0, 0], [1.5, -2] },
        { 0x0e, [0x3f, 0xf8, 0, 0, 0, 0, 0, 0, 0xc0, 0, 0, 0, 0, 0, 0, 0], [1.5, -2] },
    };

    [Theory]
    [MemberData(nameof(Types))]
    public void Every_type_is_read_big_endian(byte type, byte[] data, double[] expected) =>
        Assert.Equal(expected, DataFile.ReadMatrix(Put("a", [0, 0, type, 1, 0, 0, 0, 2, .. data])).Data);

    [Fact]
    public void Images_are_flattened_to_one_row_a_sample()
    {
        byte[] bytes = [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 3, 1, 2, 3, 4, 5, 6];
        Same(new double[,] { { 1, 2, 3 }, { 4, 5, 6 } }, DataFile.ReadMatrix(Put("plain", bytes)));
        Same(new double[,] { { 1, 2, 3 }, { 4, 5, 6 } }, DataFile.ReadMatrix(Put("packed", Zip(bytes))));
    }

    [Theory]
    [InlineData(new byte[] { 0, 0, 8, 2, 0, 0, 0, 1 }, "truncated")]
    [InlineData(new byte[] { 0, 0, 8, 1, 0, 0, 0, 3, 1, 2 }, "2 bytes, a truncated file")]
    [InlineData(new byte[] { 0, 0, 8, 1, 0, 0, 0, 1, 1, 2 }, "2 bytes, a file with bytes behind")]
    [InlineData(new byte[] { 0, 0, 8, 1, 255, 255, 255, 255, 1, 2 }, "4294967295 values")]
    [InlineData(new byte[] { 0, 0, 8, 1, 0, 0, 0, 0 }, "empty array")]
    [InlineData(new byte[] { 0, 0, 8, 0, 1 }, "single number")]
    [InlineData(new byte[] { 0, 0, 7, 1, 0, 0, 0, 1, 1 }, "00 00 07 01")]
    [InlineData(new byte[] { 0, 0, 8 }, "00 00 08")]
    [InlineData(new byte[] { 0, 0, 13, 1, 0, 0, 0, 1, 0x7f, 0xc0, 0, 0 }, "NaN in row 0, column 0")]
    public void A_file_that_does_not_hold_what_it_claims_is_refused(byte[] bytes, string part) =>
        Refused(Put("a-idx", bytes), part);
}
