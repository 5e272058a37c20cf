using Xunit;

namespace HadamardNtk.Api.Tests;

public class SharedDataTests
{
    [Fact]
    public void Digits_are_1797_rows_of_64_pixels_and_a_label()
    {
        var digits = SharedData.Require("digits.csv.gz");
        var matrix = DataFile.ReadMatrix(digits);
        Assert.Equal((1797, 65), (matrix.Rows, matrix.Columns));
        Assert.All(matrix.Data, value => Assert.InRange(value, 0, 16));
        var x = DataFile.ReadMatrix(digits + "[:1200,:-1]");
        Assert.Equal((1200, 64), (x.Rows, x.Columns));
        Assert.Equal(matrix.Row(1199)[..64].ToArray(), x.Row(1199).ToArray());
        var y = DataFile.ReadLabels(digits + "[:1200,-1]");
        Assert.Equal(matrix.Column(64)[..1200].Select(value => (long)value), y);
        Assert.Equal(Enumerable.Range(0, 10).Select(c => (long)c), y.Distinct().Order());
    }

    [Fact]
    public void MNIST_test_images_are_10000_rows_of_784_pixels()
    {
        var images = SharedData.Require("t10k-images-idx3-ubyte.gz");
        var matrix = DataFile.ReadMatrix(images);
        Assert.Equal((10000, 784), (matrix.Rows, matrix.Columns));
        Assert.Equal((0, 255), (matrix.Data.Min(), matrix.Data.Max()));
        var part = DataFile.ReadMatrix(images + "[-1,300:500]");
        Assert.Equal(matrix.Row(9999)[300..500].ToArray(), part.Data);
        Assert.Equal(1, part.Rows);
    }

    [Fact]
    public void MNIST_test_labels_are_10000_digits_seven_first()
    {
        var labels = DataFile.ReadLabels(SharedData.Require("t10k-labels-idx1-ubyte.gz"));
        Assert.Equal(10000, labels.Length);
        Assert.Equal([7, 2, 1, 0, 4], labels[..5]);
        Assert.All(labels, label => Assert.InRange(label, 0, 9));
    }
}
