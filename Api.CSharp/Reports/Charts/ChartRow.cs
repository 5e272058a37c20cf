using System.Xml.Linq;
using static HadamardNtk.Markup;

namespace HadamardNtk;

/// <summary>A row of small charts with the same axes, and one legend and one caption.</summary>
internal static class ChartRow
{
    internal static XElement Of(IReadOnlyList<(StudyChart Chart, FigurePlace Place)> row)
    {
        var (first, place) = row[0];
        DrawnSeries[][] all = [.. row.Select(panel => ChartFigure.Drawn(panel.Chart))];
        DrawnSeries[] framed = [.. all.SelectMany(series => series)];
        return Tag(
            "figure",
            "class".Is("drawing"),
            Tag(place.Heading, first.Row!),
            Tag("div", "class".Is("row"), row.Select((panel, k) => Panel(panel.Chart, panel.Place, all[k], framed))),
            Legend.Of(first, all[0]),
            Tag(
                "figcaption",
                ChartFigure.Caption(first, framed),
                row.Select((panel, k) => (object[])[k > 0 ? ", " : "", panel.Place.Link])));
    }

    private static XElement Panel(
        StudyChart chart, FigurePlace place, DrawnSeries[] all, IReadOnlyList<DrawnSeries> framed) => Tag(
        "div",
        "id".Is(place.Id),
        "class".Is("panel"),
        Tag("p", "class".Is("panel-title"), chart.Title),
        Tag("p", "class".Is("axis"), "↑ " + chart.Y.Title),
        ChartPicture.Of(chart, all, PictureSize.Panel, place.Id + ".p", framed),
        Tag("p", "class".Is("axis below"), chart.X.Title + " →"));
}
