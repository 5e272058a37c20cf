using System.Globalization;
using Spectre.Console;

namespace HadamardNtk.Cli;

/// <summary>A progress bar on stderr with a solver's stage, its memory and its residual.</summary>
internal static class SolverBar
{
    /// <summary>Runs work, which reports to the bar; plain lines stand for it if stderr is no terminal.</summary>
    internal static T Show<T>(Func<IProgress<SolverProgress>?, T> work) =>
        Console.IsErrorRedirected
            ? work(PlainProgress.OnError<SolverProgress>((at, time) => PlainProgress.Text("fit", Text(at), time)))
            : Drawn.Show(work);

    /// <summary>
    /// The text of one line, as in <c>conjugate gradients, 3.4 GB, about 80 s left, step 12: residual 4.1E-05</c>.
    /// </summary>
    internal static string Text(SolverProgress at)
    {
        var line = string.Create(CultureInfo.InvariantCulture, $"{at.Stage}, {at.Bytes / 1e9:F1} GB");
        if (at.SecondsLeft is { } left)
        {
            line += string.Create(CultureInfo.InvariantCulture, $", about {left:F0} s left");
        }

        return at.Residual is null
            ? line
            : line + string.Create(CultureInfo.InvariantCulture, $", step {at.Iterations}: residual {at.Residual:E1}");
    }

    /// <summary>The code for drawing is a class of its own, so that other runs do not load it.</summary>
    private static class Drawn
    {
        internal static T Show<T>(Func<IProgress<SolverProgress>, T> work)
        {
            var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
            return console.Progress()
                .AutoClear(true)
                .Columns([new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn()])
                .Start(context => work(new Listener(context.AddTask("fit", maxValue: 1))));
        }
    }

    private sealed class Listener(ProgressTask task) : IProgress<SolverProgress>
    {
        public void Report(SolverProgress value) => (task.Description, task.Value) = (Text(value), value.Done);
    }
}
