using System.IO.Compression;
using Xunit;

namespace HadamardNtk.Cli.Tests;

/// <summary>Results in the format that the name says, or none.</summary>
public class OutputFormatTests : CommandLine
{
    public OutputFormatTests()
    {
        Put("x.csv", "3,0.1\n2.5,-0.2\n-0.1,2\n0.3,3\n");
        Put("y.csv", "7\n7\n-1\n-1\n");
    }

    [Theory]
    [InlineData(".csv")]
    [InlineData(".csv.gz")]
    [InlineData(".npy.gz")]
    public void Every_result_may_be_text_or_packed(string end)
    {
        Run("fit", "--net", Relu, "--x", "x.csv", "--y", "y.csv", "--classify", "--model", "m").Succeeded();
        foreach (var suffix in new[] { ".npy", end })
        {
            Run("gram", "--net", Relu, "--x", "x.csv", "--out", "K" + suffix).Succeeded();
            Run("matvec", "--net", Relu, "--x", "x.csv", "--v", "y.csv", "--out", "V" + suffix).Succeeded();
            Run("empirical", "--net", Relu, "--width", "3", "--seed", "1", "--x", "x.csv", "--out", "E" + suffix).Succeeded();
            Run("predict", "--model", "m", "--x", "x.csv", "--std", "--out", "Y" + suffix).Succeeded();
        }

        foreach (var name in new[] { "K", "V", "E", "Y", "Y.std", "Y.label" })
        {
            var (plain, other) = (DataFile.ReadMatrix(Place(name + ".npy")), DataFile.ReadMatrix(Place(name + end)));
            Assert.Equal(plain.ToArray(), other.ToArray());
            var head = File.ReadAllBytes(Place(name + end))[..2];
            Assert.Equal(end.EndsWith("gz"), head is [0x1f, 0x8b]);
        }

        if (end.StartsWith(".csv"))
        {
            using var file = File.OpenRead(Place("Y.label" + end));
            using var text = new StreamReader(end == ".csv" ? file : new GZipStream(file, CompressionMode.Decompress));
            Assert.Equal("7\n7\n-1\n-1\n", text.ReadToEnd());
        }
    }

    [Theory]
    [InlineData("gram --net dense --x x.csv --out K.txt")]
    [InlineData("gram --net dense --x x.csv --out K.npz")]
    [InlineData("matvec --net dense --x x.csv --v y.csv --out Y.tsv")]
    [InlineData("empirical --net dense --width 2 --seed 1 --x x.csv --out K.mat")]
    [InlineData("empirical --net dense --width 2 --seed 1 --x x.csv --out K.npy --seeds 3 --errors S.mat")]
    [InlineData("predict --model m --x x.csv --out Y.xlsx")]
    public void Another_format_is_refused_with_those_that_there_are(string line)
    {
        Run("fit", "--net", "dense", "--x", "x.csv", "--y", "y.csv", "--model", "m", "--ridge", "1").Succeeded();
        Fails(2, line.Split(' '), "ends in .npy, .csv, .npy.gz or .csv.gz", line[line.LastIndexOf('.')..]);
    }

    [Fact]
    public void Text_cannot_be_resumed() => Fails(2, "gram --net dense --x x.csv --out K.csv --resume".Split(' '), ".npy", "drop --resume");

    [Theory]
    [InlineData("f64")]
    [InlineData("f32")]
    public void A_product_that_overflows_is_refused_with_its_row(string precision)
    {
        Put("v.csv", "1e308\n1e308\n1e308\n1e308\n");
        foreach (var backend in new[] { "cpu", "reference" })
        {
            Fails(1, $"matvec --net dense --x x.csv --v v.csv --precision {precision} --backend {backend} --out Y.npy".Split(' '), "finite", "row 0, column 0");
        }

        Put("v.csv", "1e39\n0\n0\n0\n");
        Fails(1, "matvec --net dense --x x.csv --v v.csv --precision f32 --out Y.npy".Split(' '), "float32", "row 0, column 0");
    }

    [Fact]
    public void Predictions_that_overflow_are_refused()
    {
        Put("big.csv", "1e305\n1e305\n-1e305\n1e305\n");
        Put("far.csv", "1,1\n1e10,1e10\n");
        Run("fit", "--net", "dense", "--x", "x.csv", "--y", "big.csv", "--model", "m", "--ridge", "1", "--solver", "cg").Succeeded();
        Fails(1, "predict --model m --x far.csv --out Y.npy".Split(' '), "predictions", "row 1, column 0");
        Fails(1, "predict --model m --x far.csv --out Y.csv --std".Split(' '), "predictions", "row 1, column 0");
    }
}
