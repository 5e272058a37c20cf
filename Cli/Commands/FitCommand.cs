using System.CommandLine;
using System.Diagnostics;

namespace HadamardNtk.Cli.Commands;

/// <summary>hntk fit: fits a kernel regression or classification, and writes it as a model folder.</summary>
internal static class FitCommand
{
    internal static Command Create()
    {
        var (net, x, y) = (
            Inputs.Net(),
            Inputs.File("--x", "Training samples, one a row."),
            Inputs.File("--y", "Targets, a row for each sample: n or n x outputs; with --classify n labels."));
        var classify = new Option<bool>("--classify")
        {
            Description =
                "The targets are labels, integers, and the model a classifier (fitted as one-hot minus 1/classes)."
        };
        var center = new Option<bool>("--center")
        {
            Description = "Subtract the mean of the training samples from every sample."
        };
        var unit = new Option<bool>("--unit") { Description = "Scale every sample to unit norm (after centring)." };
        var ridge = Inputs.Amount("--ridge", "The ridge r of K + r I, absolute.");
        var relative = Inputs.Amount(
            "--ridge-relative", "The ridge as a multiple of K's mean diagonal; 1e-8 unless one of the two is given.");
        var solver = new SolverInputs();
        var (kernel, precision, backend, threads) = (
            Inputs.Kernel(),
            Inputs.NumbersOption(
                "Numbers of the samples in the model, which are rounded first and fitted as they are kept; "
                + "all is computed in f64."),
            Inputs.Backend(),
            Inputs.Threads(mayShow: true));
        var model = new Option<string>("--model")
        {
            Description = "The folder that the model is written to.",
            Required = true,
            HelpName = "DIR"
        };
        var json = Inputs.Json();
        var command = new Command("fit", "Kernel regression on samples and targets, kept as a model.")
        {
            net, x, y, classify, center, unit, ridge, relative, kernel, precision, backend, threads, model, json,
        };
        Array.ForEach(solver.All, command.Options.Add);
        command.Examples(
            "hntk fit --net '(dense(w=1.41421356) relu)^3 dense' --x X.npy --y y.npy --model model",
            "hntk fit --net 'hadamard(dense relu, dense relu) dense' --x 'digits.csv.gz[:1200,:-1]' "
                + "--y 'digits.csv.gz[:1200,-1]' --classify --center --unit --ridge 1e-8 --model digits",
            "hntk fit --net 'dense relu dense' --x 't10k-images-idx3-ubyte.gz[:5000]' "
                + "--y 't10k-labels-idx1-ubyte.gz[:5000]' --classify --center --unit --solver cg "
                + "--rank 1000 --model mnist");
        command.SetAction((parsed, stop) =>
        {
            var gram = Inputs.Gram(parsed.GetValue(backend)!, parsed.GetValue(threads));
            var given = Inputs.ReadNetwork(parsed.GetValue(net)!).Kernel(Inputs.Kind(parsed.GetValue(kernel)!));
            var folder = parsed.GetValue(model)!;
            KernelRegression.RequireWritable(folder);
            Overwriting.Refuse(
                [.. ModelPlace.Files(folder)], ("--net", parsed.GetValue(net)), ("--x", parsed.GetValue(x)),
                ("--y", parsed.GetValue(y)));
            var notes = new Notes();
            var how = solver.Read(parsed);
            var samples = Inputs.ReadSamples(parsed.GetValue(x)!, notes);
            var options = new RegressionOptions
            {
                Ridge = RidgeOf(parsed.GetValue(ridge), parsed.GetValue(relative)),
                Center = parsed.GetValue(center),
                Unit = parsed.GetValue(unit),
                Solver = how,
                Gram = gram,
                Samples = Inputs.NumberType(parsed.GetValue(precision)!),
            };
            var number = Inputs.NumberType(parsed.GetValue(precision)!);
            var clock = Stopwatch.StartNew();
            var fitted = SolverBar.Show(progress =>
            {
                var shown = options with { Solver = options.Solver with { Progress = progress } };
                return parsed.GetValue(classify)
                    ? Classify(given, samples, parsed.GetValue(y)!, shown, folder, number, stop)
                    : Regress(
                        given, samples, Targets(parsed.GetValue(y)!, samples, notes), shown, folder, number, stop);
            });
            Output.Done(
                parsed.GetValue(json),
                notes,
                [
                    ("n", samples.Rows),
                    ("outputs", fitted.Weights.Columns),
                    ("ridge", fitted.Ridge),
                    ("loo_rmse", Known(fitted.LeaveOneOutRmse)),
                    ("log_marginal_likelihood", Known(fitted.LogMarginalLikelihood)),
                    ("seconds", clock.Elapsed.TotalSeconds),
                    .. SolverInputs.Result(fitted.Solution),
                    ("features", samples.Columns),
                ]);
            return Task.FromResult(0);
        });
        return command;
    }

    private static KernelRegression Regress(
        InfiniteKernel kernel, Matrix samples, Matrix targets, RegressionOptions options, string folder,
        Precision number, CancellationToken stop)
    {
        var model = KernelRegression.Fit(kernel, samples, targets, options, stop);
        model.Save(folder, number);
        return model;
    }

    private static Matrix Targets(string file, Matrix samples, Notes notes) =>
        Inputs.AsMany(file, Inputs.ReadTargets(file, notes), y => y.Rows, samples.Rows);

    private static KernelRegression Classify(
        InfiniteKernel kernel, Matrix samples, string labels, RegressionOptions options, string folder,
        Precision number, CancellationToken stop)
    {
        var model = KernelClassifier.Fit(
            kernel, samples, Inputs.AsMany(labels, DataFile.ReadLabels(labels), y => y.Length, samples.Rows),
            options, stop);
        model.Save(folder, number);
        return model.Regression;
    }

    // A number that a solver does not compute is null in JSON and a dash in text.
    private static object? Known(double x) => double.IsNaN(x) ? null : x;

    private static Ridge RidgeOf(double? absolute, double? relative) => (absolute, relative) switch
    {
        ({ }, { }) => throw new UsageException("Expected --ridge or --ridge-relative, not both; leave one out."),
        ({ } r, _) => Ridge.Absolute(r),
        (_, { } r) => Ridge.Relative(r),
        _ => Ridge.Relative(1e-8),
    };
}
