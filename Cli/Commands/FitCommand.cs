using System.CommandLine;
using System.Diagnostics;

namespace HadamardNtk.Cli.Commands;

/// <summary>hntk fit: fits a kernel regression or classification, and writes it as a model folder.</summary>
internal static class FitCommand
{
    internal static Command Create()
    {
        var (inputs, json) = (new FitInputs(), Inputs.Json());
        var command = new Command("fit", "Kernel regression or classification of samples with targets, kept as a "
            + "model for predict.");
        inputs.AddTo(command);
        command.Add(json);
        inputs.AddSolverTo(command);
        command.Examples(
            "hntk fit --net '(dense(he) relu)^3 dense' --x X.npy --y y.npy --model model",
            "hntk fit --net '(dense(he) relu)^2 dense' --x X.npy --y y.npy --ridge 0.01 --center-y "
                + "--scale auto --model intervals",
            "hntk fit --net 'hadamard(dense relu, dense relu) dense' --x 'digits.csv.gz[:1200,:-1]' "
                + "--y 'digits.csv.gz[:1200,-1]' --classify --center --unit --ridge 1e-8 --model digits",
            "hntk fit --net 'dense relu dense' --x 't10k-images-idx3-ubyte.gz[:5000]' "
                + "--y 't10k-labels-idx1-ubyte.gz[:5000]' --classify --center --unit --solver cg "
                + "--rank 1000 --model mnist",
            "hntk fit --net 'dense relu dense' --net '(dense(he,b=0.1) relu)^2 dense' --x X.npy --y y.npy "
                + "--ridge auto --folds 5 --model best",
            "hntk fit --net '(dense(he,b=0.1) relu)^2 dense' --kernel nngp --x X.npy --y y.npy --center-y "
                + "--scale auto --ridge auto --tune w,b --model tuned",
            "hntk fit --gram K.npy --y y.npy --ridge 0.01 --model given");
        command.SetAction((parsed, stop) =>
        {
            if (inputs.IsOfGram(parsed))
            {
                FitGram(inputs.ReadGram(parsed), parsed.GetValue(json), stop);
                return Task.FromResult(0);
            }

            var task = inputs.Read(parsed);
            var clock = Stopwatch.StartNew();
            var fitted = SolverBar.Show(progress => task.Fit(progress, stop));
            Report(task, fitted, parsed.GetValue(json), clock.Elapsed);
            return Task.FromResult(0);
        });
        return command;
    }

    private static void FitGram(GramFitTask task, bool json, CancellationToken stop)
    {
        using var gram = task.Gram;
        var clock = Stopwatch.StartNew();
        var fitted = SolverBar.Show(progress => task.Fit(progress, stop));
        Report(task.Options, task.Notes, fitted, json, clock.Elapsed, gram.Size, gram.Features);
    }

    private static void Report(FitTask task, Fitted fitted, bool json, TimeSpan time) => Report(
        task.Options, task.Notes, fitted.Model, json, time, task.Samples.Rows, task.Samples.Columns,
        [.. SelectionReport.Of(task, fitted, json)]);

    private static void Report<TSamples>(
        RegressionOptions options,
        Notes notes,
        KernelRegression<TSamples> fitted,
        bool json,
        TimeSpan time,
        int samples,
        int? features,
        params (string Key, object? Value)[] chosen)
        where TSamples : class => Output.Done(
        json,
        notes,
        [
            ("n", samples),
            ("outputs", fitted.Weights.Columns),
            ("ridge", fitted.Ridge),
            ("loo_rmse", fitted.LeaveOneOutRmse),
            ("log_marginal_likelihood", fitted.LogMarginalLikelihood),
            ("seconds", time.TotalSeconds),
            .. SolverInputs.Result(fitted.Solution),
            .. Units(options, fitted),
            .. chosen,
            ("features", features),
        ]);

    // Numbers of the targets, which are said where they were asked for.
    private static IEnumerable<(string Key, object? Value)> Units<TSamples>(
        RegressionOptions options, KernelRegression<TSamples> fitted)
        where TSamples : class
    {
        if (options.CenterTargets)
        {
            yield return ("target_mean", OneOrMany(fitted.TargetMeans));
        }

        if (options.Scale == VarianceScale.Estimated)
        {
            yield return ("scale", OneOrMany(fitted.DeviationScales));
        }
    }

    private static object OneOrMany(IReadOnlyList<double> numbers) => numbers.Count == 1 ? numbers[0] : numbers;
}
