using System.CommandLine;
using System.Diagnostics;
using System.Globalization;

namespace HadamardNtk.Cli.Commands;

/// <summary>hntk graphs: classifies graphs over their folds, by graph neural tangent kernels.</summary>
internal static class GraphsCommand
{
    private const string Page = "report.html";

    internal static Command Create()
    {
        var folder = new Argument<string>("FOLDER")
        {
            Description = "The graphs: NAME.txt, or NAME_A.txt and its family, with 10fold_idx beside them.",
        };
        var output = new Option<string?>("--out")
        {
            Description = "A folder for result.json (everything), csv/ and report.html.",
            HelpName = "DIR",
        };
        var quick = new Option<bool>("--quick")
        {
            Description = "Choose from few kernels and values of C: blocks of 2 layers with jumping knowledge, and 7 "
                + "values.",
        };
        var full = new Option<bool>("--full")
        {
            Description = "Choose C from the 120 values of the published code, in place of 13.",
        };
        var blocks = Counts("--blocks", "The numbers of blocks to choose from. [default: 1,3]");
        var layers = Counts("--mlp", "The layers of a block to choose from. [default: 1,2,3]");
        var (threads, json) = (Inputs.Threads(), Inputs.Json());
        var command = new Command(
            "graphs", "Classifies graphs by graph neural tangent kernels (GNTK) and support vector machines, over "
                + "given folds.")
        {
            folder, output, quick, full, blocks, layers, threads, json,
        };
        command.Validators.Add(result =>
        {
            if (result.GetResult(quick) is { Implicit: false } && result.GetResult(full) is { Implicit: false })
            {
                result.AddError("--quick does not go with --full; leave one of them out.");
            }
        });
        command.Examples(
            "hntk graphs data/MUTAG", "hntk graphs data/IMDBBINARY --quick --json",
            "hntk graphs data/NCI1 --blocks 2,4 --mlp 2 --out nci1");
        command.SetAction((parsed, stop) =>
        {
            var options = parsed.GetValue(quick) ? GraphStudyOptions.Quick
                : parsed.GetValue(full) ? GraphStudyOptions.Full : new();
            options = options with
            {
                Blocks = parsed.GetValue(blocks) is { Length: > 0 } some ? some : options.Blocks,
                Layers = parsed.GetValue(layers) is { Length: > 0 } few ? few : options.Layers,
                Threads = parsed.GetValue(threads),
            };
            string Flag(Option<bool> option) => parsed.GetValue(option) ? $" {option.Name}" : "";
            string List(Option<int[]?> option) =>
                parsed.GetValue(option) is { Length: > 0 } some ? $" {option.Name} {string.Join(',', some)}" : "";
            var given = Flag(quick) + Flag(full) + List(blocks) + List(layers);
            Run(parsed.GetValue(folder)!, parsed.GetValue(output), given, options, parsed.GetValue(json), stop);
            return Task.FromResult(0);
        });
        return command;
    }

    private static void Run(
        string folder, string? output, string given, GraphStudyOptions options, bool json, CancellationToken stop)
    {
        var place = output is null ? null : new ResultFolder(output, StudyFiles.ResultName, Page);
        var data = GraphFolder.ReadFolder(folder);
        if (GraphStudy.Fault(data) is { } came)
        {
            throw new DataFormatException(
                folder, GraphStudy.Needed, came, "add folds as 10fold_idx/train_idx-1.txt and test_idx-1.txt");
        }

        var name = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)));
        var clock = Stopwatch.StartNew();
        var result = Output.WithProgress(
            "graphs", progress => GraphStudy.Run(name, data, options, progress, stop));
        if (place is not null)
        {
            StudyFiles.Write(result.Study, output!);
            HtmlReport.Write(result.Study, place.Files[1], new()
            {
                Title = result.Study.Title,
                Command = $"hntk graphs {folder}{given} --out {output}",
            });
        }

        RunRecord.Keep(result.Architecture.ToNetwork().ToString(), KernelKind.Ntk);
        Report(json, result, output, clock.Elapsed);
    }

    private static void Report(bool json, GraphStudyResult result, string? output, TimeSpan time)
    {
        if (!json)
        {
            Stdout.Try(() => StudyText.Write(result.Study, Console.Out, Window.Columns));
            Output.Line();
        }

        Output.Result(
            json,
            new(),
            [
                ("accuracy", result.Nested.Average()),
                ("deviation", GraphStudyResult.Deviation(result.Nested)),
                ("accuracy_on_test", result.OnTest.Average()),
                ("deviation_on_test", GraphStudyResult.Deviation(result.OnTest)),
                .. Details(json, result),
                .. json || output is not null ? Report(output) : [],
                ("seconds", time.TotalSeconds),
            ]);
    }

    private static (string Key, object? Value)[] Report(string? output) =>
        [("report", output is null ? null : Path.Combine(output, Page))];

    // What the tables say is for programs.
    private static IEnumerable<(string Key, object? Value)> Details(bool json, GraphStudyResult result) => json
        ?
        [
            ("fold_accuracy", result.Nested),
            ("fold_accuracy_on_test", result.OnTest),
            ("architecture", result.Architecture.Name),
            ("network", result.Architecture.ToNetwork().ToString()),
            ("normalized", result.IsNormalized),
            ("c", result.Cost),
        ]
        : [];

    private static Option<int[]?> Counts(string name, string description) => new(name)
    {
        Description = description,
        CustomParser = result => (int[]?)Inputs.Parsed(result, "increasing whole numbers, as in 1,3", Parse),
        HelpName = "N,...",
    };

    private static int[]? Parse(string text)
    {
        var parts = text.Split(',');
        var numbers = new int[parts.Length];
        for (var k = 0; k < parts.Length; k++)
        {
            if (!int.TryParse(parts[k], NumberStyles.None, CultureInfo.InvariantCulture, out numbers[k])
                || numbers[k] <= (k == 0 ? 0 : numbers[k - 1]))
            {
                return null;
            }
        }

        return numbers;
    }
}
