using System.Globalization;
using System.Xml.Linq;
using static HadamardNtk.Markup;

namespace HadamardNtk;

/// <summary>A table of a study. It scrolls sideways in its own box where it is wider than the page.</summary>
internal static class TableFigure
{
    private const int Digits = 5;
    private const int MostRows = 500;

    internal static XElement Of(StudyTable table, FigurePlace place)
    {
        bool[] numeric = [.. table.Columns.Select((_, j) => TextTable.IsNumeric(table, j))];
        return Tag(
            "figure",
            "id".Is(place.Id),
            Tag(place.Heading, "id".Is(place.Id + ".title"), table.Title),
            Tag(
                "div",
                "class".Is("scroll"),
                "tabindex".Is("0"),
                "role".Is("region"),
                "aria-labelledby".Is(place.Id + ".title"),
                Tag(
                    "table",
                    Tag("thead", Tag("tr", table.Columns.Select((name, j) => Heading(name, numeric[j])))),
                    Tag("tbody", table.Rows.Take(MostRows).Select(row => Row(row, numeric))))),
            Tag("figcaption", Note(table), place.Link));
    }

    private static string Note(StudyTable table) => table.Rows.Count <= MostRows
        ? ""
        : string.Create(
            CultureInfo.InvariantCulture,
            $"These are the first {MostRows} of {table.Rows.Count} rows; the file has all. ");

    private static XElement Heading(string name, bool numeric) =>
        Tag("th", "scope".Is("col"), numeric ? "class".Is("number") : null, name);

    private static XElement Row(IReadOnlyList<object?> row, bool[] numeric) =>
        Tag("tr", row.Select((cell, j) => Cell(cell, j == 0 && cell is string, numeric[j])));

    // The complete number is read by pointing at the short one.
    private static XElement Cell(object? cell, bool heads, bool numeric)
    {
        var text = StudyNumber.Cell(cell, Digits);
        var complete = cell is double ? StudyNumber.Complete(cell) : text;
        return Tag(
            heads ? "th" : "td",
            heads ? "scope".Is("row") : null,
            numeric ? "class".Is("number") : null,
            complete == text ? null : "title".Is(complete),
            text);
    }
}
