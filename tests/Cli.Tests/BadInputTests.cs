using System.Text;
using Xunit;

namespace HadamardNtk.Cli.Tests;

public class BadInputTests : CommandLine
{
    [Theory]
    [InlineData("1,2\n3\n", "row 1", "line 2")]
    [InlineData("1,2\n3,4,5\n", "row 1", "line 2")]
    [InlineData("1,2\n3,abc\n", "\"abc\"", "row 1, column 1")]
    [InlineData("1,2\n3,\n", "row 1, column 1")]
    [InlineData("1,nan\n", "\"nan\"", "row 0, column 1")]
    [InlineData("1,2\n-inf,3\n", "\"-inf\"", "row 1, column 0")]
    [InlineData("1,1e400\n", "1e400")]
    [InlineData("1;2\n3;4\n", "\"1;2\"", "row 0, column 0")]
    [InlineData("1\n\n3\n", "blank line", "line 2")]
    [InlineData("", "an empty file")]
    [InlineData("a,b\n", "rows of numbers")]
    public void Text_that_is_no_table_of_numbers_is_refused_with_the_place(string text, params string[] parts) =>
        Refused(Put("x.csv", text), ["x.csv", .. parts]);

    [Fact]
    public void Numbers_that_are_none_are_refused_with_the_place()
    {
        Refused(Put("x.npy", new double[,] { { 1, 2 }, { double.NaN, 3 } }), "x.npy", "NaN", "row 1, column 0");
        Refused(Put("x.npy", new double[,] { { 1, double.NegativeInfinity } }), "x.npy", "Infinity", "row 0, column 1");
    }

    [Fact]
    public void Damaged_files_are_refused()
    {
        var whole = Npy.Bytes(Samples(10, 3));
        Refused(Put("x.npy", whole[..^1]), "x.npy", "truncated");
        Refused(Put("x.npy", whole[..40]), "x.npy", "truncated");
        Refused(Put("x.npy", [.. whole, 0]), "x.npy", "behind");
        Refused(Put("x.npy", Npy.Bytes("<c16", "(1, 1)", new byte[16])), "x.npy", "c16");
        var packed = Zip(whole);
        Refused(Put("x.npy.gz", packed[..^9]), "x.npy.gz", "gzip");
        packed[packed.Length / 2] ^= 0x55;
        Refused(Put("x.npy.gz", packed), "x.npy.gz");
        Refused(Put("x.bin", [0, 1, 2, 3, 4, 5, 6, 7]), "x.bin", "00 01 02");
        Refused(Put("idx", [0, 0, 8, 3, 0, 0, 0, 3, 0, 0, 0, 1, 0, 0, 0, 2, 1, 2, 3]), "idx");
    }

    [Theory]
    [InlineData("(1099511627776, 4)")]
    [InlineData("(1099511627776, 1099511627776)")]
    [InlineData("(99999999999999999999999, 2)")]
    [InlineData("(0, 4)")]
    public void A_header_that_claims_what_is_not_there_is_refused_at_once(string shape) =>
        Refused(Put("x.npy", Npy.Bytes("<f8", shape, new byte[64])), "x.npy");

    [Theory]
    [InlineData("x.csv[5]", "5")]
    [InlineData("x.csv[-3]", "-3")]
    [InlineData("x.csv[:,2]", "2")]
    [InlineData("x.csv[2:]", "none")]
    [InlineData("x.csv[a]", "[a]")]
    [InlineData("x.csv[]", "[]")]
    [InlineData("x.csv[::0]", "[::0]")]
    [InlineData("x.csv[:,:,:]", "[:,:,:]")]
    [InlineData("x.csv[1.5]", "[1.5]")]
    [InlineData("x.csv[99999999999999999999]", "row from 0 to 1")]
    [InlineData("x.csv[:", "no such file")]
    public void A_selection_that_selects_nothing_is_refused(string argument, string part)
    {
        Put("x.csv", "1,2\n3,4\n");
        Refused(argument, "x.csv", part);
    }

    [Fact]
    public void What_is_no_readable_file_is_refused()
    {
        Directory.CreateDirectory(Place("folder"));
        Refused("missing.npy", "missing.npy", "no such file");
        Refused("folder", "folder");
        Refused("", "file name");
        Put("x.csv", "1,2\n");
        Refused("x.csv/y", "x.csv/y");
        Fails(2, ["gram", "--net", "dense", "--x", "x.csv", "--x2", "missing.npy", "--out", "K.npy"], "missing.npy");
        Fails(2, ["fit", "--net", "dense", "--x", "x.csv", "--y", "missing.npy", "--model", "m"], "missing.npy");
    }

    [Fact]
    public void Two_files_with_different_features_are_refused()
    {
        Put("x.csv", "1,2\n3,4\n");
        Put("z.csv", "1,2,3\n");
        Fails(2, ["gram", "--net", "dense", "--x", "x.csv", "--x2", "z.csv", "--out", "K.npy"], "2 features", "3");
    }

    [Fact]
    public void A_line_break_in_a_name_stays_on_one_line()
    {
        Refused("no\nsuch\r\nfile", "no such");
        Put("new\nline.csv", Encoding.UTF8.GetBytes("1,x\n2,3"));
        Refused("new\nline.csv", "\"x\"");
    }

    private void Refused(string argument, params string[] parts) =>
        Fails(2, ["gram", "--net", "dense", "--x", argument, "--out", "K.npy"], parts);
}
