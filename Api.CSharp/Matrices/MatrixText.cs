using System.Globalization;
using System.Text;

namespace HadamardNtk;

/// <summary>A matrix as text for people: its shape, and a corner of at most 6 x 6 entries.</summary>
internal static class MatrixText
{
    private const int Corner = 6;

    internal static string Of(Matrix matrix)
    {
        var (rows, columns) = (Math.Min(matrix.Rows, Corner), Math.Min(matrix.Columns, Corner));
        var text = new StringBuilder($"Matrix {matrix.Rows} x {matrix.Columns}");
        if (columns == 0)
        {
            return text.ToString();
        }

        string[][] cells = [.. Enumerable.Range(0, rows).Select(i => Cells(matrix.Row(i)[..columns]))];
        var width = cells.SelectMany(row => row).Select(cell => cell.Length).DefaultIfEmpty().Max();
        foreach (var row in cells)
        {
            var line = string.Join("  ", row.Select(cell => cell.PadLeft(width)));
            text.Append("\n  ").Append(line).Append(columns < matrix.Columns ? "  ..." : "");
        }

        return text.Append(rows < matrix.Rows ? "\n  ..." : "").ToString();
    }

    private static string[] Cells(ReadOnlySpan<double> row)
    {
        var cells = new string[row.Length];
        for (var j = 0; j < row.Length; j++)
        {
            cells[j] = row[j].ToString("G6", CultureInfo.InvariantCulture);
        }

        return cells;
    }
}
