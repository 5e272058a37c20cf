using System.CommandLine;
using System.Diagnostics;

namespace HadamardNtk.Cli.Commands;

/// <summary>hntk study: repeats a published experiment, and writes its result as files and as a page.</summary>
internal static class StudyCommand
{
    private const string Page = "report.html";

    internal static Command Create()
    {
        var command = new Command("study", "Published experiments, with their claims and what was found of them.");
        command.Add(Study(
            "spectral-bias",
            "The order in which polynomial nets learn the degrees of a target on a sphere.",
            (full, seed, progress, stop) => SpectralBiasStudy.Run(
                (full ? SpectralBiasOptions.Full : new()) with { Seed = seed }, progress, stop)));
        command.Add(Study(
            "extrapolation",
            "What polynomial nets and others say beyond their training data.",
            (full, seed, progress, stop) => ExtrapolationStudy.Run(
                (full ? ExtrapolationOptions.Full : new()) with { Seed = seed }, progress, stop)));
        command.Examples(
            "hntk study spectral-bias --out spectral-bias",
            "hntk study extrapolation --out extrapolation --full --seed 2");
        return command;
    }

    private static Command Study(
        string name, string description, Func<bool, int, IProgress<double>?, CancellationToken, StudyResult> run)
    {
        var (full, json) = (new Option<bool>("--full") { Description = "The size of the published experiment." }, Inputs.Json());
        var seed = Inputs.Count("--seed", "What points, targets and noise are drawn from; 1 unless given.", 0);
        var output = new Option<string>("--out")
        {
            Description = "The folder for result.json, csv/ and report.html.",
            Required = true,
            HelpName = "DIR",
        };
        var command = new Command(name, description) { output, full, seed, json };
        command.Examples($"hntk study {name} --out {name}", $"hntk study {name} --out {name} --full --seed 2 --json");
        command.SetAction((parsed, stop) =>
        {
            var folder = parsed.GetValue(output)!;
            var place = new ResultFolder(folder, StudyFiles.ResultName, Page);
            var clock = Stopwatch.StartNew();
            var (isFull, number) = (parsed.GetValue(full), parsed.GetValue(seed) ?? 1);
            var result = Output.WithProgress(
                name, null, progress => run(isFull, number, progress, stop));
            StudyFiles.Write(result, folder);
            HtmlReport.Write(result, Path.Combine(folder, Page), new()
            {
                Title = result.Title,
                Command = $"hntk study {name} --out {folder}{(isFull ? " --full" : "")} --seed {number}",
            });
            Report(parsed.GetValue(json), result, place, clock.Elapsed);
            return Task.FromResult(0);
        });
        return command;
    }

    private static void Report(bool json, StudyResult result, ResultFolder folder, TimeSpan time)
    {
        if (!json)
        {
            Stdout.Try(() => StudyText.Write(result, Console.Out));
            Output.Line();
        }

        int Count(ClaimVerdict verdict) => result.Claims.Count(claim => claim.Verdict == verdict);
        Output.Done(
            json,
            new Notes(),
            ("study", result.Name),
            ("claims", result.Claims.Count),
            ("found", Count(ClaimVerdict.Found)),
            ("not_found", Count(ClaimVerdict.NotFound)),
            ("reported", Count(ClaimVerdict.Reported)),
            ("seed", result.Seed),
            ("report", folder.Files[1]),
            ("seconds", time.TotalSeconds));
    }
}
