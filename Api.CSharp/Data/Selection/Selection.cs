using System.Text.RegularExpressions;

namespace HadamardNtk;

/// <summary>
/// A selection after a file name, as in <c>digits.csv[:1200,:-1]</c>, of rows, or of rows and columns. A slice keeps
/// its axis and a single index or name drops it, as in numpy. Columns of a text file may be named.
/// </summary>
internal sealed partial record Selection(string Text, SelectedAxis Rows, SelectedAxis? Columns)
{
    private const string Suggestion = "write [rows] or [rows,columns], each an index, a slice start:stop:step or a "
        + "list of these in brackets; columns also by name, first:last with both ends, as in [:,[a,c:e]]";

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
    /// An index is outside the array, there is no such name, there are too many of them, the selection is empty, or a
    /// selected column has a field that is no number.
    /// </exception>
    public DataArray Of(DataArray array)
    {
        var flat = array.Flattened();
        var (rows, columns) = Places(flat);
        flat.Table?.RequireNumbers(columns);
        return new DataArray(
            array.File, Gather(flat, rows, columns), Shape(flat, rows, columns), IsSample(flat),
            flat.IsFirstUnnamed && columns.Contains(0))
        {
            SampleShape = IsWhole(flat, columns) ? flat.SampleShape : null,
        };
    }

    private static bool IsWhole(DataArray flat, int[] columns) =>
        flat.Shape.Length == 2 && columns.AsSpan().SequenceEqual(Enumerable.Range(0, flat.Shape[1]).ToArray());

    /// <summary>The selected rows and columns of an array of at most two axes.</summary>
    /// <exception cref="DataFormatException">There are none, or not all that the selection names.</exception>
    public (int[] Rows, int[] Columns) Places(DataArray array)
    {
        if (Columns is not null && array.Shape.Length == 1)
            throw Refusal(array, "[rows] alone for one dimension", $"[{Text}]");
        var rows = On(Rows, array, 0);
        var columns = array.Shape.Length == 1 ? [0] : On(Columns ?? SelectedAxis.All, array, 1);
        return rows.Length == 0 || columns.Length == 0
            ? throw Refusal(array, "a selection with values", $"[{Text}], which leaves none")
            : (rows, columns);
    }

    private static Selection Parse(string argument, string text)
    {
        var axes = SelectionText.Split(text);
        var (rows, columns) = (SelectedAxis.Parse(axes[0], mayName: false), Second(axes));
        return rows is not null && axes.Count <= 2 && (axes.Count == 1 || columns is not null)
            ? new Selection(text, rows, columns)
            : throw new DataFormatException(argument, "a selection behind the file name", $"[{text}]", Suggestion);
    }

    private static SelectedAxis? Second(List<string> axes) =>
        axes.Count == 2 ? SelectedAxis.Parse(axes[1], mayName: true) : null;

    private int[] On(SelectedAxis axis, DataArray array, int number)
    {
        var places = new List<int>();
        foreach (var item in axis.Items)
        {
            var numbers = item.Numbers ?? ColumnNames.Resolve(item, array, Text);
            var range = numbers.On(array.Shape[number]) ?? throw Refusal(
                array, $"a {(number == 0 ? "row" : "column")} from 0 to {array.Shape[number] - 1}",
                $"{numbers.Start} in [{Text}]");
            for (var k = 0; k < range.Count; k++) places.Add(range[k]);
        }

        return [.. places];
    }

    private static double[] Gather(DataArray array, int[] rows, int[] columns)
    {
        var width = array.Shape.Length == 1 ? 1 : array.Shape[1];
        var count = (long)rows.Length * columns.Length;
        if (count > Array.MaxLength) throw ArrayShape.TooLarge(array.File, $"{count}");
        var values = new double[count];
        for (var i = 0; i < rows.Length; i++)
        {
            var row = array.Values.AsSpan(rows[i] * width, width);
            for (var j = 0; j < columns.Length; j++) values[i * columns.Length + j] = row[columns[j]];
        }

        return values;
    }

    private int[] Shape(DataArray array, int[] rows, int[] columns)
    {
        var shape = new List<int>();
        if (!Rows.IsSingle) shape.Add(rows.Length);
        if (array.Shape.Length == 2 && Columns is not { IsSingle: true }) shape.Add(columns.Length);
        return [.. shape];
    }

    private bool IsSample(DataArray array) =>
        array.Shape.Length == 2 && Rows.IsSingle && Columns is not { IsSingle: true };

    private static DataFormatException Refusal(DataArray array, string expected, string came) => new(
        array.File, expected, $"{came} of {array.ShapeText}", Suggestion);

    [GeneratedRegex("""^(?<path>.*)\[(?<text>(?:[^\[\]]|\[[^\[\]]*\])*)\]$""", RegexOptions.Singleline)]
    private static partial Regex Trailing();
}
