using System.Globalization;
using System.Text;

namespace HadamardNtk;

/// <summary>Results as text for people, at most a screen: a title, and below it a corner of a table.</summary>
internal static class ShownText
{
    private const int Corner = 6;
    private const int Width = 100;

    /// <summary>
    /// A title and the first rows and columns of a table, at most 6 x 6 and as many columns as a line has room for,
    /// with cells that end together.
    /// </summary>
    internal static string Table(FormattableString title, int rows, int columns, Func<int, int, string> cell)
    {
        var text = new StringBuilder(FormattableString.Invariant(title));
        if (columns == 0)
        {
            return text.ToString();
        }

        var shown = Math.Min(rows, Corner);
        string[][] cells = [.. Enumerable.Range(0, shown).Select(i => Row(i, Math.Min(columns, Corner), cell))];
        var width = cells.SelectMany(row => row).Select(one => one.Length).DefaultIfEmpty().Max();
        var across = Math.Clamp(Width / (width + 2), 1, Math.Min(columns, Corner));
        foreach (var row in cells)
        {
            var line = string.Join("  ", row.Take(across).Select(one => one.PadLeft(width)));
            text.Append("\n  ").Append(line).Append(across < columns ? "  ..." : "");
        }

        return text.Append(shown < rows ? "\n  ..." : "").ToString();
    }

    /// <summary>A title and the first of some numbers in one line below it.</summary>
    internal static string Line(FormattableString title, IReadOnlyList<double> numbers) =>
        Table(title, 1, numbers.Count, (_, j) => Number(numbers[j]));

    /// <summary>A number in six digits.</summary>
    internal static string Number(double value) => value.ToString("G6", CultureInfo.InvariantCulture);

    /// <summary>A number in six digits and its deviation in three.</summary>
    internal static string Spread(double value, double deviation) =>
        string.Create(CultureInfo.InvariantCulture, $"{value:G6} ± {deviation:G3}");

    private static string[] Row(int i, int columns, Func<int, int, string> cell) =>
        [.. Enumerable.Range(0, columns).Select(j => cell(i, j))];
}
