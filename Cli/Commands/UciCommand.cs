using System.CommandLine;

namespace HadamardNtk.Cli.Commands;

/// <summary>hntk uci: runs the UCI protocol on one data folder.</summary>
internal static class UciCommand
{
    internal static Command Create()
    {
        var folder = new Argument<string>("FOLDER")
        {
            Description = "The data folder NAME: NAME.txt, its rows, conxuntos.dat and conxuntos_kfold.dat."
        };
        var classifier = Inputs.Choice(
            "--classifier", "A support vector machine, or ridge regression.", "svm", "ridge");
        var nets = Inputs.Nets();
        nets.Required = false;
        nets.Description = "In place of the protocol's networks: a network, as text or as @FILE; of several, each with "
            + "its own --net, the best by validation.";
        var kernel = Inputs.Kernel();
        var (threads, json) = (Inputs.Threads(), Inputs.Json());
        var command = new Command(
            "uci",
            "Classifies a UCI data set by the protocol of Arora et al. (2020): depth, fixed (untrained) layers and C "
            + "or ridge by validation, then the accuracy over folds.")
        {
            folder, classifier, nets, kernel, threads, json,
        };
        command.Validators.Add(result =>
        {
            if (result.GetResult(nets) is null && result.GetResult(kernel) is { Implicit: false })
            {
                result.AddError("--kernel goes with --net; the protocol's own networks have tangent kernels.");
            }
        });
        command.Examples(
            "hntk uci data/iris", "hntk uci data/iris --classifier ridge --json",
            "hntk uci data/iris --net 'hadamard(dense relu, dense relu) dense' --net 'dense relu dense'");
        command.SetAction((parsed, stop) =>
        {
            var key = parsed.GetValue(classifier) == "ridge" ? "ridge" : "c";
            var kind = key == "c" ? UciClassifier.SupportVectors : UciClassifier.Ridge;
            var options = new GramOptions { Threads = parsed.GetValue(threads) };
            var data = UciData.Read(parsed.GetValue(folder)!);
            RunRecord.Add(parsed.GetValue(folder)!);
            if (parsed.GetValue(nets) is { Length: > 0 } texts)
            {
                Network[] networks = [.. texts.Select(Inputs.ReadNetwork)];
                var of = Inputs.Kind(parsed.GetValue(kernel)!);
                Report(parsed.GetValue(json), key, Output.WithProgress("validation", progress => UciProtocol.Run(
                    data, networks, kind, of, options with { Progress = progress }, stop)), of);
            }
            else
            {
                Report(parsed.GetValue(json), key, Output.WithProgress("validation", progress => UciProtocol.Run(
                    data, kind, options with { Progress = progress }, stop)));
            }

            return Task.FromResult(0);
        });
        return command;
    }

    private static void Report(bool json, string key, UciResult result) => Output.Result(
        json,
        new(),
        [
            ("accuracy", result.Accuracy),
            ("validation", result.Validation),
            ("depth", result.Depth),
            ("fixed", result.Fixed),
            (key, result.Regularization),
            .. Folds(json, result.FoldAccuracies),
        ]);

    private static void Report(bool json, string key, UciNetworkResult result, KernelKind kind)
    {
        RunRecord.Keep(result.Network.ToString(), kind);
        Output.Result(
            json,
            new(),
            [
                ("accuracy", result.Accuracy),
                ("validation", result.Validation),
                ("network", result.Network.ToString()),
                (key, result.Regularization),
                .. Folds(json, result.FoldAccuracies),
            ]);
    }

    // The accuracies of all folds are for programs.
    private static IEnumerable<(string Key, object? Value)> Folds(bool json, IReadOnlyList<double> accuracies) =>
        json ? [("fold_accuracy", accuracies)] : [];
}
