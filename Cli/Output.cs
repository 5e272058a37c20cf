using System.Text.Json;
using System.Text.Json.Nodes;
using Spectre.Console;

namespace HadamardNtk.Cli;

/// <summary>Results on stdout, progress on stderr.</summary>
internal static class Output
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>Prints the fields as one JSON object, or as aligned lines.</summary>
    internal static void Result(bool json, params (string Key, object? Value)[] fields)
    {
        if (json)
        {
            Json(new JsonObject(fields.Select(f => KeyValuePair.Create(f.Key, JsonSerializer.SerializeToNode(Finite(f.Value), Indented)))));
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

    // JSON has no NaN and no infinity; null stands for them.
    private static object? Finite(object? value) => value is double x && !double.IsFinite(x) ? null : value;

    internal static void Json(JsonNode node) => Line(node.ToJsonString(Indented));

    /// <summary>Runs work with a progress bar on stderr, which is not drawn where stderr is no terminal.</summary>
    /// <param name="title">What stands before the bar.</param>
    /// <param name="entries">The entries that are to be computed, for their rate.</param>
    /// <param name="work">The work; it reports the part that is done.</param>
    internal static T WithProgress<T>(string title, double entries, Func<IProgress<double>?, T> work) =>
        WithProgress(title, [new RateColumn(entries)], work);

    /// <summary>The same for work whose rate says nothing.</summary>
    internal static T WithProgress<T>(string title, Func<IProgress<double>?, T> work) => WithProgress(title, [], work);

    private static T WithProgress<T>(string title, ProgressColumn[] rate, Func<IProgress<double>?, T> work)
    {
        if (Console.IsErrorRedirected)
        {
            return work(null);
        }

        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        return console.Progress()
            .AutoClear(true)
            .Columns([new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), .. rate, new RemainingTimeColumn()])
            .Start(context =>
            {
                var task = context.AddTask(title, maxValue: 1);
                return work(new Direct(value => task.Value = value));
            });
    }

    private static string Text(object? value) => value switch
    {
        double x => x.ToString("G6", System.Globalization.CultureInfo.InvariantCulture),
        null => "-",
        _ => value.ToString() ?? "",
    };

    private sealed class Direct(Action<double> report) : IProgress<double>
    {
        public void Report(double value) => report(value);
    }
}
