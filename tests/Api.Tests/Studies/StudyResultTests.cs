using Xunit;

namespace HadamardNtk.Api.Tests.Studies;

/// <summary>A study that holds together can be made, and one that does not is refused with what to do.</summary>
public class StudyResultTests
{
    [Theory]
    [InlineData("")]
    [InlineData("Upper")]
    [InlineData("a/b")]
    [InlineData("a.b")]
    [InlineData("a b")]
    [InlineData("name\n")]
    public void Names_are_names_of_files(string name)
    {
        Refused(() => StudySamples.Whole with { Name = name }, "a-z, 0-9 and -", $"'{name}'");
        Refused(() => StudySamples.Table with { Name = name }, "a-z, 0-9 and -");
        Refused(() => StudySamples.Chart with { Name = name }, "a-z, 0-9 and -");
        Refused(() => StudySamples.Map with { Name = name }, "a-z, 0-9 and -");
    }

    [Fact]
    public void Tables_charts_and_maps_have_different_names()
    {
        Refused(() => StudySamples.Whole with { Tables = [StudySamples.Table, StudySamples.Table] }, "'slopes' twice");
        Refused(() => StudySamples.Whole with { Charts = [StudySamples.Chart with { Name = "slopes" }] }, "'slopes' twice");
        Refused(() => StudySamples.Whole with { Maps = [StudySamples.Map with { Name = "residuals" }] }, "'residuals' twice");
    }

    [Fact]
    public void A_row_has_as_many_cells_as_there_are_columns()
    {
        Refused(() => WithRow("a", 1), "Table 'slopes', row 0", "expected 5 cells", "came 2");
        Refused(() => StudySamples.Whole with { Tables = [StudySamples.Table with { Columns = [], Rows = [] }] }, "at least one column");
    }

    [Fact]
    public void A_cell_is_text_a_number_a_truth_value_or_nothing()
    {
        Refused(() => WithRow("a", 1f, 2, 3, 4), "came Single");
        Assert.Single(WithRow("a", 1, 2L, 3.0, null).Tables);
    }

    [Fact]
    public void A_series_has_one_y_and_one_band_for_each_x()
    {
        Refused(() => WithSeries(new StudySeries { Name = "s", X = [1, 2], Y = [1] }), "Chart 'residuals', series 's'", "2 x and 1 y");
        Refused(() => WithSeries(new StudySeries { Name = "s", X = [1], Y = [1], Lower = [0] }), "1 lower and 1 upper");
        Refused(() => WithSeries(new StudySeries { Name = "s", X = [1], Y = [1], Lower = [0], Upper = [1, 2] }), "came 1 and 2");
        Refused(() => WithSeries(new StudySeries { Name = " ", X = [1], Y = [1] }), "Name it for the legend");
        Refused(() => WithSeries(new StudySeries { Name = "s", X = [1], Y = [1], Style = (SeriesStyle)9 }), "Line, Dashed or Points");
        Refused(
            () => WithSeries(new StudySeries { Name = "s", X = [1], Y = [1] }, new StudySeries { Name = "s", X = [1], Y = [1] }), "'s' twice");
        Refused(() => WithSeries(), "at least one series");
    }

    [Theory]
    [InlineData(2, 1)]
    [InlineData(1, 1)]
    [InlineData(double.NaN, 1)]
    [InlineData(0, double.PositiveInfinity)]
    public void A_shaded_range_has_two_finite_ends_in_order(double from, double to) =>
        Refused(() => StudySamples.Whole with { Charts = [StudySamples.Chart with { Shaded = new(from, to, "r") }] }, "From < To");

    [Fact]
    public void A_map_has_values() =>
        Refused(() => StudySamples.Whole with { Maps = [StudySamples.Map with { Values = new double[0, 3] }] }, "Map 'kernel'");

    private static StudyResult WithRow(params object?[] cells) =>
        StudySamples.Whole with { Tables = [StudySamples.Table with { Rows = [cells] }] };

    private static StudyResult WithSeries(params StudySeries[] series) =>
        StudySamples.Whole with { Charts = [StudySamples.Chart with { Series = series }] };

    private static void Refused(Func<object> make, params string[] parts)
    {
        var refusal = Assert.Throws<ArgumentException>(make);
        Assert.All(parts, part => Assert.Contains(part, refusal.Message, StringComparison.Ordinal));
    }
}
