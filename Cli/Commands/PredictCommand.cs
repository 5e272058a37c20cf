using System.CommandLine;
using System.Diagnostics;

namespace HadamardNtk.Cli.Commands;

/// <summary>hntk predict: evaluates a fitted model at new samples.</summary>
internal static class PredictCommand
{
    internal static Command Create()
    {
        var model = new Option<string>("--model")
        {
            Description = "The folder that fit or train wrote.",
            Required = true,
            HelpName = "DIR"
        };
        var sources = new PredictSources();
        var output = Inputs.Result(
            "The predictions, n x outputs; of a classifier also the classes, in Y.label.npy beside Y.npy");
        var spread = new PredictInputs();
        var y = Inputs.File(
            "--y", "True targets, or labels of a classifier, a row for each sample; adds scores.", required: false);
        var cluster = new ClusterInputs(isRequired: false, hasVectors: true);
        var (backend, threads, json) = (Inputs.Backend(), Inputs.Threads(), Inputs.Json());
        var command = new Command("predict", "Predictions at new samples, of a model that fit or train wrote.")
        {
            model
        };
        sources.AddTo(command);
        command.Add(output);
        foreach (var option in (Option[])[.. spread.All, y, backend, threads, json])
        {
            command.Add(option);
        }

        cluster.AddTo(command);
        command.Validators.Add(result => cluster.RequireCluster(result));
        command.Validators.Add(result => cluster.RequireWithout(result, spread.All));
        command.Examples(
            "hntk predict --model model --x X.npy --out Y.npy --std",
            "hntk predict --model intervals --x X.npy --y y.npy --out Y.npy --interval 95",
            "hntk predict --model digits --x 'digits.csv.gz[1200:,:-1]' --y 'digits.csv.gz[1200:,-1]' "
                + "--out Y.npy --json",
            "hntk predict --model digits --x 'digits.csv.gz[1200:,:-1]' --out Y.npy --probabilities",
            "hntk predict --model intervals --x X.npy --out Y.npy --samples 5 --seed 1",
            "hntk predict --model given --cross KX.npy --diagonal d.npy --out Y.npy");
        command.SetAction((parsed, stop) =>
        {
            var path = parsed.GetValue(output)!;
            using var fitted = Predictor.Load(parsed.GetValue(model)!, parsed, backend, parsed.GetValue(threads));
            var source = sources.Read(parsed, fitted);
            var choice = spread.Read(parsed, fitted);
            choice = choice with { Deviation = choice.Deviation || source.HasDiagonal };
            var places = Places(path, choice, fitted);
            RequireWritable(path, places, fitted, parsed.GetValue(json));
            Overwriting.Refuse(
                places,
                [
                    .. sources.Files(parsed), ("--y", parsed.GetValue(y)),
                    .. Overwriting.Model(parsed.GetValue(model)!)
                ]);
            var notes = new Notes();
            var samples = fitted.Read(source.File, notes);
            choice.RequireRoom(samples.Rows, fitted.Outputs);
            var truth = PredictTruth.Read(parsed.GetValue(y), samples.Rows, fitted, notes);
            var clock = Stopwatch.StartNew();
            var result = Output.WithProgress(
                "predict", progress => cluster.IsNamed(parsed)
                    ? ClusterTasks.Predict(OnCluster(fitted), samples, notes, cluster, parsed, progress, stop)
                    : fitted.Predict(samples, choice.Uncertainty, progress, stop));
            var interval = choice.Interval(result);
            var probabilities = choice.Probabilities ? result.Probabilities(stop) : null;
            var drawn = choice.Drawn(result);
            SpreadChoice.Note(notes, result);
            ScaleNote.OfSpread(notes, fitted, choice, stop);
            (string, object?)[] scores = [.. truth?.Scores(result, interval, probabilities) ?? []];
            if (drawn is not null)
            {
                NpyFile.Write(Samples(path), drawn, choice.Samples!.Value, samples.Rows, result.Scores.Columns);
            }

            Write(path, fitted, result, choice.Deviation, interval, probabilities);
            (string, object?)[] said =
            [
                ("rows", samples.Rows), ("outputs", result.Scores.Columns), .. scores,
                ("seconds", clock.Elapsed.TotalSeconds), ("features", fitted.Features),
            ];

            // The scores are printed as the result, because they are in no file.
            if (truth is not null)
            {
                truth.Print(parsed.GetValue(json), notes, said, result);
            }
            else
            {
                Output.Done(parsed.GetValue(json), notes, said);
            }

            return Task.FromResult(0);
        });
        return command;
    }

    private static KernelPredictor OnCluster(Predictor fitted) => fitted as KernelPredictor
        ?? throw new UsageException(
            "--cluster goes with a model of fit --net, whose kernels workers compute; leave it out.");

    // Three axes are in no csv file.
    private static string Samples(string path) => ArrayFormat.NpyCompanion(path, "samples");

    private static string Beside(string path, string what) => ArrayFormat.Companion(path, what);

    // Texts are in no npy file.
    private static string Labels(string path, Predictor fitted) => fitted.ClassTexts is null
        ? Beside(path, "label")
        : ArrayFormat.TextCompanion(path, "label");

    private static void RequireWritable(string path, string[] places, Predictor fitted, bool json)
    {
        if (places.Length > 1)
        {
            MatrixOutput.RequireFile(
                path, "--out", fitted.Classes is null ? "--std, --interval and --samples write files beside it" :
                    "the labels of a classifier are in a file beside it");
        }

        Array.ForEach(places[..^1], ArrayFile.RequireWritable);
        MatrixOutput.RequireWritable(path, json);
    }

    private static string[] Places(string path, SpreadChoice spread, Predictor fitted)
    {
        if (MatrixOutput.IsStandard(path))
        {
            // The places of files beside it have no name, but their number counts.
            return [.. Enumerable.Repeat(path, spread.IsNeeded || fitted.Classes is not null ? 2 : 1)];
        }

        string?[] places =
        [
            spread.Deviation ? Beside(path, "std") : null,
            spread.Level is null ? null : Beside(path, "lower"),
            spread.Level is null ? null : Beside(path, "upper"),
            spread.Probabilities ? Beside(path, "prob") : null,
            spread.Samples is null ? null : Samples(path),
            fitted.Classes is null ? null : Labels(path, fitted),
            path,
        ];
        return [.. places.OfType<string>()];
    }

    // The named file is written last. If it exists, all files are complete.
    private static void Write(
        string path,
        Predictor fitted,
        Classification result,
        bool deviation,
        PredictionInterval? interval,
        Matrix? probabilities)
    {
        if (probabilities is not null)
        {
            ArrayFile.Write(Beside(path, "prob"), probabilities);
        }

        if (deviation)
        {
            WriteDeviations(Beside(path, "std"), result);
        }

        if (interval is not null)
        {
            ArrayFile.Write(Beside(path, "lower"), interval.Lower);
            ArrayFile.Write(Beside(path, "upper"), interval.Upper);
        }

        if (fitted.ClassTexts is { } texts)
        {
            ArrayFile.Write(Labels(path, fitted), "label", result.Labels.Select(place => texts[(int)place]));
        }
        else if (result.Labels.Length > 0)
        {
            ArrayFile.Write(Labels(path, fitted), result.Labels);
        }

        MatrixOutput.Write(path, result.Scores);
    }

    // Outputs of one scale have the same deviations, one a row.
    private static void WriteDeviations(string path, Classification result)
    {
        if (result.Deviation is { } shared)
        {
            ArrayFile.Write(path, shared);
        }
        else
        {
            ArrayFile.Write(path, result.Posterior!.Deviations());
        }
    }
}
