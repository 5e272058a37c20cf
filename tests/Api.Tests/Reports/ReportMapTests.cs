using System.Buffers.Binary;
using System.IO.Compression;
using Xunit;

namespace HadamardNtk.Api.Tests.Studies;

/// <summary>Heat maps of a page.</summary>
public sealed class ReportMapTests
{
    [Fact]
    public void A_cell_has_its_value_as_a_title_and_its_color_from_the_bar()
    {
        var page = new ReportPageOf(StudySamples.Whole);
        Assert.Equal(
            [
                "row 0, column 0: 1", "row 0, column 1: 0.1", "row 0, column 2: NaN",
                "row 1, column 0: 3.141592653589793", "row 1, column 1: -1E-17", "row 1, column 2: Infinity",
            ],
            page.Titles("sample.kernel", "rect"));
        var fills = page.Wide("sample.kernel").Descendants().Where(e => e.Name.LocalName == "rect").Take(6)
            .Select(e => e.Attribute("style")!.Value).ToArray();
        Assert.Equal(("fill:#fde725", "fill:#440154", "fill:var(--undefined)"), (fills[3], fills[4], fills[5]));
        Assert.Contains("not finite (2) are gray", page.Figure("sample.kernel").Value, StringComparison.Ordinal);
        Assert.Contains(page.Wide("sample.kernel").Descendants(), e => e.Name.LocalName == "text" && e.Value == "3.14");
    }

    [Fact]
    public void A_large_map_is_an_image_of_means()
    {
        var values = Matrix.Wrap([.. Enumerable.Range(0, 180_000).Select(k => (double)(k / 300))], 600, 300);
        var map = StudySamples.Map with { Values = values };
        var page = new ReportPageOf(StudySamples.Whole with { Maps = [map] });
        var image = page.Wide("sample.kernel").Descendants().Single(e => e.Name.LocalName == "image");
        var bytes = Convert.FromBase64String(image.Attribute("href")!.Value["data:image/png;base64,".Length..]);
        Assert.Equal((100, 200), (BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(16)), BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(20))));
        Assert.Contains("the mean of 3 x 3 of the 600 x 300 values", page.Figure("sample.kernel").Value, StringComparison.Ordinal);
        var cells = new MapCells(values);
        Assert.Equal((1.0, 598.0, 0.0, 1.0), (cells[0, 0], cells[199, 99], cells.Level(0, 5)!.Value, cells.Level(199, 0)!.Value));
        var rows = Pixels(bytes, 100);
        Assert.Equal((0, 254), (rows[0], rows[^1]));
    }

    [Fact]
    public void Values_that_overflow_when_they_are_subtracted_have_levels()
    {
        var cells = new MapCells(new double[,] { { double.MinValue, 0, double.MaxValue } });
        Assert.Equal([0, 0.5, 1], Enumerable.Range(0, 3).Select(j => cells.Level(0, j)!.Value));
        Assert.Equal(0.5, new MapCells(new double[,] { { 3, 3 } }).Level(0, 0));
    }

    // The bytes of the rows without the one before each that names its filter; the checksums are those of zlib.
    private static byte[] Pixels(byte[] png, int width)
    {
        var place = png.AsSpan().IndexOf("IDAT"u8);
        var length = BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(place - 4));
        using var zip = new ZLibStream(new MemoryStream(png, place + 4, length), CompressionMode.Decompress);
        using var all = new MemoryStream();
        zip.CopyTo(all);
        return [.. all.ToArray().Where((_, k) => k % (width + 1) != 0)];
    }
}
