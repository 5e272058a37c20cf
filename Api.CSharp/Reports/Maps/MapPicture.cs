using System.Globalization;
using System.Xml.Linq;
using static HadamardNtk.Markup;

namespace HadamardNtk;

/// <summary>
/// A heat map as SVG: a rectangle with a title for each cell if there are few, an image if there are many. Beside it is
/// a bar of the colors with values.
/// </summary>
internal static class MapPicture
{
    /// <summary>The most cells that are drawn as rectangles.</summary>
    internal const int MostRectangles = 1024;

    private const double Left = 44;
    private const double Top = 8;
    private const double Bottom = 26;
    private const double Right = 112;
    private const double BarWidth = 14;
    private const double BarGap = 16;
    private const int BarSteps = 64;
    private const int MostLabels = 5;
    private const double LabelHeight = 24;
    private const double Overlap = 0.6;
    private const int Digits = 3;
    private const byte Undefined = 255;

    private static readonly (byte, byte, byte) Gray = (136, 136, 136);

    internal static XElement Of(StudyMap map, MapCells cells, PictureSize size, string id)
    {
        var frame = Place(cells, size);
        return Svg(
            "svg",
            "viewBox".Is($"0 0 {Pixels(size.Width)} {Pixels(Top + frame.Height + Bottom)}"),
            "class".Is(size.Class),
            "role".Is("img"),
            "aria-labelledby".Is($"{id}.t {id}.d"),
            Svg("title", "id".Is(id + ".t"), map.Title),
            Svg("desc", "id".Is(id + ".d"), Description(map, cells)),
            cells.Rows * cells.Columns <= MostRectangles ? Cells(cells, frame, size.HasTitles) : Image(cells, frame),
            Box(frame, "fill:none;stroke:var(--frame)"),
            Ticks(map.Values.Columns).Select(tick => Text(
                frame.X + frame.Width * tick.Place, frame.Y + frame.Height + 17, "middle", tick.Index, size)),
            Ticks(map.Values.Rows).Select(tick => Text(
                frame.X - 6, frame.Y + frame.Height * tick.Place + 4, "end", tick.Index, size)),
            Bar(cells, frame, size));
    }

    // Cells are squares if the map is not much higher or wider than that allows.
    private static Frame Place(MapCells cells, PictureSize size)
    {
        var room = Math.Min(size.Width - Left - Right, size.Width * 0.62);
        return new(Left, Top, room, Math.Clamp(room * cells.Rows / cells.Columns, room * 0.25, room * 1.25));
    }

    private static string Description(StudyMap map, MapCells cells) => string.Create(
        CultureInfo.InvariantCulture,
        $"{map.YTitle} by {map.XTitle}, {map.Values.Rows} x {map.Values.Columns}, from {cells.Least:G4} to "
        + $"{cells.Greatest:G4}");

    // The cells overlap a little, so that no background shows between them.
    private static XElement Cells(MapCells cells, Frame frame, bool titles)
    {
        var (width, height) = (frame.Width / cells.Columns, frame.Height / cells.Rows);
        var all =
            from i in Enumerable.Range(0, cells.Rows)
            from j in Enumerable.Range(0, cells.Columns)
            select Svg(
                "rect",
                "x".Is(frame.X + j * width),
                "y".Is(frame.Y + i * height),
                "width".Is(width + (j < cells.Columns - 1 ? Overlap : 0)),
                "height".Is(height + (i < cells.Rows - 1 ? Overlap : 0)),
                "style".Is("fill:" + (cells.Level(i, j) is { } level ? Viridis.Text(level) : "var(--undefined)")),
                titles ? Svg("title", $"row {i}, column {j}: {StudyNumber.Complete(cells[i, j])}") : null);
        return Svg("g", "shape-rendering".Is("crispEdges"), all);
    }

    private static XElement Image(MapCells cells, Frame frame)
    {
        var pixels =
            from i in Enumerable.Range(0, cells.Rows)
            from j in Enumerable.Range(0, cells.Columns)
            select cells.Level(i, j) is { } level ? (byte)Math.Round(level * (Undefined - 1)) : Undefined;
        var palette = Enumerable.Range(0, Undefined).Select(k => Viridis.At(k / (Undefined - 1.0))).Append(Gray);
        return Svg(
            "image",
            "x".Is(frame.X),
            "y".Is(frame.Y),
            "width".Is(frame.Width),
            "height".Is(frame.Height),
            "preserveAspectRatio".Is("none"),
            "style".Is("image-rendering:pixelated"),
            "href".Is(Address(Png.Of([.. pixels], cells.Columns, [.. palette]))));
    }

    private static string Address(byte[] png) => "data:image/png;base64," + Convert.ToBase64String(png);

    private static IEnumerable<XElement> Bar(MapCells cells, Frame frame, PictureSize size)
    {
        var x = frame.X + frame.Width + BarGap;
        for (var k = 0; k < BarSteps; k++)
        {
            var bottom = frame.Y + frame.Height * (1 - k / (double)BarSteps);
            yield return Box(
                new(x, bottom - frame.Height / BarSteps, BarWidth, frame.Height / BarSteps + (k > 0 ? Overlap : 0)),
                "fill:" + Viridis.Text(cells.Greatest > cells.Least ? k / (BarSteps - 1.0) : 0.5));
        }

        yield return Box(new(x, frame.Y, BarWidth, frame.Height), "fill:none;stroke:var(--frame)");
        var labels = cells.Greatest > cells.Least ? Math.Clamp((int)(frame.Height / LabelHeight), 2, MostLabels) : 1;
        for (var k = 0; k < labels; k++)
        {
            var level = labels == 1 ? 0.5 : k / (labels - 1.0);
            var y = frame.Y + frame.Height * (1 - level) + 4;
            var value = StudyNumber.Short((1 - level) * cells.Least + level * cells.Greatest, Digits);
            yield return Svg(
                "text",
                "x".Is(x + BarWidth + 6),
                "y".Is(Math.Max(y, frame.Y + 10)),
                "font-size".Is(size.FontSize),
                value);
        }
    }

    // The first, the middle and the last index of an axis.
    private static IEnumerable<(int Index, double Place)> Ticks(int count) =>
        new[] { 0, (count - 1) / 2, count - 1 }.Distinct().Select(index => (index, (index + 0.5) / count));

    private static XElement Text(double x, double y, string anchor, int index, PictureSize size) => Svg(
        "text",
        "x".Is(x),
        "y".Is(y),
        "text-anchor".Is(anchor),
        "font-size".Is(size.FontSize),
        index.ToString(CultureInfo.InvariantCulture));

    private static XElement Box(Frame frame, string style) => Svg(
        "rect", "x".Is(frame.X), "y".Is(frame.Y), "width".Is(frame.Width), "height".Is(frame.Height),
        "style".Is(style));
}
