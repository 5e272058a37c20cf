using System.Globalization;

namespace HadamardNtk.Cli.Commands;

/// <summary>A network with bottlenecks to be trained.</summary>
internal sealed record BottleneckTask(
    Network Network, Matrix X, Matrix Y, BottleneckOptions Options, ResultFolder Folder, Notes Notes)
{
    /// <summary>Says how much memory history mode takes, before it starts and in a note.</summary>
    internal void Announce()
    {
        if (Options.Mode == BottleneckMode.History)
        {
            var bytes = BottleneckRun.RequiredBytes(BottleneckNetwork.Of(Network), X.Rows, Y.Columns, Options);
            var note = $"history mode takes {Size(bytes)} of memory, and more where steps are divided";
            Notes.Add(note);
            Output.Announce(note);
        }
    }

    /// <summary>Trains the network and writes the results.</summary>
    /// <exception cref="KeptException">The training was interrupted and can be resumed.</exception>
    internal BottleneckRun Train(CancellationToken stop)
    {
        BottleneckFiles.RequireRoom(Options, (Options.TestSamples ?? X).Rows, Y.Columns, Network);
        return Checkpoint.Keep(Options.Checkpoint, () =>
        {
            var run = Output.WithProgress(
                "steps", progress => BottleneckRun.Train(Network, X, Y, Options, progress, stop));
            var alignments = Options.KeepKernels
                ? Output.WithProgress("kernels", progress => Alignments(run, progress, stop))
                : null;
            BottleneckFiles.Write(Folder, run, alignments);
            return run;
        });
    }

    // The alignment of the effective tangent kernel with the targets at the training samples, for each record.
    private double[] Alignments(BottleneckRun run, IProgress<double>? progress, CancellationToken stop)
    {
        var alignments = new double[run.Records.Count];
        for (var i = 0; i < alignments.Length; i++)
        {
            var gram = run.Records[i].Kernel().Gram(run.TrainingPlaces, Options.Gram, stop);
            alignments[i] = TargetAlignment.MeanOf(gram, Y, Options.Gram.Workers(stop));
            progress?.Report((i + 1.0) / alignments.Length);
        }

        return alignments;
    }

    private static string Size(long bytes) => bytes < 100_000_000
        ? (bytes / 1e6).ToString("F1", CultureInfo.InvariantCulture) + " MB"
        : MemoryPlan.Gigabytes(bytes);
}
