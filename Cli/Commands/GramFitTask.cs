namespace HadamardNtk.Cli.Commands;

/// <summary>A model to be fitted on a given Gram matrix.</summary>
internal sealed record GramFitTask(
    GivenGram Gram,
    string TargetFile,
    bool IsClassifier,
    RegressionOptions Options,
    string Folder,
    bool WithGram,
    Notes Notes)
{
    /// <summary>Fits the model and writes it.</summary>
    internal GramRegression Fit(IProgress<SolverProgress>? progress, CancellationToken stop)
    {
        var options = Options with { Solver = Options.Solver with { Progress = progress } };
        return IsClassifier ? Classify(options, stop) : Regress(options, stop);
    }

    private GramRegression Regress(RegressionOptions options, CancellationToken stop)
    {
        var targets = Inputs.AsMany(TargetFile, Inputs.ReadTargets(TargetFile, Notes), y => y.Rows, Gram.Size);
        var model = GramRegression.Fit(Gram.Kernel, Gram.Origin, targets, options, stop);
        ScaleNote.OfFit(Notes, model, targets, Options, Options.RidgeBy, stop);
        model.Save(Folder, WithGram);
        return model;
    }

    private GramRegression Classify(RegressionOptions options, CancellationToken stop)
    {
        var labels = Inputs.AsMany(TargetFile, InputFiles.ReadLabels(TargetFile), y => y.Length, Gram.Size);
        var model = GramClassifier.Fit(Gram.Kernel, Gram.Origin, labels, options, stop);
        model.Save(Folder, WithGram);
        return model.Regression;
    }
}
