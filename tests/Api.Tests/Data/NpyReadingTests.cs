using System.Runtime.InteropServices;
using Xunit;
using static HadamardNtk.Api.Tests.NpyBytes;

namespace HadamardNtk.Api.Tests;

public class NpyReadingTests : DataFolder
{
    private static readonly double[,] Expected = { { 1, 2, 3 }, { 4, 5, 6 } };

    public static TheoryData<string, byte[]> Types => new()
    {
        { "<f4", F4(1, 2, 3, 4, 5, 6) },
        { "<f8", F8(1, 2, 3, 4, 5, 6) },
        { "<i4", I4(1, 2, 3, 4, 5, 6) },
        { "<i8", I8(1, 2, 3, 4, 5, 6) },
        { "|u1", [1, 2, 3, 4, 5, 6] },
        { "|i1", [1, 2, 3, 4, 5, 6] },
        { "<i2", Bytes<short>(1, 2, 3, 4, 5, 6) },
        { "<u2", Bytes<ushort>(1, 2, 3, 4, 5, 6) },
        { "<u4", Bytes<uint>(1, 2, 3, 4, 5, 6) },
        { "<u8", Bytes<ulong>(1, 2, 3, 4, 5, 6) },
        { "<f2", Bytes([.. new[] { 1, 2, 3, 4, 5, 6 }.Select(i => (Half)i)]) },
        { ">f2", Swapped([.. new[] { 1, 2, 3, 4, 5, 6 }.Select(i => (Half)i)]) },
        { ">f4", Swapped<float>(1, 2, 3, 4, 5, 6) },
        { ">f8", Swapped<double>(1, 2, 3, 4, 5, 6) },
        { ">i2", Swapped<short>(1, 2, 3, 4, 5, 6) },
        { ">i4", Swapped<int>(1, 2, 3, 4, 5, 6) },
        { ">i8", Swapped<long>(1, 2, 3, 4, 5, 6) },
        { ">u2", Swapped<ushort>(1, 2, 3, 4, 5, 6) },
        { ">u4", Swapped<uint>(1, 2, 3, 4, 5, 6) },
        { ">u8", Swapped<ulong>(1, 2, 3, 4, 5, 6) },
    };

    [Theory]
    [MemberData(nameof(Types))]
    public void Every_type_is_read_in_every_version_plain_and_gzipped(string descr, byte[] data)
    {
        foreach (var version in new byte[] { 1, 2, 3 })
        {
            var bytes = Of(descr, "(2, 3)", data, version: version);
            Same(Expected, DataFile.ReadMatrix(Put("plain", bytes)));
            Same(Expected, DataFile.ReadMatrix(Put("packed", Zip(bytes))));
        }
    }

    [Fact]
    public void Negative_and_extreme_values_are_exact()
    {
        Assert.Equal([-1.5, 3.402823466385288598e38], Values("<f4", F4(-1.5f, float.MaxValue)));
        Assert.Equal([double.Epsilon, -double.MaxValue], Values("<f8", F8(double.Epsilon, -double.MaxValue)));
        Assert.Equal([int.MinValue, int.MaxValue], Values("<i4", I4(int.MinValue, int.MaxValue)));
        Assert.Equal([-9007199254740992, 9007199254740992], Values("<i8", I8(-(1L << 53), 1L << 53)));
        Assert.Equal([255, 128], Values("|u1", [255, 128]));
        Assert.Equal([-128, -1], Values("|i1", [128, 255]));
        Assert.Equal([short.MinValue, short.MaxValue], Values("<i2", Bytes<short>(short.MinValue, short.MaxValue)));
        Assert.Equal([short.MinValue, short.MaxValue], Values(">i2", Swapped<short>(short.MinValue, short.MaxValue)));
        Assert.Equal([0, 65535], Values("<u2", Bytes<ushort>(0, 65535)));
        Assert.Equal([0, 4294967295], Values("<u4", Bytes<uint>(0, uint.MaxValue)));
        Assert.Equal([0, 9007199254740992], Values("<u8", Bytes<ulong>(0, 1UL << 53)));
        Assert.Equal([0, 1], Values("|b1", [0, 1]));
        Assert.Equal([65504, -0.00006103515625], Values("<f2", Bytes(Half.MaxValue, (Half)(-0.00006103515625))));
        Assert.Equal([-1.5, double.Epsilon], Values(">f8", Swapped(-1.5, double.Epsilon)));
    }

    [Fact]
    public void Column_order_and_the_order_of_bytes_do_not_mix() => Same(
        Expected, DataFile.ReadMatrix(Put("x", Of(">i2", "(2, 3)", Swapped<short>(1, 4, 2, 5, 3, 6), fortran: true))));

    [Theory]
    [InlineData("<u8")]
    [InlineData(">u8")]
    [InlineData(">i8")]
    public void Large_integers_of_other_types_are_refused_too(string descr)
    {
        var bytes = descr[0] == '<' ? Bytes((1UL << 53) + 1) : Swapped((1UL << 53) + 1);
        Refused(Put("x.npy", Of(descr, "(1,)", bytes)), "2^53", "a larger one in row 0");
    }

    [Fact]
    public void A_truth_value_that_is_none_is_refused() =>
        Refused(Put("x.npy", Of("|b1", "(3,)", [1, 0, 2])), "0 or 1", "neither in row 2");

    [Fact]
    public void Fortran_order_is_turned_into_row_order()
    {
        Same(Expected, DataFile.ReadMatrix(Put("a", Of("<f8", "(2, 3)", F8(1, 4, 2, 5, 3, 6), fortran: true))));
        var cube = Enumerable.Range(0, 24).Select(i => (double)i).ToArray();
        var fortran = from k in Enumerable.Range(0, 4)
                      from j in Enumerable.Range(0, 3)
                      from i in Enumerable.Range(0, 2)
                      select cube[(i * 3 + j) * 4 + k];
        var matrix = DataFile.ReadMatrix(Put("b", Of("<f8", "(2, 3, 4)", F8([.. fortran]), fortran: true)));
        Assert.Equal((2, 12), (matrix.Rows, matrix.Columns));
        Assert.Equal(cube, matrix.Data);
        Assert.Equal([1, 2], DataFile.ReadMatrix(Put("c", Of("<f8", "(2,)", F8(1, 2), fortran: true))).Data);
    }

    [Fact]
    public void One_dimension_is_a_column_and_images_are_flattened()
    {
        Same(new double[,] { { 7 }, { 8 } }, DataFile.ReadMatrix(Put("y", Of("|u1", "(2,)", [7, 8]))));
        Same(new double[,] { { 1, 2, 3, 4 }, { 5, 6, 7, 8 } },
            DataFile.ReadMatrix(Put("x", Of("|u1", "(2, 2, 2)", [1, 2, 3, 4, 5, 6, 7, 8]))));
    }

    [Theory]
    [InlineData("{\"shape\":(2,3),\"fortran_order\":False,\"descr\":\"|u1\"}")]
    [InlineData("  { 'descr' : '|u1' , 'shape' : ( 2L , 3L , ) , 'fortran_order' : False }   \n")]
    public void Keys_come_in_any_order_and_spacing(string header) =>
        Same(Expected, DataFile.ReadMatrix(Put("x.npy", WithText(header, [1, 2, 3, 4, 5, 6]))));

    [Theory]
    [InlineData("<c16")]
    [InlineData("<f16")]
    [InlineData("<M8[ns]")]
    [InlineData("|O")]
    [InlineData("<U3")]
    public void Another_type_is_refused_with_its_name_and_those_that_are_read(string descr) =>
        Refused(Put("x.npy", Of(descr, "(1,)", new byte[8])), descr, "<f4, <f8, <f2, <i4, ", "|b1 or the same big-endian", "astype");

    [Fact]
    public void A_record_type_is_refused_by_name()
    {
        const string header = "{'descr': [('a', '<f8'), ('b', '<i4')], 'fortran_order': False, 'shape': (1,), }";
        Refused(Put("x.npy", WithText(header, [])), "[('a', '<f8'), ('b', '<i4')]", "<f4, <f8");
    }

    [Theory]
    [InlineData("()", "single number")]
    [InlineData("(0,)", "empty array (0)")]
    [InlineData("(3, 0)", "empty array (3 x 0)")]
    [InlineData("(0, 4611686018427387904, 4611686018427387904)", "empty array")]
    [InlineData("(-1, -1)", "-1 x -1")]
    [InlineData("(4611686018427387904, 4)", "at most 2147483591 values")]
    [InlineData("(4294967296, 4294967296, 4294967296, 4294967296)", "at most 2147483591 values")]
    [InlineData("(99999999999999999999,)", "integers below 2^63")]
    [InlineData("(1.5,)", "shape")]
    [InlineData("(1 2)", "comma")]
    [InlineData("(1", "shape")]
    [InlineData("1", "'('")]
    public void A_shape_without_values_or_beyond_all_bounds_is_refused(string shape, string part) =>
        Refused(Put("x.npy", Of("<f8", shape, F8(1))), part);

    [Fact]
    public void A_huge_claim_is_compared_with_the_bytes_there_before_anything_is_allocated()
    {
        var bytes = Of("<f8", "(1099511627776, 1)", F8(1, 2));
        Refused(Put("x.npy", bytes), "8796093022208 bytes", "1099511627776 x 1", "16 bytes", "truncated");
        Refused(Put("x.npy.gz", Zip(bytes)), "8796093022208 bytes", "16 bytes", "truncated");
    }

    [Fact]
    public void Truncated_data_is_refused_with_what_was_claimed_and_what_is_there()
    {
        var bytes = Of("<f8", "(3, 4)", F8(new double[12]));
        for (var cut = 1; cut <= 96; cut += 19)
            Refused(Put("x.npy", bytes[..^cut]), "96 bytes", $"{96 - cut} bytes", "truncated");
    }

    [Fact]
    public void Bytes_behind_the_array_are_refused() =>
        Refused(Put("x.npy", [.. Of("|u1", "(2,)", [1, 2]), 0]), "2 bytes", "3 bytes", "behind");

    [Fact]
    public void Every_truncated_header_is_refused()
    {
        var bytes = Of("|u1", "(2,)", []);
        for (var length = 1; length < bytes.Length; length++) Refused(Put("x.npy", bytes[..length]));
        Refused(Put("x.npy", bytes[..8]), "truncated");
        Refused(Put("x.npy", bytes[..30]), "truncated");
    }

    [Fact]
    public void A_header_longer_than_the_file_is_refused()
    {
        byte[] start = [0x93, .. "NUMPY"u8];
        Refused(Put("x.npy", [.. start, 2, 0, 0xff, 0xff, 0xff, 0xff, .. "{}"u8]), "4294967295 bytes", "truncated");
        Refused(Put("y.npy", [.. start, 1, 0, 0xff, 0xff, .. "{}"u8]), "65535 bytes", "truncated");
        Refused(Put("z.npy", [.. start, 2, 0, 0, 0, 1, 0, .. new byte[65536]]), "at most 65535 bytes");
    }

    [Theory]
    [InlineData(4, 0)]
    [InlineData(0, 0)]
    [InlineData(1, 1)]
    public void Another_version_is_refused(byte major, byte minor)
    {
        var bytes = Of("|u1", "(2,)", [1, 2]);
        (bytes[6], bytes[7]) = (major, minor);
        Refused(Put("x.npy", bytes), $"version {major}.{minor}", "1.0, 2.0 or 3.0");
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("not a dict")]
    [InlineData("{'descr': '<f8', 'fortran_order': False}")]
    [InlineData("{'descr': '<f8', 'shape': (1,)}")]
    [InlineData("{'fortran_order': False, 'shape': (1,)}")]
    [InlineData("{'descr': '<f8', 'descr': '<f8', 'fortran_order': False, 'shape': (1,)}")]
    [InlineData("{'descr': '<f8', 'fortran_order': False, 'shape': (1,), 'more': 1}")]
    [InlineData("{'descr': '<f8', 'fortran_order': Maybe, 'shape': (1,)}")]
    [InlineData("{'descr': '<f8', 'fortran_order': False 'shape': (1,)}")]
    [InlineData("{'descr': '<f8', 'fortran_order': False, 'shape': (1,)} + 1")]
    [InlineData("{'descr': [('a'")]
    [InlineData("{'descr': '<f8")]
    [InlineData("{'")]
    [InlineData("{'descr': 3, 'fortran_order': False, 'shape': (1,)}")]
    public void A_header_that_is_no_such_dict_is_refused(string header) =>
        Refused(Put("x.npy", WithText(header, F8(1))), "npy header");

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity)]
    public void A_value_that_is_not_finite_is_refused_with_its_row_and_column(double bad)
    {
        var path = Put("x.npy", Of("<f8", "(2, 3)", F8(1, 2, 3, 4, bad, 6)));
        Refused(path, $"{bad}", "row 1, column 1 (counted from 0)");
        Refused(Put("f.npy", Of("<f8", "(2, 3)", F8(1, 4, 2, bad, 3, 6), fortran: true)), "row 1, column 1");
        Refused(Put("y.npy", Of("<f4", "(3,)", F4(1, 2, (float)bad))), "row 2, column 0");
        Refused(Put("z.npy", Of("<f8", "(1, 2, 2)", F8(1, 2, 3, bad))), "row 0, column 3");
    }

    [Theory]
    [InlineData((1L << 53) + 1)]
    [InlineData(-(1L << 53) - 1)]
    [InlineData(long.MaxValue)]
    [InlineData(long.MinValue)]
    public void An_integer_that_float64_would_round_is_refused_with_its_row_and_column(long big) =>
        Refused(Put("x.npy", Of("<i8", "(1, 2)", I8(1, big))), "2^53", "row 0, column 1");

    private double[] Values(string descr, byte[] data) =>
        DataFile.ReadMatrix(Put("values.npy", Of(descr, "(1, 2)", data))).Data;

    private static byte[] Bytes<T>(params T[] values) where T : unmanaged => [.. MemoryMarshal.AsBytes<T>(values)];

    private static byte[] Swapped<T>(params T[] values) where T : unmanaged =>
        [.. values.SelectMany(value => Bytes(value).Reverse())];
}
