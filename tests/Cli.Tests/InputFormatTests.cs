using System.Runtime.InteropServices;
using System.Text;
using Xunit;

namespace HadamardNtk.Cli.Tests;

public class InputFormatTests : CommandLine
{
    private static readonly double[,] Rows = { { 1, 2, 9 }, { 3, 4, 8 }, { -1, 5, 7 } };

    private const string Text = "1,2,9\n3,4,8\n-1,5,7\n";

    /// <summary>2 x 2 inner products over 2 features of the first two columns, the last row left out.</summary>
    private static readonly double[] Expected = [2.5, 5.5, 5.5, 12.5];

    [Theory]
    [InlineData("x.csv", "x.csv[:2,:2]")]
    [InlineData("x.csv", "x.csv[:-1,:-1]")]
    [InlineData("x.csv", "x.csv[0:2,0:-1:1]")]
    [InlineData("x.csv.gz", "x.csv.gz[ :2 , :2 ]")]
    [InlineData("x.npy", "x.npy[-3:-1,:2]")]
    [InlineData("x.npy.gz", "x.npy.gz[:2,:2]")]
    [InlineData("no suffix", "no suffix[:2,:2]")]
    [InlineData("größe 数.csv", "größe 数.csv[:2,:2]")]
    [InlineData("x[1].csv", "x[1].csv[:2,:2]")]
    public void The_same_numbers_come_from_every_format_and_selection(string name, string argument)
    {
        Put(name, name.Contains("npy") ? Maybe(name, Npy.Bytes(Rows)) : Maybe(name, Encoding.UTF8.GetBytes(Text)));
        Assert.Equal(Expected, Gram(argument));
    }

    [Theory]
    [InlineData("a,b,c\n1,2,9\n3,4,8\n-1,5,7\n")]
    [InlineData("\uFEFF1,2,9\r\n3,4,8\r\n-1,5,7")]
    [InlineData("\"1\", 2.0 ,9e0\n+3,.4e1,8\n-1,5,7\n\n\n")]
    public void Csv_may_have_a_header_a_mark_quotes_and_any_line_ends(string text) =>
        Assert.Equal(Expected, Gram(Put("x.csv", text) + "[:2,:2]"));

    [Fact]
    public void Images_are_flattened_one_row_a_sample()
    {
        byte[] images = [0, 0, 8, 3, 0, 0, 0, 3, 0, 0, 0, 1, 0, 0, 0, 2, 1, 2, 3, 4, 5, 6];
        Assert.Equal(Expected, Gram(Put("images-idx3-ubyte", images) + "[:2]"));
        Assert.Equal(Expected, Gram(Put("images.gz", Zip(images)) + "[:2,:]"));
    }

    [Theory]
    [InlineData("<f4")]
    [InlineData("<i4")]
    [InlineData("<i8")]
    [InlineData("|u1")]
    public void Npy_may_hold_other_numbers(string type)
    {
        byte[] data = type switch
        {
            "<f4" => [.. MemoryMarshal.AsBytes<float>([1f, 2f, 3f, 4f])],
            "<i4" => [.. MemoryMarshal.AsBytes<int>([1, 2, 3, 4])],
            "<i8" => [.. MemoryMarshal.AsBytes<long>([1, 2, 3, 4])],
            _ => [1, 2, 3, 4],
        };
        Assert.Equal(Expected, Gram(Put("x.npy", Npy.Bytes(type, "(2, 2)", data))));
    }

    [Fact]
    public void A_single_row_is_a_sample_and_one_dimension_is_a_column()
    {
        Put("x.csv", Text);
        Assert.Equal([86.0], Gram("x.csv[0]", scale: 3));
        Put("v.npy", Npy.Bytes("<f8", "(2,)", MemoryMarshal.AsBytes<double>([2, 3])));
        Assert.Equal([4, 6, 6, 9], Gram("v.npy"));
    }

    [Fact]
    public void A_network_may_stand_in_a_file_with_comments_and_lines()
    {
        Put("net.txt", "# a deep one\n(dense(w=1.41421356)\n relu)^2\ndense # read-out\n");
        Put("x.csv", Text);
        Run("gram", "--net", "@net.txt", "--x", "x.csv", "--out", "A.npy").Succeeded();
        Run("gram", "--net", "(dense(w=1.41421356) relu)^2 dense", "--x", "x.csv", "--out", "B.npy").Succeeded();
        Assert.Equal(Read("B.npy").Values, Read("A.npy").Values);
    }

    private static byte[] Maybe(string name, byte[] content) => name.EndsWith(".gz") ? Zip(content) : content;

    private double[] Gram(string argument, double scale = 1)
    {
        Run("gram", "--net", "dense", "--x", argument, "--out", "K").Succeeded();
        return Array.ConvertAll(Read("K").Values, v => v * scale);
    }
}
