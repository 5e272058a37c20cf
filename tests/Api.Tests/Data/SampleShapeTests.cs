using Xunit;

namespace HadamardNtk.Api.Tests;

public class SampleShapeTests : DataFolder
{
    private static readonly double[] Values = [.. Enumerable.Range(0, 24).Select(i => i - 11.5)];

    [Theory]
    [InlineData("(2, 3, 2, 2)", "image(3x2x2)")]
    [InlineData("(2, 3, 4)", "sequence(3x4)")]
    [InlineData("(2, 12)", null)]
    [InlineData("(24,)", null)]
    [InlineData("(2, 3, 2, 2, 1)", null)]
    public void An_npy_file_brings_the_shape_of_its_samples_and_rows_in_c_order(string shape, string? expected)
    {
        var file = Put("x.npy", NpyBytes.Of("<f8", shape, NpyBytes.F8(Values)));
        var samples = DataFile.ReadSamples(file);
        Assert.Equal(expected, samples.Shape?.ToString());
        Assert.Equal(Values, samples.Rows.Data);
        Same(DataFile.ReadMatrix(file).ToArray(), samples.Rows);
    }

    [Fact]
    public void Fortran_order_gives_the_same_rows()
    {
        // Entry (i, p, q, c) of shape (2, 3, 2, 2) lies at i + 2 (p + 3 (q + 2 c)).
        var columns = new double[24];
        for (var k = 0; k < 24; k++)
        {
            var (i, p, q, c) = (k / 12, k / 4 % 3, k / 2 % 2, k % 2);
            columns[i + 2 * (p + 3 * (q + 2 * c))] = Values[k];
        }

        var samples = DataFile.ReadSamples(
            Put("x.npy", NpyBytes.Of("<f8", "(2, 3, 2, 2)", NpyBytes.F8(columns), fortran: true)));
        Assert.Equal((SampleShape.Image(3, 2, 2), 2), (samples.Shape, samples.Rows.Rows));
        Assert.Equal(Values, samples.Rows.Data);
    }

    [Theory]
    [InlineData(new byte[] { 2, 3, 2 }, "image(3x2x1)")]
    [InlineData(new byte[] { 2, 1, 2, 3 }, "image(1x2x3)")]
    [InlineData(new byte[] { 2, 6 }, null)]
    public void An_idx_file_brings_images(byte[] axes, string? expected)
    {
        byte[] data = [.. Enumerable.Range(1, 12).Select(i => (byte)i)];
        byte[] lengths = [.. axes.SelectMany(axis => new byte[] { 0, 0, 0, axis })];
        var samples = DataFile.ReadSamples(Put("x-idx", [0, 0, 8, (byte)axes.Length, .. lengths, .. data]));
        Assert.Equal(expected, samples.Shape?.ToString());
        Assert.Equal((2, 6), (samples.Rows.Rows, samples.Rows.Columns));
    }

    [Theory]
    [InlineData("", "image(3x2x2)")]
    [InlineData("[1]", "image(3x2x2)")]
    [InlineData("[:1]", "image(3x2x2)")]
    [InlineData("[[1,0],:]", "image(3x2x2)")]
    [InlineData("[:,:4]", null)]
    [InlineData("[:,::-1]", null)]
    [InlineData("[:,[0,1,2,3,4,5,6,7,8,9,10,10]]", null)]
    public void A_selection_of_rows_keeps_the_shape_and_one_of_columns_does_not(string selection, string? expected)
    {
        var file = Put("x.npy", NpyBytes.Of("<f8", "(2, 3, 2, 2)", NpyBytes.F8(Values)));
        Assert.Equal(expected, DataFile.ReadSamples(file + selection).Shape?.ToString());
    }

    [Fact]
    public void Text_has_no_shape() => Assert.Null(DataFile.ReadSamples(Put("x.csv", "1,2,3\n4,5,6\n")).Shape);

    [Fact]
    public void A_network_without_a_shape_has_the_kernel_of_the_one_that_names_it()
    {
        var samples = DataFile.ReadSamples(Put("x.npy", NpyBytes.Of("<f8", "(2, 3, 2, 2)", NpyBytes.F8(Values))));
        var network = Network.Parse("conv(b=0.1) relu global_avg_pool dense").WithShape(samples.Shape);
        var named = Network.Parse("image(3x2x2) conv(b=0.1) relu global_avg_pool dense");
        Assert.Equal(named, network);
        Assert.Equal(named, named.WithShape(samples.Shape));
        Assert.Equal(named.BlockKernel().Gram(samples.Rows).Data, network.BlockKernel().Gram(samples.Rows).Data);
        var flat = Network.Parse("dense relu dense");
        Assert.Equal(flat, flat.WithShape(samples.Shape));
        Assert.Equal(network, network.WithShape(null));
        var refused = Assert.Throws<NetworkRefusedException>(
            () => Network.Parse("image(2x3x2) conv flatten dense").WithShape(samples.Shape));
        Assert.Contains("that of image(3x2x2)", refused.Reason);
        Assert.Throws<ArgumentNullException>(() => NetworkPositions.WithShape(null!, samples.Shape));
    }

    [Fact]
    public void Shapes_are_equal_by_their_numbers()
    {
        Assert.Equal(SampleShape.Image(3, 2, 1), SampleShape.Image(3, 2, 1));
        Assert.Equal(SampleShape.Image(3, 2, 1).GetHashCode(), SampleShape.Image(3, 2, 1).GetHashCode());
        Assert.NotEqual(SampleShape.Image(3, 2, 1), SampleShape.Sequence(3, 2));
        Assert.Equal([8, 2], SampleShape.Sequence(8, 2).Extents);
        Assert.False(SampleShape.Sequence(8, 2).Equals((object)"sequence(8x2)"));
        Assert.Throws<ArgumentException>(() => SampleShape.Image(3, 0, 1));
    }
}
