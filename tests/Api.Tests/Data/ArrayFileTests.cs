using System.IO.Compression;
using System.Text;
using Xunit;

namespace HadamardNtk.Api.Tests;

/// <summary>Files in the format that their names say.</summary>
public class ArrayFileTests : DataFolder
{
    private static readonly Matrix Odd = new[,]
    {
        { 0.1, -1.0 / 3, 1e300 }, { double.Epsilon, -0.0, 123456789.125 }, { double.MaxValue, Math.PI, 7 },
    };

    [Theory]
    [InlineData("K.npy", "93 4e 55 4d 50 59")]
    [InlineData("K", "93 4e 55 4d 50 59")]
    [InlineData(".hidden", "93 4e 55 4d 50 59")]
    [InlineData("K-v1.2", "93 4e 55 4d 50 59")]
    [InlineData("K.npy.tmp", "93 4e 55 4d 50 59")]
    [InlineData("K.NPY.GZ", "1f 8b")]
    [InlineData("K.csv", "30 2e 31 2c")]
    [InlineData("K.CSV", "30 2e 31 2c")]
    [InlineData("K.csv.new", "30 2e 31 2c")]
    [InlineData("K.csv.gz", "1f 8b")]
    public void A_name_says_the_format_and_every_number_comes_back_to_the_last_bit(string name, string head)
    {
        ArrayFile.Write(Place(name), Odd);
        Assert.StartsWith(head, MessageText.Hex(File.ReadAllBytes(Place(name))));
        Samples.SameBits(Odd, DataFile.ReadMatrix(Place(name)));
        Assert.Equal([name], Names());
    }

    [Theory]
    [InlineData("K.txt")]
    [InlineData("K.npz")]
    [InlineData("K.gz")]
    [InlineData("K.csv.zip")]
    [InlineData("K.txt.tmp")]
    [InlineData("K.h5")]
    [InlineData("K.tsv.gz")]
    public void A_name_of_another_format_is_refused(string name)
    {
        foreach (var write in new Action[]
        {
            () => ArrayFile.RequireWritable(Place(name)), () => ArrayFile.Write(Place(name), Odd),
            () => Network.Parse("dense").Ntk().WriteGram(Place(name), Odd), () => Network.Parse("dense").Ntk().Gram(Odd.SelectRows(1, 1)).Save(Place(name)),
        })
        {
            var error = Assert.Throws<OutputException>(write);
            Assert.Equal(OutputFault.CannotCreate, error.Fault);
            Assert.Contains(".npy, .csv", error.Message);
        }

        Assert.Empty(Names());
    }

    [Theory]
    [InlineData("Y.npy", "Y.std.npy")]
    [InlineData("a.b/Y.csv", "a.b/Y.std.csv")]
    [InlineData("Y.csv.gz", "Y.std.csv.gz")]
    [InlineData("Y.npy.gz", "Y.std.npy.gz")]
    [InlineData("Y", "Y.std.npy")]
    [InlineData("Y.csv.tmp", "Y.std.csv.tmp")]
    public void A_companion_has_the_same_end(string name, string companion) => Assert.Equal(companion, ArrayFormat.Companion(name, "std"));

    [Fact]
    public void Labels_and_columns_are_lines_of_text_or_one_axis()
    {
        ArrayFile.Write(Place("y.csv"), [long.MaxValue, -3]);
        Assert.Equal($"{long.MaxValue}\n-3\n", File.ReadAllText(Place("y.csv")));
        ArrayFile.Write(Place("y.csv.gz"), [0.5, 2.0]);
        using (var text = new StreamReader(new GZipStream(File.OpenRead(Place("y.csv.gz")), CompressionMode.Decompress))) Assert.Equal("0.5\n2\n", text.ReadToEnd());
        ArrayFile.Write(Place("y.npy.gz"), [7L, 8L]);
        Assert.Equal([2], DataFile.Read(Place("y.npy.gz")).Shape);
        Assert.Equal([7, 8], DataFile.ReadLabels(Place("y.npy.gz")));
        ArrayFile.Write(Place("d.npy"), [1.5, 2.5]);
        Assert.Equal([2], DataFile.Read(Place("d.npy")).Shape);
    }

    [Theory]
    [InlineData("K.csv", Precision.Float64, false)]
    [InlineData("K.csv", Precision.Float32, true)]
    [InlineData("K.csv.gz", Precision.Float64, true)]
    [InlineData("K.npy.gz", Precision.Float32, false)]
    [InlineData("K.npy.gz", Precision.Float64, true)]
    public void A_gram_matrix_is_the_same_in_every_format(string name, Precision precision, bool isSymmetric)
    {
        var (kernel, x, other) = (Network.Parse("dense relu dense").Ntk(), Samples.Random(300, 3, 1), isSymmetric ? null : Samples.Random(41, 3, 2));
        var options = new GramOptions { Precision = precision };
        kernel.WriteGram(Place("same.npy"), x, other, options: options);
        kernel.WriteGram(Place(name), x, other, options: options);
        var (same, read) = (DataFile.ReadMatrix(Place("same.npy")), DataFile.ReadMatrix(Place(name)));
        Assert.Equal((same.Rows, same.Columns), (read.Rows, read.Columns));

        // Text of a float32 is read as the float64 of the same digits, which rounds to it.
        Assert.Equal(Array.ConvertAll(same.Data, v => Rounded(v, precision)), Array.ConvertAll(read.Data, v => Rounded(v, precision)));
        Assert.Equal(new[] { name, $"{name}.json", "same.npy", "same.npy.json" }.Order(), Names());
    }

    [Theory]
    [InlineData("K.npy")]
    [InlineData("K.csv")]
    [InlineData("K.npy.gz")]
    public void What_is_not_finite_or_too_large_for_float32_is_never_written(string name)
    {
        foreach (var bad in new[] { double.NaN, double.PositiveInfinity, double.NegativeInfinity })
        {
            var error = Assert.Throws<ArithmeticException>(() => ArrayFile.Write(Place(name), Matrix.Wrap([1, 2, 3, bad], 2, 2)));
            Assert.Contains("row 1, column 1", error.Message);
            Assert.Throws<ArithmeticException>(() => ArrayFile.Write(Place(name), [1, bad]));
        }

        var large = Assert.Throws<ArithmeticException>(() => ArrayFile.Write(Place(name), Odd, Precision.Float32));
        Assert.Contains("that float32 holds; came 1E+300 in row 0, column 2", large.Message);
        Assert.Empty(Names());
    }

    [Fact]
    public void Only_npy_can_be_resumed() =>
        Assert.Contains(".npy", Assert.Throws<OutputException>(() => Network.Parse("dense").Ntk().WriteGram(Place("K.csv"), Odd, resume: true)).Message);

    private static double Rounded(double value, Precision precision) => precision == Precision.Float32 ? (float)value : value;
}
