using System.Text.Json;
using System.Text.Json.Nodes;

namespace HadamardNtk.Cli;

/// <summary>Results on stdout, progress on stderr.</summary>
internal static class Output
{
    /// <summary>
    /// Says what was done, whose result is in files: as one JSON object, which was asked for, or as aligned lines, which are a message:
    /// where they cannot be written nothing is lost.
    /// </summary>
    internal static void Done(bool json, Notes notes, params (string Key, object? Value)[] fields)
    {
        try
        {
            Result(json, notes, fields);
        }
        catch (StdoutException) when (!json)
        {
        }
    }

    /// <summary>Prints the fields, which are the result, as one JSON object, or as aligned lines; notes behind them, if there are any.</summary>
    /// <exception cref="StdoutException">They cannot be written.</exception>
    internal static void Result(bool json, Notes notes, params (string Key, object? Value)[] fields)
    {
        if (json)
        {
            Objects.Write(notes.All.Count > 0 ? [.. fields, ("notes", notes.All)] : fields);
            return;
        }

        var width = fields.Max(f => f.Key.Length);
        foreach (var (key, value) in fields.Concat(notes.All.Select(note => ("note", (object?)note))))
        {
            Line($"{key.Replace('_', ' ').PadRight(width)}  {Text(value)}");
        }
    }

    /// <summary>One line on stdout.</summary>
    /// <exception cref="StdoutException">It cannot be written.</exception>
    internal static void Line(string text = "") => Stdout.Try(() => Console.Out.WriteLine(text));

    internal static void Json(JsonNode node) => Objects.Write(node);

    /// <summary>Runs work with a progress bar on stderr, which is not drawn where stderr is no terminal.</summary>
    /// <param name="title">What stands before the bar.</param>
    /// <param name="entries">The entries that are to be computed, for their rate; null where it says nothing.</param>
    /// <param name="work">The work; it reports the part that is done.</param>
    internal static T WithProgress<T>(string title, double? entries, Func<IProgress<double>?, T> work) =>
        Console.IsErrorRedirected ? work(null) : ProgressBar.Show(title, entries, work);

    /// <summary>The same for work whose rate says nothing.</summary>
    internal static T WithProgress<T>(string title, Func<IProgress<double>?, T> work) => WithProgress(title, null, work);

    private static string Text(object? value) => value switch
    {
        double x => x.ToString("G6", System.Globalization.CultureInfo.InvariantCulture),
        null => "-",
        _ => value.ToString() ?? "",
    };

    /// <summary>What has JSON in it, apart: the other runs do not load it.</summary>
    private static class Objects
    {
        private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

        internal static void Write(JsonNode node) => Line(node.ToJsonString(Indented));

        internal static void Write((string Key, object? Value)[] fields) =>
            Write(new JsonObject(fields.Select(f => KeyValuePair.Create(f.Key, JsonSerializer.SerializeToNode(Finite(f.Value), Indented)))));

        // JSON has no NaN and no infinity; null stands for them.
        private static object? Finite(object? value) => value is double x && !double.IsFinite(x) ? null : value;
    }
}
