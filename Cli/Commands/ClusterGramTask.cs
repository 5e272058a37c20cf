using System.CommandLine;
using System.Runtime.CompilerServices;

namespace HadamardNtk.Cli.Commands;

/// <summary>A Gram matrix that a cluster computes. The class is loaded only where a cluster is named.</summary>
internal static class ClusterGramTask
{
    /// <summary>Writes the matrix; false where a finished one was there.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static bool Write(
        GramTask task, ClusterInputs inputs, ParseResult parsed, (string Path, bool IsResumed) output,
        IProgress<double>? progress, CancellationToken stop) =>
        Checkpoint.KeepMatrix(output.Path, output.IsResumed, () =>
        {
            using var kernel = ClusterKernel.ConnectAsync(task.Kernel, inputs.Read(parsed), cancellation: stop)
                .GetAwaiter().GetResult();
            var isWritten = kernel.WriteGram(
                output.Path, task.Samples, task.Others, task.Files, task.Watched(progress), output.IsResumed, stop);
            foreach (var worker in kernel.WrongWorkers)
            {
                task.Notes.Add($"the worker {worker} computed wrong bits and was left out; its tiles were computed again");
            }

            return isWritten;
        });
}
