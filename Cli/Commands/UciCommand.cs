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
        var (threads, json) = (Inputs.Threads(), Inputs.Json());
        var command = new Command(
            "uci",
            "The UCI protocol on the data in FOLDER: depth, fixed layers and C or ridge by validation, "
            + "then the accuracy over folds.")
        {
            folder, classifier, threads, json,
        };
        command.Examples("hntk uci data/iris", "hntk uci data/iris --classifier ridge --json");
        command.SetAction((parsed, stop) =>
        {
            var isRidge = parsed.GetValue(classifier) == "ridge";
            var options = new GramOptions { Threads = parsed.GetValue(threads) };
            var data = UciData.Read(parsed.GetValue(folder)!);
            RunRecord.Add(parsed.GetValue(folder)!);
            var result = Output.WithProgress("validation", progress => UciProtocol.Run(
                data, isRidge ? UciClassifier.Ridge : UciClassifier.SupportVectors,
                options with { Progress = progress }, stop));
            Output.Result(
                parsed.GetValue(json),
                new(),
                ("accuracy", result.Accuracy),
                ("validation", result.Validation),
                ("depth", result.Depth),
                ("fixed", result.Fixed),
                (isRidge ? "ridge" : "c", result.Regularization));
            return Task.FromResult(0);
        });
        return command;
    }
}
