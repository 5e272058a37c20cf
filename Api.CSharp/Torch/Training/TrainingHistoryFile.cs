using System.Globalization;

namespace HadamardNtk;

/// <summary>
/// The history of a training as csv: a line for each point below a header. A column is missing if its numbers are not
/// known. Numbers parse back to the same float64.
/// </summary>
internal static class TrainingHistoryFile
{
    private static readonly (string Name, Func<ModuleTrainingPoint, double?> Of)[] Columns =
    [
        ("epoch", point => point.Epoch),
        ("step", point => point.Step),
        ("learning_rate", point => point.LearningRate),
        ("loss", point => point.Loss),
        ("accuracy", point => point.Accuracy),
        ("validation_loss", point => point.ValidationLoss),
        ("validation_accuracy", point => point.ValidationAccuracy),
        ("seconds", point => point.Seconds),
    ];

    /// <summary>Writes the points, at least one.</summary>
    internal static void Write(string path, IReadOnlyList<ModuleTrainingPoint> points)
    {
        var known = Columns.Where(column => points.All(point => column.Of(point) is not null)).ToArray();
        PartialFile.WriteText(path, string.Concat(
            points.Select(point => Line(known.Select(column => Text(column.Of(point)))))
                .Prepend(Line(known.Select(column => column.Name)))));
    }

    /// <summary>Reads the points of a text.</summary>
    /// <exception cref="FormatException">It is no history.</exception>
    internal static ModuleTrainingPoint[] Parse(string text)
    {
        var lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var names = lines.Length > 0 ? lines[0].Split(',') : [];
        return [.. lines.Skip(1).Select(line => Point(names, line.Split(',')))];
    }

    private static ModuleTrainingPoint Point(string[] names, string[] fields)
    {
        double? Known(string name) => Array.IndexOf(names, name) is var at && at >= 0 && at < fields.Length
            ? double.Parse(fields[at], CultureInfo.InvariantCulture)
            : null;
        double Needed(string name) => Known(name) ?? throw new FormatException($"no column {name}");
        return new(
            (long)Needed("epoch"), (long)Needed("step"), Needed("learning_rate"), Needed("loss"), Known("accuracy"),
            Known("validation_loss"), Known("validation_accuracy"), Needed("seconds"));
    }

    private static string Text(double? value) => value!.Value.ToString("R", CultureInfo.InvariantCulture);

    private static string Line(IEnumerable<string> fields) => string.Join(',', fields) + "\n";
}
