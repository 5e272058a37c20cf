using System.Text.RegularExpressions;

namespace HadamardNtk;

/// <summary>
/// A selection after a file name, as in <c>digits.csv[:1200,:-1]</c>, of rows, or of rows and columns. A slice keeps
/// its axis and a single index drops it, as in numpy.
/// </summary>
internal sealed partial record Selection(string Text, AxisSelection Rows, AxisSelection? Columns)
{
    private const string Suggestion = "write [rows] or [rows,columns], each an index or a slice start:stop:step";

    /// <summary>
    /// Splits an argument into a file and a selection. If a file has the whole argument as its name, there is no
    /// selection.
    /// </summary>
    /// <exception cref="DataFormatException">The text in the brackets is no selection.</exception>
    public static (string Path, Selection? Selection) Split(string argument)
    {
        // Most arguments have no selection. Then the regular expression is not even loaded.
        if (!argument.AsSpan().TrimEnd('\n').EndsWith("]"))
        {
            return (argument, null);
        }

        var match = Trailing().Match(argument);
        if (!match.Success || File.Exists(argument) || Directory.Exists(argument)) return (argument, null);
        return (match.Groups["path"].Value, Parse(argument, match.Groups["text"].Value));
    }

    /// <summary>The selected part of an array. Images are flattened to n x d before.</summary>
    /// <exception cref="DataFormatException">
    /// An index is outside the array, there are too many of them, or the selection is empty.
    /// </exception>
    public DataArray Of(DataArray array)
    {
        var flat = array.Flattened();
        if (Columns is not null && flat.Shape.Length == 1)
            throw Refusal(array, "[rows] alone for one dimension", $"[{Text}]");
        var rows = On(Rows, flat, 0);
        var columns = flat.Shape.Length == 1 ? new AxisRange(0, 1, 1) : On(Columns ?? AxisSelection.All, flat, 1);
        if (rows.Count == 0 || columns.Count == 0)
            throw Refusal(array, "a selection with values", $"[{Text}], which leaves none");
        return new DataArray(
            array.File, Gather(flat, rows, columns), Shape(flat, rows, columns), IsSample(flat),
            flat.IsFirstUnnamed && HasFirst(columns));
    }

    private static bool HasFirst(AxisRange columns) => columns[0] == 0 || columns[columns.Count - 1] == 0;

    private static Selection Parse(string argument, string text)
    {
        var axes = text.Split(',').Select(AxisSelection.Parse).ToList();
        return axes is [{ } rows, ..] && axes.Count <= 2 && !axes.Contains(null)
            ? new Selection(text, rows, axes.ElementAtOrDefault(1))
            : throw new DataFormatException(argument, "a selection behind the file name", $"[{text}]", Suggestion);
    }

    private AxisRange On(AxisSelection axis, DataArray array, int number) =>
        axis.On(array.Shape[number]) ?? throw Refusal(
            array, $"a {(number == 0 ? "row" : "column")} from 0 to {array.Shape[number] - 1}",
            $"{axis.Start} in [{Text}]");

    private static double[] Gather(DataArray array, AxisRange rows, AxisRange columns)
    {
        var width = array.Shape.Length == 1 ? 1 : array.Shape[1];
        var values = new double[rows.Count * columns.Count];
        for (var i = 0; i < rows.Count; i++)
        {
            var row = array.Values.AsSpan(rows[i] * width, width);
            for (var j = 0; j < columns.Count; j++) values[i * columns.Count + j] = row[columns[j]];
        }

        return values;
    }

    private int[] Shape(DataArray array, AxisRange rows, AxisRange columns)
    {
        var shape = new List<int>();
        if (!Rows.IsIndex) shape.Add(rows.Count);
        if (array.Shape.Length == 2 && Columns is not { IsIndex: true }) shape.Add(columns.Count);
        return [.. shape];
    }

    private bool IsSample(DataArray array) =>
        array.Shape.Length == 2 && Rows.IsIndex && Columns is not { IsIndex: true };

    private static DataFormatException Refusal(DataArray array, string expected, string came) => new(
        array.File, expected, $"{came} of {array.ShapeText}", Suggestion);

    [GeneratedRegex("""^(?<path>.*)\[(?<text>[^\[\]]*)\]$""", RegexOptions.Singleline)]
    private static partial Regex Trailing();
}
