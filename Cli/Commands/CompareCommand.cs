using System.CommandLine;
using System.Diagnostics;
using System.Text.Json.Nodes;

namespace HadamardNtk.Cli.Commands;

/// <summary>hntk compare: compares kernels by repeated cross-validation.</summary>
internal static class CompareCommand
{
    internal static Command Create()
    {
        var (inputs, json) = (new CompareInputs(), Inputs.Json());
        var format = Inputs.Choice(
            RunRecord.Format, "How the result is printed; csv and json have the score of every fold.",
            "table", "markdown", "latex", "csv", "json");
        var command = new Command(
            "compare", "Kernels of several networks by cross-validation: means, deviations and paired differences.");
        inputs.AddTo(command);
        command.Add(format);
        command.Add(json);
        command.Examples(
            "hntk compare --net @relu.txt --net @product.txt --x X.npy --y y.npy --folds 5 --seeds 3 "
                + "--kernel ntk,nngp --ridge 0.01",
            "hntk compare --net 'dense relu dense' --net 'hadamard(dense relu, dense relu) dense' --x X.npy "
                + "--y labels.npy --classify --unit --ridge-relative 1e-6,1e-4,1e-2 --format latex");
        command.SetAction((parsed, stop) =>
        {
            var task = inputs.Read(parsed);
            var clock = Stopwatch.StartNew();
            var result = Output.WithProgress("compare", progress => task.Run(progress, stop));
            if (RunRecord.Current.IsJson)
            {
                Output.Json(CompareJson.Of(result, task, clock.Elapsed));
                return Task.FromResult(0);
            }

            var text = ComparisonText.Of(result, Format(parsed.GetValue(format)!), Window.Terminal);
            Stdout.Try(() => Console.Out.Write(text));
            PrintNotes(task.Notes, parsed.GetValue(format)!);
            return Task.FromResult(0);
        });
        return command;
    }

    // Lines of a csv would be rows of it.
    private static void PrintNotes(Notes notes, string format)
    {
        var before = format == "latex" ? "% note: " : "note: ";
        foreach (var note in format == "csv" ? [] : notes.All)
        {
            Output.Line(before + note);
        }
    }

    private static ComparisonFormat Format(string name) => name switch
    {
        "markdown" => ComparisonFormat.Markdown,
        "latex" => ComparisonFormat.Latex,
        "csv" => ComparisonFormat.Csv,
        _ => ComparisonFormat.Table,
    };

    /// <summary>The result as JSON, in a class of its own so that other runs do not load the code for it.</summary>
    private static class CompareJson
    {
        internal static JsonObject Of(ComparisonResult result, CompareTask task, TimeSpan time)
        {
            var described = new JsonObject
            {
                ["metric"] = result.Metric.ToString().ToLowerInvariant(),
                ["n"] = result.Samples,
                ["folds"] = result.Folds,
                ["seeds"] = result.Seeds,
                ["kernels"] = new JsonArray([.. result.Kernels.Select(kernel => Describe(result, kernel))]),
                ["seconds"] = time.TotalSeconds,
                ["features"] = task.Samples.Columns,
            };
            if (task.Notes.All.Count > 0)
            {
                described["notes"] = new JsonArray([.. task.Notes.All.Select(note => (JsonNode)note)]);
            }

            return described;
        }

        private static JsonNode Describe(ComparisonResult result, ComparedKernel kernel)
        {
            var (isBest, difference) = (ReferenceEquals(kernel, result.Best), result.DifferenceFromBest(kernel));
            return new JsonObject
            {
                ["name"] = kernel.Name,
                ["network"] = kernel.Network,
                ["kernel"] = ProvenanceFile.Word(kernel.Kernel),
                ["mean"] = kernel.Mean,
                ["deviation"] = kernel.Deviation,
                ["best"] = isBest,
                ["difference"] = isBest ? null : difference.Mean,
                ["difference_error"] = isBest ? null : difference.StandardError,
                ["scores"] = new JsonArray([.. kernel.Scores.Select(score => (JsonNode)new JsonObject
                {
                    ["seed"] = score.Seed,
                    ["fold"] = score.Fold,
                    ["ridge"] = score.Ridge,
                    ["value"] = score.Value,
                })]),
            };
        }
    }
}
