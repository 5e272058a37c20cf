using Microsoft.FSharp.Core;

namespace HadamardNtk;

/// <summary>
/// What a caller gives to work that takes long: a listener to its progress, and the token that stops it.
/// </summary>
/// <param name="Progress">Receives the part that is done, from 0 to 1, or null.</param>
/// <param name="Cancellation">The token.</param>
internal readonly record struct Watch(IProgress<double>? Progress, CancellationToken Cancellation)
{
    /// <summary>The watch of a stage, whose beginning and end are these parts of the whole.</summary>
    internal Watch Stage(double from, double to) => this with { Progress = Progress.Stage(from, to) };

    /// <summary>
    /// A function for work of the core, which calls it with the part that is done. It reports parts in ascending order,
    /// not the last one, and throws if the work was canceled.
    /// </summary>
    internal FSharpFunc<double, Unit> Told()
    {
        var (rising, cancellation) = (new RisingProgress(Progress), Cancellation);
        return FuncConvert.FromAction((double part) =>
        {
            cancellation.ThrowIfCancellationRequested();
            rising.Report(part, isOver: false);
        });
    }
}

/// <summary>Progress of stages.</summary>
internal static class ProgressStages
{
    /// <summary>Receives the progress of a stage, whose beginning and end are these parts of the whole.</summary>
    internal static IProgress<double>? Stage(this IProgress<double>? progress, double from, double to) =>
        progress is null
            ? null
            : new DirectProgress(part => progress.Report(part >= 1 ? to : from + (part * (to - from))));
}
