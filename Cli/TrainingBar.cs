using System.Globalization;
using Spectre.Console;

namespace HadamardNtk.Cli;

/// <summary>A progress bar on stderr with the epoch, the loss, the rate and the time that is left.</summary>
internal static class TrainingBar
{
    /// <summary>The width of the bar, which leaves room for the text in 80 columns.</summary>
    private const int Width = 12;

    /// <summary>Runs work, which reports to the bar; plain lines stand for it if stderr is no terminal.</summary>
    internal static T Show<T>(int epochs, Func<IProgress<ModuleTrainingProgress>?, T> work) =>
        Console.IsErrorRedirected
            ? work(PlainProgress.OnError<ModuleTrainingProgress>(
                (at, time) => PlainProgress.Text("train", Text(at, epochs), time)))
            : Drawn.Show(epochs, work);

    /// <summary>The text of one line, as in <c>epoch 3/10, loss 0.2145, 812 steps/s, 0:12 left</c>.</summary>
    internal static string Text(ModuleTrainingProgress at, int epochs)
    {
        var epoch = Math.Min(epochs, 1 + (at.Step * epochs / at.Steps));
        var rate = at.StepsPerSecond.ToString(at.StepsPerSecond < 9.95 ? "F1" : "F0", CultureInfo.InvariantCulture);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"epoch {epoch}/{epochs}, loss {at.Loss:G4}, {rate} steps/s, {Time(at.Remaining)} left");
    }

    private static string Time(TimeSpan time) => time.TotalHours < 1
        ? time.ToString(@"m\:ss", CultureInfo.InvariantCulture)
        : string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(time.TotalHours)}:{time:mm\\:ss}");

    /// <summary>The code for drawing is a class of its own, so that other runs do not load it.</summary>
    private static class Drawn
    {
        internal static T Show<T>(int epochs, Func<IProgress<ModuleTrainingProgress>, T> work)
        {
            var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
            return console.Progress()
                .AutoClear(true)
                .Columns(
                [
                    new TaskDescriptionColumn(), new ProgressBarColumn { Width = Width }, new PercentageColumn(),
                ])
                .Start(context => work(new Listener(context.AddTask("train", maxValue: 1), epochs)));
        }
    }

    private sealed class Listener(ProgressTask task, int epochs) : IProgress<ModuleTrainingProgress>
    {
        public void Report(ModuleTrainingProgress value) =>
            (task.Description, task.Value) = (Text(value, epochs), (double)value.Step / value.Steps);
    }
}
