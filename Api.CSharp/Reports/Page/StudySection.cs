using System.Xml.Linq;
using static HadamardNtk.Markup;

namespace HadamardNtk;

/// <summary>The part of a page that is about one study.</summary>
/// <param name="Result">The study.</param>
/// <param name="Options">The options of the page.</param>
/// <param name="Several">True if the page has other studies too.</param>
internal sealed record StudySection(StudyResult Result, ReportOptions Options, bool Several)
{
    internal object?[] Parts() =>
    [
        Result.Summary.Length > 0 ? Tag("p", "class".Is("summary"), Result.Summary) : null,
        Part("Claims", Result.Claims.Select(Claim), "ul"),
        Part("Charts", Rows().Select(row => row[0].Row is null
            ? ChartFigure.Of(row[0], Place(row[0].Name))
            : ChartRow.Of([.. row.Select(chart => (chart, Place(chart.Name)))]))),
        Part("Heat maps", Result.Maps.Select(map => MapFigure.Of(map, Place(map.Name)))),
        Part("Tables", Result.Tables.Select(table => TableFigure.Of(table, Place(table.Name)))),
        Part("How this was made", [Settings()]),
    ];

    // Charts of one row that follow each other, and each other chart alone.
    private List<List<StudyChart>> Rows()
    {
        List<List<StudyChart>> rows = [];
        foreach (var chart in Result.Charts)
        {
            if (chart.Row is not null && rows.Count > 0 && rows[^1][0].Row == chart.Row)
            {
                rows[^1].Add(chart);
            }
            else
            {
                rows.Add([chart]);
            }
        }

        return rows;
    }

    private static XElement Claim(StudyClaim claim) => Tag(
        "li",
        Tag("p", Verdict(claim.Verdict), " ", Tag("strong", claim.Statement)),
        Tag("p", "Measured: " + claim.Measured),
        Tag("p", "class".Is("quiet"), "Source: " + claim.Source));

    private static XElement Verdict(ClaimVerdict verdict) => Tag(
        "span", "class".Is("verdict " + VerdictWords.Of(verdict).Replace(' ', '-')), VerdictWords.Of(verdict));

    private object?[]? Part(string heading, IEnumerable<XElement> elements, string? list = null)
    {
        XElement[] all = [.. elements];
        return all.Length == 0
            ? null
            : [Tag(Several ? "h3" : "h2", heading), list is null ? all : Tag(list, "class".Is("claims"), all)];
    }

    private XElement Settings() => Tag(
        "dl",
        Pair("seed", Result.Seed.ToString(System.Globalization.CultureInfo.InvariantCulture)),
        Result.Parameters.Select(parameter => Pair(parameter.Name, parameter.Value)),
        Names() is { Length: > 0 } names
            ? new[]
            {
                Tag("dt", "files"),
                Tag("dd", names.Select((name, k) => (object[])[k > 0 ? ", " : "", Link(name)])),
            }
            : null);

    private string[] Names() =>
    [
        .. Result.Charts.Select(chart => chart.Name),
        .. Result.Maps.Select(map => map.Name),
        .. Result.Tables.Select(table => table.Name),
    ];

    private static XElement[] Pair(string name, string value) => [Tag("dt", name), Tag("dd", value)];

    private FigurePlace Place(string name) => new($"{Result.Name}.{name}", Several ? "h4" : "h3", Link(name));

    private XElement Link(string name)
    {
        var folder = string.Concat(Options.Folder.Split('/', StringSplitOptions.RemoveEmptyEntries)
            .Select(part => Uri.EscapeDataString(part) + "/"));
        var study = Several ? Result.Name + "/" : "";
        var path = StudyCsv.PathOf(name);
        return Tag("a", "href".Is(folder + study + path), path);
    }
}
