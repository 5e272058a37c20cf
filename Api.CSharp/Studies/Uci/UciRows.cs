using System.Globalization;

namespace HadamardNtk;

/// <summary>The file of rows: a header line, then on each line a row's number, its features and its class.</summary>
internal static class UciRows
{
    /// <summary>The features, n × d, and the classes, counted from 0.</summary>
    /// <exception cref="DataFormatException">The file cannot be read, or is not of that form.</exception>
    internal static (Matrix X, long[] Labels) Read(string file, UciDescription description)
    {
        var lines = UciLine.ReadAll(file).Skip(1).ToArray();
        if (lines.Length != description.Rows)
        {
            throw new DataFormatException(
                file,
                $"{description.Rows} rows behind a header line, as its description says",
                $"{lines.Length}",
                "make them agree");
        }

        var x = new double[lines.Length * description.Features];
        var labels = new long[lines.Length];
        for (var i = 0; i < lines.Length; i++)
        {
            RequireFields(lines[i], description.Features);
            for (var j = 0; j < description.Features; j++)
            {
                x[i * description.Features + j] = Feature(lines[i], j + 1);
            }

            labels[i] = Class(lines[i], description);
        }

        return (Matrix.Wrap(x, lines.Length, description.Features), labels);
    }

    private static void RequireFields(UciLine line, int features)
    {
        if (line.Fields.Length != features + 2)
        {
            throw new DataFormatException(
                line.File, $"{features + 2} fields in every row: its number, {features} features, its class",
                $"{line.Fields.Length} in line {line.Number}", "make all rows equally long");
        }
    }

    private static double Feature(UciLine line, int column) =>
        double.TryParse(line.Fields[column], NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
        && double.IsFinite(value)
            ? value
            : throw line.Refusal(column, "a finite number", "put a number there");

    private static long Class(UciLine line, UciDescription description) =>
        int.TryParse(line.Fields[^1], NumberStyles.None, CultureInfo.InvariantCulture, out var label)
        && label < description.Classes
            ? label
            : throw line.Refusal(
                description.Features + 1,
                $"a class from 0 to {description.Classes - 1}",
                "correct it, or the number of classes");
}
