using OxyPlot;
using OxyPlot.Annotations;
using OxyPlot.Axes;
using OxyPlot.Series;

namespace HadamardNtk;

/// <summary>A chart in the words of the library that draws it.</summary>
internal static class ChartModel
{
    private const double LineWidth = 2;
    private const double MarkerSize = 3.6;
    private const byte BandOpacity = 56;

    /// <summary>The model of a chart.</summary>
    /// <param name="chart">The chart.</param>
    /// <param name="all">Its series.</param>
    /// <param name="framed">The series for which the axes have room: its own, or those of a whole row.</param>
    /// <param name="fontSize">The size of its text.</param>
    internal static PlotModel Of(
        StudyChart chart, IReadOnlyList<DrawnSeries> all, IReadOnlyList<DrawnSeries> framed, double fontSize)
    {
        var (x, y) = (XSpan(chart, framed), YSpan(chart, framed));
        var model = new PlotModel
        {
            Background = OxyColors.Undefined,
            PlotAreaBorderColor = PageColor.Frame,
            PlotAreaBorderThickness = new(1, 0, 0, 1),
            Padding = new(2, 6, 14, 2),
            DefaultFont = "Arial",
            TextColor = PageColor.Text,
        };
        model.Axes.Add(Axis(chart.X, x, AxisPosition.Bottom, fontSize));
        model.Axes.Add(Axis(chart.Y, y, AxisPosition.Left, fontSize));
        Shade(model, chart.Shaded, x);
        foreach (var band in all.SelectMany(series => Bands(series, y))) model.Series.Add(band);
        foreach (var drawn in all.SelectMany(series => Series(series, all))) model.Series.Add(drawn);
        return model;
    }

    private static AxisSpan XSpan(StudyChart chart, IReadOnlyList<DrawnSeries> all) =>
        AxisSpan.Of(all.SelectMany(s => s.Drawn.Select(i => s.Series.X[i])), chart.X);

    // The lower bounds of bands that a logarithmic axis has no place for do not count.
    private static AxisSpan YSpan(StudyChart chart, IReadOnlyList<DrawnSeries> all) => AxisSpan.Of(
        all.SelectMany(s => s.Drawn.Select(i => s.Series.Y[i])
            .Concat(s.Bands().SelectMany(run => run).SelectMany(i => new[] { s.Series.Lower![i], s.Series.Upper![i] })
                .Where(bound => DrawnSeries.HasPlace(bound, chart.Y)))),
        chart.Y);

    private static Axis Axis(StudyAxis axis, AxisSpan span, AxisPosition position, double fontSize)
    {
        Axis made = axis.Logarithmic ? new LogarithmicAxis { Base = 10 } : new LinearAxis();
        (made.Minimum, made.Maximum, made.Position) = (span.From, span.To, position);
        (made.FontSize, made.TextColor, made.TicklineColor) = (fontSize, PageColor.Text, PageColor.Frame);
        (made.MajorGridlineStyle, made.MajorGridlineColor) = (LineStyle.Solid, PageColor.Grid);
        (made.MinorTickSize, made.MajorTickSize, made.AxisTickToLabelDistance) = (0, 4, 3);
        var (greatest, least) = (Math.Max(Math.Abs(span.From), Math.Abs(span.To)), (span.To - span.From) * 1e-9);
        made.LabelFormatter = axis.Logarithmic
            ? TickText.Logarithmic
            : value => TickText.Linear(Math.Abs(value) < least ? 0 : value, greatest);
        made.IntervalLength = position == AxisPosition.Bottom ? 70 : 45;
        return made;
    }

    private static void Shade(PlotModel model, StudyRange? range, AxisSpan x)
    {
        if (range is null || range.To <= x.From || range.From >= x.To) return;
        model.Annotations.Add(new RectangleAnnotation
        {
            MinimumX = x.Clamp(range.From),
            MaximumX = x.Clamp(range.To),
            Fill = PageColor.Shade,
            StrokeThickness = 0,
            Layer = AnnotationLayer.BelowAxes,
        });
    }

    private static IEnumerable<AreaSeries> Bands(DrawnSeries drawn, AxisSpan y)
    {
        foreach (var run in drawn.Bands())
        {
            var band = new AreaSeries
            {
                Fill = OxyColor.FromAColor(BandOpacity, PageColor.Of(drawn.Look)),
                Color = OxyColors.Transparent,
                Color2 = OxyColors.Transparent,
                StrokeThickness = 0,
            };
            band.Points.AddRange(run.Select(i => new DataPoint(drawn.Series.X[i], y.Clamp(drawn.Series.Upper![i]))));
            band.Points2.AddRange(run.Select(i => new DataPoint(drawn.Series.X[i], y.Clamp(drawn.Series.Lower![i]))));
            yield return band;
        }
    }

    // Lines without dashes have a few markers if there are several of them.
    private static IEnumerable<Series> Series(DrawnSeries drawn, IReadOnlyList<DrawnSeries> all)
    {
        if (drawn.Series.Style != SeriesStyle.Points) yield return Line(drawn);
        if (drawn.Series.Style == SeriesStyle.Points) yield return Points(drawn, drawn.Drawn);
        if (HasMarkers(drawn, all)) yield return Points(drawn, drawn.Marked());
    }

    internal static bool HasMarkers(DrawnSeries drawn, IReadOnlyList<DrawnSeries> all) =>
        drawn.Series.Style == SeriesStyle.Line && all.Count(series => series.Series.Style == SeriesStyle.Line) > 1;

    private static LineSeries Line(DrawnSeries drawn)
    {
        var line = new LineSeries
        {
            Color = PageColor.Of(drawn.Look),
            StrokeThickness = LineWidth,
            Dashes = drawn.Series.Style == SeriesStyle.Dashed ? drawn.Look.Dashes : null,
            LineJoin = LineJoin.Round,
        };
        line.Points.AddRange(drawn.Kept.Select(i => drawn.CanDraw(i) ? At(drawn, i) : DataPoint.Undefined));
        return line;
    }

    private static ScatterSeries Points(DrawnSeries drawn, IEnumerable<int> points)
    {
        var color = PageColor.Of(drawn.Look);
        var series = new ScatterSeries
        {
            MarkerType = drawn.Look.Marker,
            MarkerSize = MarkerSize,
            MarkerFill = color,
            MarkerStroke = drawn.Look.Marker == MarkerType.Cross ? color : OxyColors.Transparent,
            MarkerStrokeThickness = drawn.Look.Marker == MarkerType.Cross ? LineWidth : 0,
        };
        series.Points.AddRange(points.Select(i => At(drawn, i)).Select(point => new ScatterPoint(point.X, point.Y)));
        return series;
    }

    private static DataPoint At(DrawnSeries drawn, int i) => new(drawn.Series.X[i], drawn.Series.Y[i]);
}
