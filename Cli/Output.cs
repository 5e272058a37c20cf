using System.Text.Json.Nodes;

namespace HadamardNtk.Cli;

/// <summary>Prints results on stdout and progress on stderr.</summary>
internal static class Output
{
    /// <summary>
    /// Reports on work whose result is in files. A JSON object, which was asked for, must be written. Aligned lines are
    /// only a message, and a failure to write them is ignored.
    /// </summary>
    internal static void Done(bool json, Notes notes, params (string Key, object? Value)[] fields)
    {
        if (Stdout.IsTaken)
        {
            Tell(notes);
            return;
        }

        try
        {
            Result(json, notes, fields);
        }
        catch (StdoutException) when (!json)
        {
        }
    }

    /// <summary>
    /// Prints the fields, which are the result, and the notes, as one JSON object or as aligned lines.
    /// </summary>
    /// <exception cref="StdoutException">The result cannot be written.</exception>
    internal static void Result(bool json, Notes notes, params (string Key, object? Value)[] fields)
    {
        if (json)
        {
            Envelope.Print(notes.All.Count > 0 ? [.. fields, ("notes", notes.All)] : fields);
            return;
        }

        var said = fields.Select(f => (Label: Labels.Of(f.Key), Text: Labels.Text(f.Key, f.Value))).ToArray();
        var start = said.Max(field => field.Label.Length) + 2;
        Action<string> print = Stdout.IsTaken ? Failures.TryWriteError : Line;
        foreach (var (label, text) in said.Concat(notes.All.Select(note => (Label: "note", Text: note))))
        {
            Fitting(label.PadRight(start) + text, start).ForEach(print);
        }
    }

    /// <summary>The lines of a text on a terminal, broken to its columns; elsewhere one line.</summary>
    internal static List<string> Fitting(string text, int hanging) =>
        Window.Terminal is { } columns ? Window.Wrapped(text, columns, Math.Min(hanging, columns / 2)) : [text];

    /// <summary>Prints one line on stdout.</summary>
    /// <exception cref="StdoutException">The line cannot be written.</exception>
    internal static void Line(string text = "") => Stdout.Try(() => Console.Out.WriteLine(text));

    /// <summary>Prints lines behind a result that is text.</summary>
    /// <exception cref="StdoutException">A line cannot be written.</exception>
    internal static void Lines(IEnumerable<string> lines)
    {
        foreach (var line in lines)
        {
            Line(line);
        }
    }

    private static void Tell(Notes notes)
    {
        foreach (var note in notes.All)
        {
            Failures.Tell($"note: {note}");
        }
    }

    /// <summary>Prints a result that is a JSON object.</summary>
    /// <exception cref="StdoutException">The result cannot be written.</exception>
    internal static void Json(JsonObject result) => Envelope.Print(result);

    /// <summary>Prints a line on stderr before long work, where its progress will be drawn.</summary>
    internal static void Announce(string text)
    {
        if (!Console.IsErrorRedirected)
        {
            Failures.TryWriteError(text);
        }
    }

    /// <summary>
    /// Runs work with a progress bar on stderr, or with plain lines every 30 seconds if stderr is no terminal.
    /// </summary>
    /// <param name="title">The text before the bar.</param>
    /// <param name="entries">The number of entries to compute, for their rate; null to show no rate.</param>
    /// <param name="work">The work, which reports the part that is done.</param>
    internal static T WithProgress<T>(string title, double? entries, Func<IProgress<double>?, T> work) =>
        Console.IsErrorRedirected
            ? work(PlainProgress.OfParts(title))
            : ProgressBar.Show(title, entries, work);

    /// <summary>Runs work with a progress bar without a rate.</summary>
    internal static T WithProgress<T>(string title, Func<IProgress<double>?, T> work) =>
        WithProgress(title, null, work);
}
