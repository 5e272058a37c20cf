using System.CommandLine;
using System.Diagnostics;

namespace HadamardNtk.Cli.Commands;

/// <summary>hntk study: repeats a published experiment, and writes its result as files and as a page.</summary>
internal static class StudyCommand
{
    private const string Page = "report.html";
    private const string Linearised = "linearised";

    private static readonly Dictionary<string, Study> Studies = new()
    {
        ["spectral-bias"] = (full, seed, _, progress, stop) => SpectralBiasStudy.Run(
            (full ? SpectralBiasOptions.Full : new()) with { Seed = seed }, progress, stop),
        ["extrapolation"] = (full, seed, _, progress, stop) => ExtrapolationStudy.Run(
            (full ? ExtrapolationOptions.Full : new()) with { Seed = seed }, progress, stop),
        [Linearised] = (full, seed, samples, progress, stop) => LinearizedStudy.Run(
            (full ? LinearizedOptions.Full : new()) with
            {
                Seed = seed,
                Data = samples is null ? null : Inputs.ReadSamples(samples, new()),
                DataName = samples ?? new LinearizedOptions().DataName,
            },
            progress, stop),
    };

    private delegate StudyResult Study(
        bool full, int seed, string? samples, IProgress<double>? progress, CancellationToken stop);

    private static string Names => string.Join(" or ", Studies.Keys);

    internal static Command Create()
    {
        var name = new Argument<string?>("STUDY")
        {
            Description =
                "spectral-bias: the order in which polynomial nets learn the degrees of a target on a sphere; "
                + "extrapolation: what they and others say beyond their training data; "
                + "linearised: networks of finite width beside their linearisations (needs libtorch).",
            Arity = ArgumentArity.ZeroOrOne,
            HelpName = string.Join("|", Studies.Keys),
        };
        var full = new Option<bool>("--full") { Description = "The size of the published experiment." };
        var seed = Inputs.Count("--seed", "What points, targets and noise are drawn from; 1 unless given.", 0);
        var output = new Option<string>("--out")
        {
            Description = "The folder for result.json (everything), csv/ and report.html.",
            Required = true,
            HelpName = "DIR",
        };
        var x = Inputs.File(
            "--x", "Samples of the study linearised, one a row; without it points on a sphere.", required: false);
        var json = Inputs.Json();
        var command = new Command("study", "A published experiment: its claims, and what was found of them.")
        {
            name, output, full, seed, x, json,
        };
        command.Examples(
            "hntk study spectral-bias --out spectral-bias",
            "hntk study extrapolation --out extrapolation --full --seed 2",
            "hntk study linearised --x 'train-images-idx3-ubyte.gz[:500]' --out linearised");
        command.SetAction((parsed, stop) =>
        {
            var (study, folder) = (parsed.GetValue(name), parsed.GetValue(output)!);
            if (study is null || !Studies.TryGetValue(study, out var run))
            {
                throw new UsageException(
                    $"Expected the name of a study, {Names}; came {(study is null ? "none" : $"'{study}'")}.");
            }

            var samples = parsed.GetValue(x);
            if (samples is not null && study != Linearised)
            {
                throw new UsageException($"Expected --x with the study {Linearised} alone; leave it out.");
            }

            KnownBackends.RequireTensors(study == Linearised);
            var place = new ResultFolder(folder, StudyFiles.ResultName, Page);
            var (isFull, number) = (parsed.GetValue(full), parsed.GetValue(seed) ?? 1);
            var clock = Stopwatch.StartNew();
            var result = Output.WithProgress(study, progress => run(isFull, number, samples, progress, stop));
            StudyFiles.Write(result, folder);
            HtmlReport.Write(result, place.Files[1], new()
            {
                Title = result.Title,
                Command = $"hntk study {study} --out {folder}{(isFull ? " --full" : "")} --seed {number}"
                    + (samples is null ? "" : $" --x '{samples}'"),
            });
            Report(parsed.GetValue(json), result, Path.Combine(folder, Page), clock.Elapsed);
            return Task.FromResult(0);
        });
        return command;
    }

    private static void Report(bool json, StudyResult result, string page, TimeSpan time)
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
            ("report", page),
            ("seconds", time.TotalSeconds));
    }
}
