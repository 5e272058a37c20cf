using System.Globalization;

namespace HadamardNtk.Cli.Commands;

/// <summary>The files of a training with bottlenecks.</summary>
internal static class BottleneckFiles
{
    private const string Losses = "loss.csv";
    private const string Predictions = "predictions.npy";
    private const string Embeddings = "embeddings.npy";

    private static readonly (string Name, Func<BottleneckRecord, double?> Of)[] Columns =
    [
        ("step", record => record.Step),
        ("loss", record => record.Loss),
        ("accuracy", record => record.Accuracy),
        ("motion", record => record.Motion),
        ("curvature", record => record.Curvature),
        ("parts", record => record.Parts),
        ("joined_loss", record => record.JoinedLoss),
        ("test_loss", record => record.TestLoss),
        ("test_accuracy", record => record.TestAccuracy),
    ];

    /// <summary>The names of all files.</summary>
    internal static string[] Names => [Losses, Predictions, Embeddings];

    /// <summary>Fails if an array of the files would be larger than one can be.</summary>
    /// <exception cref="DataFormatException">It would.</exception>
    internal static void RequireRoom(BottleneckOptions options, int samples, int outputs, Network network)
    {
        var columns = Math.Max(outputs, BottleneckNetwork.Of(network).Widths[0]);
        if ((Int128)options.Records * samples * columns > Array.MaxLength)
        {
            throw new DataFormatException(
                "--every", $"at most {Array.MaxLength} numbers in a file of results",
                $"{options.Records} records of {samples} x {columns}", "record fewer steps or fewer samples");
        }
    }

    /// <summary>Writes the files.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="run">The training.</param>
    /// <param name="alignments">The alignment of the kernel of each record, or null if they are not known.</param>
    internal static void Write(ResultFolder folder, BottleneckRun run, double[]? alignments) => folder.Write(
        (Losses, path => PartialFile.WriteText(path, Text(run.Records, alignments))),
        (Predictions, path => WriteArray(path, run, record => record.Predictions)),
        (Embeddings, path => WriteArray(path, run, record => record.Embeddings)));

    // The test samples stand behind those of training.
    private static void WriteArray(string path, BottleneckRun run, Func<BottleneckRecord, Matrix> of)
    {
        var (records, n) = (run.Records, run.Targets.Rows);
        var (all, columns) = (of(records[0]).Rows, of(records[0]).Columns);
        var first = all > n ? n : 0;
        var numbers = new double[records.Count * (all - first) * columns];
        for (var i = 0; i < records.Count; i++)
        {
            of(records[i]).SelectRows(first, all - first).AsSpan()
                .CopyTo(numbers.AsSpan(i * (all - first) * columns));
        }

        NpyFile.Write(path, numbers, records.Count, all - first, columns);
    }

    // A column is missing if its numbers are not known.
    private static string Text(IReadOnlyList<BottleneckRecord> records, double[]? alignments)
    {
        string[] names = [.. Columns.Select(column => column.Name), "alignment"];
        double?[][] rows =
        [
            .. records.Select((record, i) => (double?[])
                [.. Columns.Select(column => column.Of(record)), alignments?[i]]),
        ];
        int[] known = [.. Enumerable.Range(0, names.Length).Where(j => rows.All(row => row[j] is not null))];
        return string.Concat(rows.Select(row => Line(known.Select(j => Text(row[j]!.Value))))
            .Prepend(Line(known.Select(j => names[j]))));
    }

    private static string Text(double number) => number.ToString("R", CultureInfo.InvariantCulture);

    private static string Line(IEnumerable<string> fields) => string.Join(',', fields) + "\n";
}
