using System.CommandLine;
using System.Runtime.CompilerServices;

namespace HadamardNtk.Cli.Commands;

/// <summary>Products and predictions of a cluster. The class is loaded only where one is named.</summary>
internal static class ClusterTasks
{
    /// <summary>Computes K V.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static Matrix Multiply(
        GramTask task, Matrix factor, ClusterInputs inputs, ParseResult parsed, IProgress<double>? progress,
        CancellationToken stop)
    {
        using var kernel = Connect(task.Kernel, inputs, parsed, stop);
        var product = kernel.Multiply(task.Samples, factor, task.Others, task.Watched(progress), stop);
        Note(kernel, task.Notes);
        return product;
    }

    /// <summary>The scores of new samples, with labels if the model is a classifier.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static Classification Predict(
        KernelPredictor model, Matrix x, Notes notes, ClusterInputs inputs, ParseResult parsed,
        IProgress<double>? progress, CancellationToken stop)
    {
        using var kernel = Connect(model.Regression.Kernel, inputs, parsed, stop);
        var options = model.Options with { Progress = progress };
        var result = model.Classifier is { } classifier
            ? kernel.Predict(classifier, x, options, stop)
            : new([], kernel.Predict(model.Regression, x, options, stop).Mean);
        Note(kernel, notes);
        return result;
    }

    /// <summary>Connects to the cluster that is named.</summary>
    internal static ClusterKernel Connect(
        InfiniteKernel kernel, ClusterInputs inputs, ParseResult parsed, CancellationToken stop) =>
        ClusterKernel.ConnectAsync(kernel, inputs.Read(parsed), cancellation: stop).GetAwaiter().GetResult();

    /// <summary>Adds a note on each worker that computed wrong bits.</summary>
    internal static void Note(ClusterKernel kernel, Notes notes)
    {
        foreach (var worker in kernel.WrongWorkers)
        {
            notes.Add($"the worker {worker} computed wrong bits and was left out; its rows were computed again");
        }
    }
}

/// <summary>Fits models on a cluster.</summary>
internal sealed class ClusterFitter(ClusterInputs inputs, ParseResult parsed, Notes notes) : ModelFitter
{
    internal override KernelRegression Regress(
        InfiniteKernel kernel, Matrix x, Matrix y, RegressionOptions options, CancellationToken stop) =>
        On(kernel, stop, cluster => cluster.Fit(x, y, options, stop));

    internal override IFittedModel Classify(
        InfiniteKernel kernel, Matrix x, long[] labels, RegressionOptions options, CancellationToken stop) =>
        On(kernel, stop, cluster => cluster.Fit(x, labels, options, stop));

    internal override IFittedModel Classify(
        InfiniteKernel kernel, Matrix x, IReadOnlyList<string> labels, RegressionOptions options,
        CancellationToken stop) => On(kernel, stop, cluster => cluster.Fit(x, labels, options, stop));

    [MethodImpl(MethodImplOptions.NoInlining)]
    private T On<T>(InfiniteKernel kernel, CancellationToken stop, Func<ClusterKernel, T> fit)
    {
        using var cluster = ClusterTasks.Connect(kernel, inputs, parsed, stop);
        var fitted = fit(cluster);
        ClusterTasks.Note(cluster, notes);
        return fitted;
    }
}
