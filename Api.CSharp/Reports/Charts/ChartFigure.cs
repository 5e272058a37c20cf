using System.Globalization;
using System.Xml.Linq;
using static HadamardNtk.Markup;

namespace HadamardNtk;

/// <summary>A chart with its title, legend and caption. The titles of axes are text of the page, which wraps.</summary>
internal static class ChartFigure
{
    internal static XElement Of(StudyChart chart, FigurePlace place)
    {
        var all = Drawn(chart);
        return Tag(
            "figure",
            "id".Is(place.Id),
            "class".Is("drawing"),
            Tag(place.Heading, chart.Title),
            Tag("p", "class".Is("axis"), "↑ " + chart.Y.Title),
            ChartPicture.Of(chart, all, PictureSize.Wide, place.Id + ".w"),
            ChartPicture.Of(chart, all, PictureSize.Narrow, place.Id + ".n"),
            Tag("p", "class".Is("axis below"), chart.X.Title + " →"),
            Legend.Of(chart, all),
            Tag("figcaption", Caption(chart, all), place.Link));
    }

    /// <summary>The series of a chart with their looks.</summary>
    internal static DrawnSeries[] Drawn(StudyChart chart)
    {
        var looks = SeriesLook.Of(chart);
        return [.. chart.Series.Select((series, k) => new DrawnSeries(chart, series, looks[k]))];
    }

    /// <summary>The caption of a chart, and what is not drawn of some series.</summary>
    internal static string Caption(StudyChart chart, IReadOnlyList<DrawnSeries> all)
    {
        string[] sentences = [chart.Caption, .. Notes(all)];
        return string.Concat(sentences.Where(sentence => sentence.Length > 0).Select(sentence => sentence + " "));
    }

    private static IEnumerable<string> Notes(IReadOnlyList<DrawnSeries> all)
    {
        var (below, odd) = (all.Sum(s => s.NotAboveZero), all.Sum(s => s.NotFinite));
        var (kept, points) = (all.Sum(s => s.Drawn.Length), all.Sum(s => s.Series.X.Count) - below - odd);
        if (below > 0) yield return $"{Points(below)} not drawn, as a logarithmic axis has no place for 0 and less.";
        if (odd > 0) yield return $"{Points(odd)} not drawn, as not all numbers are finite.";
        if (kept < points)
        {
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"Drawn are {kept} of {points} points, among them the extremes; the file has all.");
        }
    }

    private static string Points(int count) =>
        count == 1 ? "1 point is" : string.Create(CultureInfo.InvariantCulture, $"{count} points are");
}
