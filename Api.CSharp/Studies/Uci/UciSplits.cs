using System.Globalization;

namespace HadamardNtk;

/// <summary>
/// Reads the files of splits. Their lines hold rows counted from 0: in turn those to train on and those to test on.
/// </summary>
internal static class UciSplits
{
    /// <summary>The splits of a file, at least one.</summary>
    /// <exception cref="DataFormatException">
    /// The file cannot be read, or a split cannot be trained or tested on.
    /// </exception>
    internal static UciSplit[] Read(string file, long[] labels)
    {
        var lines = UciLine.ReadAll(file).ToArray();
        return lines.Length > 0 && lines.Length % 2 == 0
            ? [.. lines.Chunk(2).Select(pair => Split(pair[0], pair[1], labels))]
            : throw new DataFormatException(
                file,
                "two lines for each split, rows to learn from and rows to test on",
                $"{lines.Length} lines",
                "give both of each");
    }

    private static UciSplit Split(UciLine training, UciLine test, long[] labels)
    {
        var taken = new HashSet<int>();
        var split = new UciSplit(Rows(training, labels.Length, taken), Rows(test, labels.Length, taken));
        return split.Training.Select(i => labels[i]).Distinct().Count() >= 2
            ? split
            : throw new DataFormatException(
                training.File,
                "rows of at least two classes to learn from",
                $"rows of one in line {training.Number}",
                "add rows of another class");
    }

    private static int[] Rows(UciLine line, int count, HashSet<int> taken) =>
        [.. Enumerable.Range(0, line.Fields.Length).Select(column => Row(line, column, count, taken))];

    private static int Row(UciLine line, int column, int count, HashSet<int> taken) =>
        !int.TryParse(line.Fields[column], NumberStyles.None, CultureInfo.InvariantCulture, out var row) || row >= count
            ? throw line.Refusal(column, $"a row from 0 to {count - 1}", "correct it")
            : taken.Add(row)
                ? row
                : throw line.Refusal(column, "every row at most once in a split", "remove it");
}
