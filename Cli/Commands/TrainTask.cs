namespace HadamardNtk.Cli.Commands;

/// <summary>Samples, and the file of their targets or labels.</summary>
internal sealed record TrainSamples(Matrix X, string TargetFile)
{
    /// <summary>The samples with their targets.</summary>
    internal (Matrix X, Matrix Y) WithTargets(Notes notes) =>
        (X, Inputs.AsMany(TargetFile, Inputs.ReadTargets(TargetFile, notes), y => y.Rows, X.Rows));

    /// <summary>The samples with their labels.</summary>
    internal (Matrix X, long[] Labels) WithLabels() =>
        (X, Inputs.AsMany(TargetFile, InputFiles.ReadLabels(TargetFile), y => y.Length, X.Rows));
}

/// <summary>A network to be trained.</summary>
internal sealed record TrainTask(
    Network Network, TrainSamples Samples, NetworkTrainingOptions Options, string Folder, Notes Notes)
{
    /// <summary>Whether the targets are labels.</summary>
    internal bool IsClassifier { get; init; }

    /// <summary>Other samples, or null.</summary>
    internal TrainSamples? Validation { get; init; }

    /// <summary>Trains the network and writes it. The checkpoint is deleted when the folder is complete.</summary>
    /// <exception cref="KeptException">The training was interrupted and can be resumed.</exception>
    internal TrainedNetwork Train(IProgress<ModuleTrainingProgress>? progress, CancellationToken stop)
    {
        var options = Options with { Training = Options.Training with { Progress = progress } };
        return Checkpoint.Keep(options.Training.Checkpoint, () =>
        {
            var trained = IsClassifier ? Classify(options, stop) : Regress(options, stop);
            trained.Save(Folder);
            return trained;
        });
    }

    private TrainedNetwork Regress(NetworkTrainingOptions options, CancellationToken stop)
    {
        var (x, y) = Samples.WithTargets(Notes);
        return TrainedNetwork.Train(Network, x, y, options, Validation?.WithTargets(Notes), stop);
    }

    private TrainedNetwork Classify(NetworkTrainingOptions options, CancellationToken stop)
    {
        var (x, labels) = Samples.WithLabels();
        return TrainedNetwork.Train(Network, x, labels, options, Validation?.WithLabels(), stop);
    }
}
