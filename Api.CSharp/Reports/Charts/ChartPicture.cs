using System.Globalization;
using System.Xml.Linq;
using OxyPlot;
using static HadamardNtk.Markup;

namespace HadamardNtk;

/// <summary>
/// A chart as SVG. The library draws it; here colors become variables, identifiers unique in the page, and the points
/// get titles, which browsers show to readers who point at them.
/// </summary>
internal static class ChartPicture
{
    private const double Reach = 6;

    // The width of a digit in common fonts, as a part of their size, and the pixels of a tick and its distance.
    private const double WidestDigit = 0.64;
    private const double TickRoom = 12;

    /// <summary>Draws a chart.</summary>
    /// <param name="chart">The chart.</param>
    /// <param name="all">Its series.</param>
    /// <param name="size">The size of the picture.</param>
    /// <param name="id">An identifier that no other picture of the page has.</param>
    /// <param name="framed">The series for which the axes have room; its own if null.</param>
    internal static XElement Of(
        StudyChart chart, IReadOnlyList<DrawnSeries> all, PictureSize size, string id,
        IReadOnlyList<DrawnSeries>? framed = null)
    {
        var model = ChartModel.Of(chart, all, framed ?? all, size.FontSize);
        var drawn = Drawing(model, size);
        foreach (var element in drawn.Descendants()) Adapt(element, id);
        return Svg(
            "svg",
            "viewBox".Is($"0 0 {Pixels(size.Width)} {Pixels(size.Height)}"),
            "class".Is(size.Class),
            "role".Is("img"),
            "aria-labelledby".Is($"{id}.t {id}.d"),
            Svg("title", "id".Is(id + ".t"), chart.Title),
            Svg("desc", "id".Is(id + ".d"), Description(chart)),
            drawn.Elements(),
            size.HasTitles ? Svg("g", "class".Is("points"), all.SelectMany(series => Titles(series, model))) : null);
    }

    // The library knows widths of texts in another font, so that the room for labels is made here. Which labels there
    // are is known when the chart was drawn once.
    private static XElement Drawing(PlotModel model, PictureSize size)
    {
        var exporter = new SvgExporter { Width = size.Width, Height = size.Height, IsDocument = false };
        _ = exporter.ExportToString(model);
        model.Axes[1].GetTickValues(out var labels, out _, out _);
        var longest = labels.Select(model.Axes[1].FormatValue).Select(label => label.Length).DefaultIfEmpty(0).Max();
        var left = Math.Ceiling(longest * WidestDigit * size.FontSize) + TickRoom;
        model.PlotMargins = new(left, double.NaN, double.NaN, double.NaN);
        return XElement.Parse(exporter.ExportToString(model));
    }

    private static string Description(StudyChart chart) =>
        $"{Axis(chart.Y)} against {Axis(chart.X)}: {string.Join(", ", chart.Series.Select(series => series.Name))}";

    private static string Axis(StudyAxis axis) => axis.Title + (axis.Logarithmic ? " (logarithmic)" : "");

    private static void Adapt(XElement element, string id)
    {
        if (element.Attribute("style") is { } style) style.Value = PageColor.Resolve(style.Value);
        if (element.Attribute("clip-path") is { } clip) clip.Value = clip.Value.Replace("#", $"#{id}.");
        if (element.Attribute("id") is { } own) own.Value = $"{id}.{own.Value}";
        if (element.Name.LocalName == "text")
        {
            // The page's style says in which font and color.
            element.Attributes().Where(a => a.Name.LocalName is "font-family" or "font-weight" or "fill").Remove();
        }
    }

    private static IEnumerable<XElement> Titles(DrawnSeries drawn, PlotModel model) => drawn.Drawn.Select(i => Svg(
        "circle",
        "cx".Is(model.Axes[0].Transform(drawn.Series.X[i])),
        "cy".Is(model.Axes[1].Transform(drawn.Series.Y[i])),
        "r".Is(Reach),
        Svg("title", Title(drawn.Series, i))));

    private static string Title(StudySeries series, int i)
    {
        var point = $"{series.Name}: x {Complete(series.X[i])}, y {Complete(series.Y[i])}";
        return series is { Lower: { } lower, Upper: { } upper }
            ? $"{point}, from {Complete(lower[i])} to {Complete(upper[i])}"
            : point;
    }

    private static string Complete(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}
