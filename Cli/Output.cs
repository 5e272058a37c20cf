using System.Text.Json;
using System.Text.Json.Nodes;

namespace HadamardNtk.Cli;

/// <summary>Results on stdout, progress on stderr.</summary>
internal static class Output
{
    /// <summary>Prints the fields as one JSON object, or as aligned lines.</summary>
    internal static void Result(bool json, params (string Key, object? Value)[] fields)
    {
        if (json)
        {
            Objects.Write(fields);
            return;
        }

        var width = fields.Max(f => f.Key.Length);
        foreach (var (key, value) in fields)
        {
            Line($"{key.Replace('_', ' ').PadRight(width)}  {Text(value)}");
        }
    }

    /// <summary>One line on stdout.</summary>
    internal static void Line(string text = "")
    {
        try
        {
            Console.Out.WriteLine(text);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StdoutException(e);
        }
    }

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
