using System.Xml.Linq;
using OxyPlot;
using static HadamardNtk.Markup;

namespace HadamardNtk;

/// <summary>The legend of a chart, as a list below it that is never in the way of the data.</summary>
internal static class Legend
{
    private const double Width = 36;
    private const double Middle = 8;
    private const double Size = 4;

    internal static XElement Of(StudyChart chart, IReadOnlyList<DrawnSeries> all) => Tag(
        "ul",
        "class".Is("legend"),
        all.Select(drawn => Tag("li", Sample(Parts(drawn, all)), " ", drawn.Series.Name)),
        chart.Shaded is { } range
            ? Tag("li", Sample([Rectangle("fill:var(--shade);stroke:var(--frame)")]), " ", range.Label)
            : null);

    private static XElement Sample(IEnumerable<XElement> parts) => Svg(
        "svg",
        "class".Is("sample"),
        "width".Is(Width),
        "height".Is(2 * Middle),
        "aria-hidden".Is("true"),
        parts);

    private static IEnumerable<XElement> Parts(DrawnSeries drawn, IReadOnlyList<DrawnSeries> all)
    {
        var color = $"var(--c{drawn.Look.Color})";
        if (drawn.Series.Lower is not null) yield return Rectangle($"fill:{color};fill-opacity:0.22");
        if (drawn.Series.Style != SeriesStyle.Points) yield return Line(drawn, color);
        if (drawn.Series.Style == SeriesStyle.Points || ChartModel.HasMarkers(drawn, all))
        {
            yield return Marker(drawn.Look.Marker, color);
        }
    }

    private static XElement Rectangle(string style) => Svg(
        "rect", "x".Is(0.5), "y".Is(1.5), "width".Is(Width - 1), "height".Is(2 * Middle - 3), "style".Is(style));

    private static XElement Line(DrawnSeries drawn, string color) => Svg(
        "line",
        "x1".Is(1.0),
        "y1".Is(Middle),
        "x2".Is(Width - 1),
        "y2".Is(Middle),
        "style".Is($"stroke:{color};stroke-width:2{Dashes(drawn)}"));

    private static string Dashes(DrawnSeries drawn) => drawn.Series.Style == SeriesStyle.Dashed
        ? ";stroke-dasharray:" + string.Join(' ', drawn.Look.Dashes.Select(dash => Pixels(2 * dash)))
        : "";

    private static XElement Marker(MarkerType marker, string color)
    {
        var (x, y, s) = (Width / 2, Middle, Size);
        var (left, right, top, bottom) = (x - s, x + s, y - s, y + s);
        var stroke = $"stroke:{color};stroke-width:2";
        return marker switch
        {
            MarkerType.Circle => Svg("circle", "cx".Is(x), "cy".Is(y), "r".Is(s), "style".Is($"fill:{color}")),
            MarkerType.Cross => Path($"M{left} {top}L{right} {bottom}M{left} {bottom}L{right} {top}", stroke),
            MarkerType.Square => Path($"M{left} {top}H{right}V{bottom}H{left}Z", $"fill:{color}"),
            MarkerType.Diamond => Path(
                $"M{x} {top - 1}L{right + 1} {y}L{x} {bottom + 1}L{left - 1} {y}Z", $"fill:{color}"),
            _ => Path($"M{x} {top}L{right} {bottom}H{left}Z", $"fill:{color}"),
        };
    }

    private static XElement Path(FormattableString way, string style) =>
        Svg("path", "d".Is(FormattableString.Invariant(way)), "style".Is(style));
}
