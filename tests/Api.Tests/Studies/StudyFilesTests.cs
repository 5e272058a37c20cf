using System.Globalization;
using System.Text.Json;
using Xunit;

namespace HadamardNtk.Api.Tests.Studies;

/// <summary>The files of a study have its numbers to the last bit.</summary>
public sealed class StudyFilesTests : DataFolder
{
    [Fact]
    public void A_table_reads_back()
    {
        var records = Written("slopes");
        Assert.Equal(StudySamples.Table.Columns, records[0]);
        Assert.Equal(["relu", (-2.0 / 3).ToString("R", CultureInfo.InvariantCulture), "100", "true", "a,b"], records[1]);
        Assert.Equal([StudySamples.Hostile, "NaN", "5000000000", "false", ""], records[2]);
        Assert.Equal(["", "1E-300", "-2147483648", "", "say \"no\""], records[3]);
        Assert.Contains(",false,\"\"\n,1E-300,", File.ReadAllText(Csv("slopes")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a,b")]
    [InlineData("a\nb")]
    [InlineData("a\rb")]
    [InlineData("a\"b")]
    [InlineData("ü ")]
    public void A_text_reads_back(string text)
    {
        var table = StudySamples.Table with { Columns = [text], Rows = [[text], [text + text]] };
        Assert.Equal([[text], [text], [text + text]], Written("slopes", StudySamples.Whole with { Tables = [table] }));
    }

    [Fact]
    public void A_chart_reads_back_bit_for_bit()
    {
        var random = new Random(3);
        double[] x = [.. Enumerable.Range(0, 500).Select(_ => BitConverter.Int64BitsToDouble(random.NextInt64())).Where(double.IsFinite)];
        double[] y = [-0.0, double.Epsilon, double.MaxValue, double.PositiveInfinity, double.NegativeInfinity, .. x.Skip(5)];
        StudySeries drawn = new() { Name = "random, \"s\"", X = x, Y = y, Lower = y, Upper = x };
        var records = Written("residuals", StudySamples.Whole with { Charts = [StudySamples.Chart with { Series = [drawn] }] });
        Assert.Equal(["series", "x", "y", "lower", "upper"], records[0]);
        Assert.All(records.Skip(1), record => Assert.Equal(drawn.Name, record[0]));
        Assert.Equal(Bits(x), Bits(Column(records, 1)));
        Assert.Equal(Bits(y), Bits(Column(records, 2)));
        Assert.Equal(Bits(y), Bits(Column(records, 3)));
        Assert.Equal(Bits(x), Bits(Column(records, 4)));
    }

    [Fact]
    public void A_series_without_a_band_leaves_its_fields_empty()
    {
        var records = Written("residuals");
        Assert.Equal(["degree 1", "2", "0.30000000000000004", "", ""], records[2]);
        Assert.Equal([StudySamples.Hostile, "8", "3", "-1", "5"], records[^1]);
    }

    [Fact]
    public void A_map_reads_back_bit_for_bit()
    {
        var numbers = Written("kernel").SelectMany(record => record).Select(Number);
        Assert.Equal(Bits(StudySamples.Map.Values.Data), Bits(numbers));
    }

    [Fact]
    public void The_json_has_everything()
    {
        StudyFiles.Write(StudySamples.Whole, Folder);
        using var json = JsonDocument.Parse(File.ReadAllText(Path.Combine(Folder, "result.json")));
        var root = json.RootElement;
        Assert.Equal(
            ["charts", "claims", "maps", "name", "parameters", "seed", "summary", "tables", "title"],
            root.EnumerateObject().Select(property => property.Name).Order(StringComparer.Ordinal));
        Assert.Equal(StudySamples.Whole.Title, root.GetProperty("title").GetString());
        Assert.Equal(7, root.GetProperty("seed").GetInt32());
        Assert.Equal(["found", "not_found", "reported"], root.GetProperty("claims").EnumerateArray().Select(c => c.GetProperty("verdict").GetString()));
        Assert.Equal("NaN", root.GetProperty("tables")[0].GetProperty("rows")[1][1].GetString());
        var series = root.GetProperty("charts")[0].GetProperty("series");
        Assert.Equal(0.1 + 0.2, series[0].GetProperty("y")[1].GetDouble());
        Assert.Equal("points", series[0].GetProperty("style").GetString());
        Assert.Equal(JsonValueKind.Null, series[0].GetProperty("lower").ValueKind);
        Assert.Equal(-1, series[2].GetProperty("lower")[1].GetDouble());
        Assert.Equal("training " + StudySamples.Hostile, root.GetProperty("charts")[0].GetProperty("shaded").GetProperty("label").GetString());
        var map = root.GetProperty("maps")[0].GetProperty("values");
        Assert.Equal((2, 3), (map.GetArrayLength(), map[0].GetArrayLength()));
        Assert.Equal((Math.PI, "Infinity"), (map[1][0].GetDouble(), map[1][2].GetString()));
    }

    [Fact]
    public void Writing_again_replaces_the_files_and_leaves_others()
    {
        StudyFiles.Write(StudySamples.Whole, Folder);
        File.WriteAllText(Path.Combine(Folder, "notes.txt"), "mine");
        File.WriteAllText(Csv("mine"), "mine");
        var table = StudySamples.Table with { Columns = ["a"], Rows = [[1]] };
        StudyFiles.Write(StudySamples.Whole with { Seed = 8, Tables = [table] }, Folder);
        Assert.Equal("a\n1\n", File.ReadAllText(Csv("slopes")));
        Assert.Contains("\"seed\":8", File.ReadAllText(Path.Combine(Folder, "result.json")), StringComparison.Ordinal);
        Assert.Equal(["csv", "notes.txt", "result.json"], Directory.EnumerateFileSystemEntries(Folder).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal(
            ["kernel.csv", "mine.csv", "residuals.csv", "slopes.csv"],
            Directory.EnumerateFileSystemEntries(Path.Combine(Folder, "csv")).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_folder_that_is_a_file_or_has_no_parent_is_refused()
    {
        var file = Path.Combine(Folder, "file");
        File.WriteAllText(file, "");
        Assert.Contains("a file of that name", Assert.Throws<OutputException>(() => StudyFiles.Write(StudySamples.Whole, file)).Message, StringComparison.Ordinal);
        Assert.Throws<OutputException>(() => StudyFiles.Write(StudySamples.Whole, Path.Combine(Folder, "no", "parent")));
    }

    private string Csv(string name) => Path.Combine(Folder, "csv", name + ".csv");

    private List<string[]> Written(string name, StudyResult? result = null)
    {
        StudyFiles.Write(result ?? StudySamples.Whole, Folder);
        return [.. Rfc4180.Records(File.ReadAllText(Csv(name)))];
    }

    private static double Number(string field) => double.Parse(field, CultureInfo.InvariantCulture);

    private static IEnumerable<double> Column(List<string[]> records, int j) => records.Skip(1).Select(record => Number(record[j]));

    private static IEnumerable<long> Bits(IEnumerable<double> numbers) => numbers.Select(BitConverter.DoubleToInt64Bits);
}
