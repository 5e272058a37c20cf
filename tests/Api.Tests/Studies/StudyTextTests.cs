using Xunit;

namespace HadamardNtk.Api.Tests.Studies;

/// <summary>A study on a terminal.</summary>
public class StudyTextTests
{
    [Theory]
    [InlineData(20)]
    [InlineData(37)]
    [InlineData(80)]
    [InlineData(200)]
    public void No_line_is_wider_than_the_terminal_or_controls_it(int width)
    {
        var columns = Enumerable.Range(0, 40).Select(j => $"a long heading {j}").ToArray();
        var wide = StudySamples.Table with { Name = "wide", Columns = columns, Rows = [[.. columns]] };
        var lines = Lines(StudySamples.Whole with { Tables = [StudySamples.Table, wide] }, width);
        Assert.All(lines, line => Assert.InRange(line.Length, 0, width));
        Assert.All(lines, line => Assert.DoesNotContain(line, char.IsControl));
    }

    [Fact]
    public void Claims_have_their_verdicts_in_words()
    {
        var lines = Lines(StudySamples.Whole, 80);
        Assert.Contains("found: Low degrees are learned first.", lines);
        Assert.Contains("reported: The noise is small.", lines);
        Assert.Contains(lines, line => line.StartsWith("not found: The exponent is 3 ", StringComparison.Ordinal));
    }

    [Fact]
    public void Numbers_have_four_digits_and_stand_to_the_right()
    {
        StudyTable table = new()
        {
            Name = "t",
            Title = "T",
            Columns = ["name", "value", "count"],
            Rows = [["a", -2.0 / 3, 7], ["bb", 123456.7, 5_000_000_000L], ["c", 1.23456e-9, null]],
        };
        Assert.Equal(
            [
                "  name     value       count",
                "  ----  --------  ----------",
                "  a      -0.6667           7",
                "  bb      123457  5000000000",
                "  c     1.235e-9           -",
            ],
            Lines(StudySamples.Whole with { Tables = [table] }, 80).SkipWhile(line => line != "T").Skip(1).Take(5));
    }

    [Fact]
    public void Columns_without_room_are_left_out_and_numbers_are_not_cut()
    {
        double[] row = [.. Enumerable.Range(0, 14).Select(j => 1e3 * Math.Sin(j + 1))];
        StudyTable table = new()
        {
            Name = "t",
            Title = "T",
            Columns = [.. row.Select((_, j) => $"column {j}")],
            Rows = [[.. row]],
        };
        var lines = Lines(StudySamples.Whole with { Tables = [table] }, 80);
        Assert.Contains("  column  column  column  column  column  column  column  column  column  column", lines);
        Assert.Contains("   841.5   909.3   141.1  -756.8  -958.9  -279.4     657   989.4   412.1    -544", lines);
        Assert.Contains("  (4 more columns, see csv/t.csv)", lines);
    }

    [Theory]
    [InlineData(50, 50, null)]
    [InlineData(51, 40, "  (11 more rows, see csv/t.csv)")]
    public void Of_a_long_table_the_first_rows_are_written(int rows, int shown, string? last)
    {
        StudyTable table = new()
        {
            Name = "t",
            Title = "T",
            Columns = ["count"],
            Rows = [.. Enumerable.Range(100, rows).Select(k => (IReadOnlyList<object?>)[k])],
        };
        var lines = Lines(StudySamples.Whole with { Tables = [table] }, 80).SkipWhile(line => line != "T").Skip(3).ToArray();
        Assert.Equal(Enumerable.Range(100, shown).Select(k => $"    {k}"), lines.Take(shown));
        Assert.Equal(last ?? "", lines[shown]);
    }

    [Fact]
    public void One_column_that_is_left_out_is_one()
    {
        double[] row = [.. Enumerable.Range(0, 11).Select(j => 1e3 * Math.Sin(j + 1))];
        StudyTable table = new()
        {
            Name = "t",
            Title = "T",
            Columns = [.. row.Select((_, j) => $"column {j}")],
            Rows = [[.. row]],
        };
        Assert.Contains("  (1 more column, see csv/t.csv)", Lines(StudySamples.Whole with { Tables = [table] }, 80));
    }

    [Fact]
    public void Charts_and_maps_name_their_files()
    {
        var lines = Lines(StudySamples.Whole, 80);
        Assert.Contains("chart residuals: 3 series, see csv/residuals.csv", lines);
        Assert.Contains("map kernel: 2 x 3 values, see csv/kernel.csv", lines);
    }

    [Fact]
    public void Every_word_of_a_text_is_there()
    {
        var text = string.Concat(Lines(StudySamples.Whole, 33)).Replace(" ", "", StringComparison.Ordinal);
        Assert.Contains(new string('w', 100), text, StringComparison.Ordinal);
        Assert.Contains("thathastobewrappedsomewhere.", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_width_without_room_is_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => StudyText.Write(StudySamples.Whole, TextWriter.Null, 19));

    private static string[] Lines(StudyResult result, int width)
    {
        var writer = new StringWriter { NewLine = "\n" };
        StudyText.Write(result, writer, width);
        return writer.ToString().TrimEnd('\n').Split('\n');
    }
}
