using System.Globalization;
using System.Xml.Linq;
using Xunit;

namespace HadamardNtk.Api.Tests.Studies;

/// <summary>Charts of a page show the data.</summary>
public sealed class ReportChartTests
{
    [Fact]
    public void Every_point_that_is_drawn_has_its_values_as_a_title()
    {
        var titles = new ReportPageOf(StudySamples.Whole).Titles("sample.residuals", "circle");
        Assert.Equal(
            [
                "degree 1: x 1, y 1", "degree 1: x 2, y 0.30000000000000004", "degree 1: x 4, y 1E-05",
                "degree 1, predicted: x 1, y 0.9", "degree 1, predicted: x 2, y 0.3333333333333333", "degree 1, predicted: x 4, y 1E-05",
                StudySamples.Hostile.Replace('\u001b', '\uFFFD') + ": x 1, y 2, from 1 to 4",
                StudySamples.Hostile.Replace('\u001b', '\uFFFD') + ": x 8, y 3, from -1 to 5",
            ],
            titles);
    }

    [Fact]
    public void Points_stand_where_their_logarithms_are()
    {
        var circles = Circles(new ReportPageOf(StudySamples.Whole), "sample.residuals");
        Assert.Equal(circles[1].X - circles[0].X, circles[2].X - circles[1].X, 0.11);
        var perDecade = (circles[2].Y - circles[0].Y) / 5;
        Assert.Equal(circles[0].Y - perDecade * Math.Log10(0.1 + 0.2), circles[1].Y, 0.11);
        Assert.True(circles[6].Y < circles[0].Y, "2 stands above 1.");
    }

    [Fact]
    public void Values_that_a_logarithmic_axis_has_no_place_for_are_counted()
    {
        var caption = new ReportPageOf(StudySamples.Whole).Figure("sample.residuals").Value;
        Assert.Contains("1 point is not drawn, as a logarithmic axis has no place for 0 and less.", caption, StringComparison.Ordinal);
        var odd = Of(new StudySeries { Name = "s", X = [1, 2, double.NaN, 4], Y = [1, double.PositiveInfinity, 1, 3] });
        Assert.Contains("2 points are not drawn, as not all numbers are finite.", odd.Figure("sample.residuals").Value, StringComparison.Ordinal);
        Assert.Equal(["s: x 1, y 1", "s: x 4, y 3"], odd.Titles("sample.residuals", "circle"));
    }

    [Fact]
    public void A_long_series_is_thinned_and_keeps_its_extremes()
    {
        var random = new Random(5);
        double[] y = [.. Enumerable.Range(0, 20_000).Select(i => i == 12_345 ? 99.5 : i == 54 ? -77.25 : random.NextDouble())];
        var page = Of(new StudySeries { Name = "s", X = [.. y.Select((_, i) => (double)i)], Y = y });
        var titles = page.Titles("sample.residuals", "circle");
        Assert.InRange(titles.Length, 300, 400);
        Assert.Contains("s: x 12345, y 99.5", titles);
        Assert.Contains("s: x 54, y -77.25", titles);
        Assert.Contains($"s: x 0, y {y[0].ToString("R", CultureInfo.InvariantCulture)}", titles);
        Assert.Contains($"s: x 19999, y {y[^1].ToString("R", CultureInfo.InvariantCulture)}", titles);
        Assert.InRange(page.Text.Length, 0, 200_000);
        Assert.Contains($"Drawn are {titles.Length} of 20000 points", page.Figure("sample.residuals").Value, StringComparison.Ordinal);
    }

    [Fact]
    public void The_shaded_range_and_bands_are_drawn_within_the_axes()
    {
        var series = new StudySeries { Name = "s", X = [0, 10], Y = [0, 1], Lower = [-1, 0], Upper = [1, 2] };
        var chart = StudySamples.Chart with { X = new("x"), Y = new("y"), Series = [series], Shaded = new(2, 4, "range") };
        var page = new ReportPageOf(StudySamples.Whole with { Charts = [chart] });
        var circles = Circles(page, "sample.residuals");
        var shade = page.Wide("sample.residuals").Descendants().Single(e => e.Name.LocalName == "rect" && Style(e).Contains("--shade", StringComparison.Ordinal));
        var perUnit = (circles[1].X - circles[0].X) / 10;
        Assert.Equal(circles[0].X + 2 * perUnit, Number(shade, "x"), 0.11);
        Assert.Equal(2 * perUnit, Number(shade, "width"), 0.11);
        double[] ys = [.. BandYs(page)];
        var up = circles[0].Y - circles[1].Y;
        Assert.Equal(circles[0].Y + up, ys.Max(), 0.11);
        Assert.Equal(circles[0].Y - 2 * up, ys.Min(), 0.11);
    }

    [Fact]
    public void A_band_reaches_the_edge_where_a_logarithmic_axis_has_no_place_for_its_bound()
    {
        var page = new ReportPageOf(StudySamples.Whole);
        double[] ys = [.. BandYs(page)];
        var circles = Circles(page, "sample.residuals");
        var perDecade = (circles[2].Y - circles[0].Y) / 5;
        Assert.Equal(4, ys.Length);
        Assert.Equal(circles[0].Y - perDecade * Math.Log10(5), ys.Min(), 0.11);
        Assert.True(ys.Max() > circles.Max(circle => circle.Y) + 5, "The lower bound of -1 is below all points.");
    }

    [Fact]
    public void Series_of_a_group_share_a_color_and_others_differ_in_more_than_color()
    {
        StudySeries[] all = [.. Enumerable.Range(0, 14).Select(k => new StudySeries { Name = $"s{k}", X = [1], Y = [1], Group = k / 2 })];
        var looks = SeriesLook.Of(StudySamples.Chart with { Series = all });
        Assert.Equal(Enumerable.Range(0, 14).Select(k => k / 2), looks.Select(look => look.Number));
        var many = Enumerable.Range(0, 35).Select(k => new SeriesLook(k)).ToArray();
        Assert.Equal(35, many.Select(look => (look.Color, look.Marker)).Distinct().Count());
        Assert.All(many.Skip(1), look => Assert.NotEqual(new SeriesLook(look.Number - 1).Marker, look.Marker));
        Assert.All(many.Skip(1), look => Assert.NotEqual(new SeriesLook(look.Number - 1).Dashes, look.Dashes));
    }

    [Theory]
    [InlineData(false, 0, 0)]
    [InlineData(true, 1, 1)]
    [InlineData(false, 1e300, -1e300)]
    [InlineData(false, double.MaxValue, double.MinValue)]
    [InlineData(true, double.MaxValue, double.Epsilon)]
    [InlineData(false, 1e-320, 0)]
    [InlineData(false, 1e17, 100000000000000016)]
    [InlineData(true, 0, -1)]
    [InlineData(false, double.NaN, double.PositiveInfinity)]
    public void Extreme_numbers_have_a_chart_too(bool logarithmic, double a, double b)
    {
        var series = new StudySeries { Name = "s", X = [a, b], Y = [b, a], Lower = [b, a], Upper = [b, a] };
        StudyAxis axis = new("axis", logarithmic);
        var page = new ReportPageOf(StudySamples.Whole with { Charts = [StudySamples.Chart with { X = axis, Y = axis, Series = [series] }] });
        Assert.DoesNotContain(page.Drawn("circle").Attributes("cx"), cx => !double.IsFinite(double.Parse(cx.Value, CultureInfo.InvariantCulture)));
        Assert.DoesNotContain("NaN,", string.Concat(page.Drawn("polyline").Attributes("points").Select(points => points.Value)), StringComparison.Ordinal);
    }

    [Fact]
    public void Charts_of_a_row_stand_in_one_figure_with_the_same_axes()
    {
        StudyChart Panel(string name, double end) => StudySamples.Chart with
        {
            Name = name,
            Title = name,
            Row = "times",
            X = new("x"),
            Y = new("y"),
            Shaded = null,
            Series = [new() { Name = "s", X = [0, end], Y = [0, end], Style = SeriesStyle.Points }],
        };
        var page = new ReportPageOf(StudySamples.Whole with { Charts = [Panel("early", 1), Panel("late", 10), StudySamples.Chart] });
        var row = page.All("figure").Single(figure => figure.Elements().First().Value == "times");
        double[][] xs = [.. new[] { "early", "late" }.Select(name => row.Descendants()
            .Single(e => (string?)e.Attribute("id") == "sample." + name).Descendants()
            .Where(e => e.Name.LocalName == "circle" && e.Attribute("r")!.Value == "6").Select(e => Number(e, "cx")).ToArray())];
        Assert.Equal(xs[0][0], xs[1][0]);
        Assert.Equal((xs[1][1] - xs[1][0]) / 10, xs[0][1] - xs[0][0], 0.11);
        Assert.Single(row.Descendants(), e => (string?)e.Attribute("class") == "legend");
        Assert.Contains("csv/early.csv, csv/late.csv", row.Value, StringComparison.Ordinal);
    }

    [Fact]
    public void Text_is_no_smaller_on_a_phone()
    {
        var page = new ReportPageOf(StudySamples.Whole);
        foreach (var figure in new[] { "sample.residuals", "sample.kernel" })
        {
            var narrow = page.Narrow(figure);
            var width = double.Parse(narrow.Attribute("viewBox")!.Value.Split(' ')[2], CultureInfo.InvariantCulture);
            // On a phone of 390 pixels a figure has 358 of them.
            Assert.All(narrow.Descendants().Attributes("font-size"), size =>
                Assert.InRange(double.Parse(size.Value, CultureInfo.InvariantCulture) * 358 / width, 11, 20));
        }
    }

    [Theory]
    [InlineData(0.01, "0.01")]
    [InlineData(0.001, "10⁻³")]
    [InlineData(2e-12, "2·10⁻¹²")]
    [InlineData(500, "500")]
    [InlineData(1e6, "10⁶")]
    public void Ticks_of_logarithmic_axes_are_powers(double value, string text) => Assert.Equal(text, TickText.Logarithmic(value));

    [Theory]
    [InlineData(0, 3, "0")]
    [InlineData(-2.5, 3, "−2.5")]
    [InlineData(0.005, 0.02, "0.005")]
    [InlineData(123456.5, 123457, "123456.5")]
    [InlineData(-5e6, 1e7, "−5·10⁶")]
    [InlineData(0, 1e7, "0")]
    [InlineData(2e-5, 3e-5, "2·10⁻⁵")]
    public void Ticks_of_linear_axes_are_written_alike(double value, double greatest, string text) =>
        Assert.Equal(text, TickText.Linear(value, greatest));

    private static ReportPageOf Of(StudySeries series) => new(StudySamples.Whole with
    {
        Charts = [StudySamples.Chart with { X = new("x"), Y = new("y"), Series = [series] }],
    });

    private static (double X, double Y)[] Circles(ReportPageOf page, string id) =>
        [.. page.Wide(id).Descendants().Where(e => e.Name.LocalName == "circle").Select(c => (Number(c, "cx"), Number(c, "cy")))];

    private static IEnumerable<double> BandYs(ReportPageOf page) => page.Wide("sample.residuals").Descendants()
        .Single(e => e.Name.LocalName == "polygon" && Style(e).Contains("fill-opacity", StringComparison.Ordinal))
        .Attribute("points")!.Value.Split(' ').Select(point => double.Parse(point.Split(',')[1], CultureInfo.InvariantCulture));

    private static string Style(XElement element) => (string?)element.Attribute("style") ?? "";

    private static double Number(XElement element, string name) => double.Parse(element.Attribute(name)!.Value, CultureInfo.InvariantCulture);
}
