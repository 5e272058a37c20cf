using Spectre.Console;

namespace HadamardNtk.Cli;

/// <summary>A progress bar on stderr.</summary>
internal static class ProgressBar
{
    /// <summary>Runs work, which reports the part that is done, from 0 to 1.</summary>
    /// <param name="title">The text before the bar.</param>
    /// <param name="entries">The number of entries to compute, for their rate; null to show no rate.</param>
    /// <param name="work">The work.</param>
    internal static T Show<T>(string title, double? entries, Func<IProgress<double>, T> work)
    {
        ProgressColumn[] rate = entries is { } count ? [new RateColumn(count)] : [];
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        return console.Progress()
            .AutoClear(true)
            .Columns(
            [
                new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), .. rate,
                new RemainingTimeColumn()
            ])
            .Start(context =>
            {
                var task = context.AddTask(title, maxValue: 1);
                return work(new DirectProgress(value => task.Value = value));
            });
    }
}
