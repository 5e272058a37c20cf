using System.Globalization;

namespace HadamardNtk;

/// <summary>The lines of a text file of graphs that are not blank.</summary>
internal static class GraphLines
{
    private static readonly char[] Separators = [' ', '\t', ','];

    /// <summary>Reads the lines of a file, gzipped or not.</summary>
    /// <param name="file">The file.</param>
    /// <param name="watch">The listener to the part of the file that is read, and the token.</param>
    /// <exception cref="DataFormatException">The file cannot be read.</exception>
    internal static IReadOnlyList<GraphLine> Read(string file, Watch watch = default)
    {
        using var content = DataSource.Open(file, watch);
        return DataSource.Guard(file, () =>
        {
            using var reader = new StreamReader(content, leaveOpen: true);
            var lines = new List<GraphLine>();
            for (var number = 1; reader.ReadLine() is { } line; number++)
            {
                var fields = line.Split(Separators, StringSplitOptions.RemoveEmptyEntries);
                if (fields.Length > 0)
                {
                    lines.Add(new(file, number, fields));
                }
            }

            return lines;
        });
    }
}

/// <summary>A line of a text file of graphs, as fields between spaces, tabs or commas.</summary>
/// <param name="File">The file.</param>
/// <param name="Number">The line, counted from 1.</param>
/// <param name="Fields">The fields, at least one.</param>
internal sealed record GraphLine(string File, int Number, string[] Fields)
{
    /// <summary>The field at a place, counted from 0.</summary>
    internal GraphField this[int k] => new(this, k);

    /// <summary>The one field of the line.</summary>
    /// <exception cref="DataFormatException">There are several.</exception>
    internal GraphField Only => Fields.Length == 1
        ? this[0]
        : throw Refusal("one number", $"{Fields.Length} fields", "put one number on each line");

    /// <summary>The error of something in this line.</summary>
    internal DataFormatException Refusal(string expected, string came, string mend) =>
        new(File, expected, $"{came} on line {Number}", mend);
}

/// <summary>A field of a line.</summary>
/// <param name="Line">The line.</param>
/// <param name="Place">The place in the line, counted from 0.</param>
internal readonly record struct GraphField(GraphLine Line, int Place)
{
    private string Text => Line.Fields[Place];

    /// <summary>The field as an integer.</summary>
    /// <exception cref="DataFormatException">It is none.</exception>
    internal long Label => long.TryParse(Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var x)
        ? x
        : throw Line.Refusal("an integer as the label", MessageText.Quote(Text), "number the classes");

    /// <summary>The field as a finite number.</summary>
    /// <exception cref="DataFormatException">It is none.</exception>
    internal double Number =>
        double.TryParse(Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var x) && double.IsFinite(x)
            ? x
            : throw Line.Refusal("a finite number", MessageText.Quote(Text), "fill it in, with a point for decimals");

    /// <summary>The field as an integer between two others.</summary>
    /// <exception cref="DataFormatException">It is none.</exception>
    internal int Integer(int least, int most, string name) =>
        int.TryParse(Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var x)
        && x >= least && x <= most
            ? x
            : throw Line.Refusal(
                most == int.MaxValue
                    ? $"{name}, an integer of at least {least}"
                    : $"{name}, an integer from {least} to {most}",
                MessageText.Quote(Text), "check the numbers before it, and whether the file is complete");
}
