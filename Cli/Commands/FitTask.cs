namespace HadamardNtk.Cli.Commands;

/// <summary>A model to be fitted.</summary>
internal sealed record FitTask(
    IReadOnlyList<InfiniteKernel> Kernels,
    Matrix Samples,
    string TargetFile,
    bool IsClassifier,
    RegressionOptions Options,
    Selecting? Selecting,
    string Folder,
    Notes Notes)
{
    /// <summary>What fits the model.</summary>
    internal ModelFitter Fitter { get; init; } = new();

    /// <summary>Fits the model and writes it. A checkpoint is deleted when the folder is complete.</summary>
    /// <exception cref="KeptException">The fit was interrupted and can be resumed.</exception>
    internal Fitted Fit(IProgress<SolverProgress>? progress, CancellationToken stop)
    {
        var options = Options with { Solver = Options.Solver with { Progress = progress } };
        return Checkpoint.Keep(
            (Options.Solver as ConjugateGradientSolver)?.Checkpoint,
            () => IsClassifier ? Classify(options, stop) : Regress(options, stop));
    }

    private Fitted Regress(RegressionOptions options, CancellationToken stop)
    {
        var targets = Inputs.AsMany(
            TargetFile, Inputs.ReadTargets(TargetFile, Notes), y => y.Rows, Samples.Rows);
        var (kernel, chosen, selected) = Choose(targets, options, stop);
        var model = Fitter.Regress(kernel, Samples, targets, chosen, stop);
        Note(model, targets, stop);
        model.Save(Folder, options.Samples);
        return new(model, selected, null);
    }

    private Fitted Classify(RegressionOptions options, CancellationToken stop)
    {
        var labels = Inputs.AsMany(TargetFile, InputFiles.ReadAnyLabels(TargetFile), y => y.Count, Samples.Rows);
        Notes.Mixed(TargetFile, labels);
        long[] places = labels.Integers is { } whole ? Places(whole) : Places(labels.Texts());
        var targets = OneHot.Targets(places, TrainingData.Classes(places));
        var (kernel, chosen, selected) = Choose(targets, options, stop, places);
        var model = labels.Integers is { } integers
            ? Fitter.Classify(kernel, Samples, integers, chosen, stop)
            : Fitter.Classify(kernel, Samples, labels.Texts(), chosen, stop);
        model.Save(Folder, options.Samples);
        return new(model.Regression, selected, places);
    }

    private void Note(KernelRegression model, Matrix targets, CancellationToken stop) => ScaleNote.OfFit(
        Notes, model, targets, Options, Selecting?.Criterion ?? Options.RidgeBy, stop);

    private static long[] Places<T>(IReadOnlyList<T> labels) where T : notnull =>
        LabelPlaces<T>.Among(labels).Of(labels);

    private (InfiniteKernel Kernel, RegressionOptions Options, Selected? Selected) Choose(
        Matrix targets, RegressionOptions options, CancellationToken stop, long[]? places = null)
    {
        var selecting = places is null ? Selecting : Selecting?.Stratified(places);
        var selected = selecting?.Best(Kernels, Samples, targets, options, stop);
        var kernel = selected?.Best.Kernel ?? Kernels[0];
        RunRecord.Keep(kernel.Network.ToString(), kernel.Kind);
        return (kernel, selected?.Best.Options ?? options, selected);
    }
}

/// <summary>A model that was fitted.</summary>
/// <param name="Model">The regression.</param>
/// <param name="Selected">What was chosen, if anything was.</param>
/// <param name="Places">The number of each sample's class, for a classifier that was cross-validated.</param>
internal sealed record Fitted(KernelRegression Model, Selected? Selected, long[]? Places);
