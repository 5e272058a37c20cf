using System.CommandLine;
using System.Diagnostics;
using System.Globalization;

namespace HadamardNtk.Cli.Commands;

/// <summary>hntk study: repeats a published experiment, and writes its result as files and as a page.</summary>
internal static class StudyCommand
{
    private const string Page = "report.html";
    private const string Linearized = "linearized";

    // The contract has the British word, which is in the results and goes on to be understood.
    private const string Linearised = "linearised";
    private const string Bottleneck = "bottleneck";

    private static readonly Dictionary<string, Study> Studies = new()
    {
        ["spectral-bias"] = (inputs, progress, stop) => SpectralBiasStudy.Run(
            (inputs.IsFull ? SpectralBiasOptions.Full : new()) with { Seed = inputs.Seed, Finite = inputs.Training },
            progress, stop),
        ["extrapolation"] = (inputs, progress, stop) => ExtrapolationStudy.Run(
            (inputs.IsFull ? ExtrapolationOptions.Full : new()) with { Seed = inputs.Seed, Finite = inputs.Training },
            progress, stop),
        [Linearized] = (inputs, progress, stop) => LinearizedStudy.Run(
            (inputs.IsFull ? LinearizedOptions.Full : new()) with
            {
                Seed = inputs.Seed,
                Data = inputs.Samples is { } samples ? Inputs.ReadSamples(samples, inputs.Notes) : null,
                DataName = inputs.Samples ?? new LinearizedOptions().DataName,
            },
            progress, stop),
        [Bottleneck] = (inputs, progress, stop) => BottleneckStudy.Run(Bottlenecks(inputs), progress, stop),
        [SmallImagesInputs.Study] = (inputs, progress, stop) => inputs.Images.Run(
            inputs.Samples!, inputs.Labels!, inputs.IsFull, inputs.Seed, inputs.Notes, progress, stop),
    };

    private delegate StudyResult Study(StudyInputs inputs, IProgress<double>? progress, CancellationToken stop);

    /// <summary>What the options say.</summary>
    private sealed record StudyInputs(
        bool IsFull,
        int Seed,
        string? Samples,
        string? Labels,
        (long First, long Second)? Classes,
        bool IsFinite,
        SmallImagesInputs.Values Images)
    {
        /// <summary>The notes on the files that are read.</summary>
        internal Notes Notes { get; } = new();

        /// <summary>The options of files, with their values.</summary>
        internal (string Option, string? Value)[] Files =>
            [("--x", Samples), ("--y", Labels), ("--x2", Images.Samples), ("--y2", Images.Labels)];

        internal IFiniteTraining? Training => IsFinite ? TorchTraining.Create() : null;

        /// <summary>The options as they were given.</summary>
        internal string Text => (IsFull ? " --full" : "") + (IsFinite ? " --finite" : "") + $" --seed {Seed}"
            + (Samples is null ? "" : $" --x '{Samples}'") + (Labels is null ? "" : $" --y '{Labels}'")
            + (Classes is { } pair ? $" --classes {pair.First}:{pair.Second}" : "") + Images.Text;
    }

    private static BottleneckStudyOptions Bottlenecks(StudyInputs inputs)
    {
        var options = (inputs.IsFull ? BottleneckStudyOptions.Full : new()) with
        {
            Seed = inputs.Seed,
            Finite = inputs.Training,
        };
        if (inputs.Samples is not { } samples)
        {
            return options;
        }

        var (x, labels) = (Inputs.ReadSamples(samples, inputs.Notes), inputs.Labels!);
        return options with
        {
            Data = x,
            Labels = Inputs.AsMany(labels, InputFiles.ReadLabels(labels), y => y.Length, x.Rows),
            Classes = inputs.Classes,
            DataName = Path.GetFileName(samples),
        };
    }

    private static string Names => string.Join(" or ", Studies.Keys);

    internal static Command Create()
    {
        var name = new Argument<string?>("STUDY")
        {
            Description =
                "spectral-bias: the order in which polynomial nets learn the degrees of a target on a sphere; "
                + "extrapolation: what they and others say beyond their training data; linearized (or linearised): "
                + "networks of finite width beside their linearizations (needs libtorch); bottleneck: how a narrow "
                + "layer speeds up infinitely wide networks; small-images: kernels of image networks with few "
                + "training images.",
            Arity = ArgumentArity.ZeroOrOne,
            HelpName = string.Join("|", Studies.Keys),
        };
        var full = new Option<bool>("--full") { Description = "The size of the published experiment, or a larger one." };
        var seed = Inputs.SmallSeed("What points, targets and noise are drawn from. [default: 1]");
        var output = new Option<string>("--out")
        {
            Description = "The folder for result.json (everything), csv/ and report.html.",
            Required = true,
            HelpName = "DIR",
        };
        var x = Inputs.File(
            "--x",
            "Samples of the study linearized, one a row, in place of points on a sphere, or of the study bottleneck, "
            + "beside them; the training images of the study small-images.",
            required: false);
        var y = Inputs.File(
            "--y", "The labels of these samples, for the studies bottleneck and small-images.", required: false);
        var classes = new Option<(long, long)?>("--classes")
        {
            Description = "The two labels that the study bottleneck tells apart, as in 3:8. [default: the two least]",
            CustomParser = result => ((long, long)?)Inputs.Parsed(result, "two labels, as in 3:8", ParsePair),
            HelpName = "A:B",
        };
        var finite = new Option<bool>("--finite")
        {
            Description = "Train networks of finite width beside the infinitely wide ones (needs libtorch).",
        };
        var images = new SmallImagesInputs();
        var json = Inputs.Json();
        var command = new Command("study", "Repeats a published experiment: its claims, and what was found of them.")
        {
            name, output, full, finite, seed, x, y, classes,
        };
        images.All.ToList().ForEach(command.Add);
        command.Add(json);
        command.Examples(
            "hntk study spectral-bias --out spectral-bias --finite",
            "hntk study extrapolation --out extrapolation --full --seed 2",
            "hntk study linearized --x 'train-images-idx3-ubyte.gz[:500]' --out linearized",
            "hntk study bottleneck --x images.npy --y labels.csv --classes 3:8 --out bottleneck",
            "hntk study small-images --x images.npy --y labels.csv --x2 test.npy --y2 test.csv --out small-images");
        command.SetAction((parsed, stop) =>
        {
            var (study, folder) = (parsed.GetValue(name), parsed.GetValue(output)!);
            study = study == Linearised ? Linearized : study;
            if (study is null || !Studies.TryGetValue(study, out var run))
            {
                throw new UsageException(
                    $"Expected the name of a study, {Names}; came {(study is null ? "none" : $"'{study}'")}.");
            }

            var given = new StudyInputs(
                parsed.GetValue(full), parsed.GetValue(seed) ?? 1, parsed.GetValue(x), parsed.GetValue(y),
                parsed.GetValue(classes), parsed.GetValue(finite), images.Of(parsed, folder));
            Require(study, given);
            var place = new ResultFolder(folder, StudyFiles.ResultName, Page);
            Overwriting.Refuse(place.Files, given.Files);
            var clock = Stopwatch.StartNew();
            var result = Output.WithProgress(study, progress => Kept(given, () => run(given, progress, stop)));
            StudyFiles.Write(result, folder);
            HtmlReport.Write(result, place.Files[1], new()
            {
                Title = result.Title,
                Command = $"hntk study {study} --out {folder}{given.Text}",
            });
            Report(parsed.GetValue(json), given.Notes, result, Path.Combine(folder, Page), clock.Elapsed);
            return Task.FromResult(0);
        });
        return command;
    }

    private static StudyResult Kept(StudyInputs given, Func<StudyResult> run)
    {
        try
        {
            return run();
        }
        catch (OperationCanceledException e) when (given.Images.Kernels is { } folder && Directory.Exists(folder))
        {
            throw KeptException.Kernels(folder, e);
        }
    }

    private static object? ParsePair(string text)
    {
        var parts = text.Split(':');
        return parts.Length == 2 && Label(parts[0]) is { } first && Label(parts[1]) is { } second && first != second
            ? (first, second)
            : null;

        static long? Label(string part) =>
            long.TryParse(part, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var x) ? x : null;
    }

    private static void Require(string study, StudyInputs given)
    {
        if (given.Samples is not null && study is not (Linearized or Bottleneck or SmallImagesInputs.Study))
        {
            throw new UsageException(
                $"Expected --x with the studies {Linearized}, {Bottleneck} and {SmallImagesInputs.Study} alone; leave "
                + "it out.");
        }

        if (given.Labels is not null && study is not (Bottleneck or SmallImagesInputs.Study))
        {
            throw new UsageException(
                $"Expected --y with the studies {Bottleneck} and {SmallImagesInputs.Study} alone; leave it out.");
        }

        if (study != Bottleneck && given.Classes is not null)
        {
            throw new UsageException($"Expected --classes with the study {Bottleneck} alone; leave it out.");
        }

        given.Images.Require(study, given.Samples, given.Labels);

        if (study == Bottleneck && ((given.Samples is null) != (given.Labels is null)))
        {
            throw new UsageException(
                $"Expected --x and --y together; came {(given.Samples is null ? "--y" : "--x")} alone. Give both.");
        }

        if (given.Classes is not null && given.Samples is null)
        {
            throw new UsageException("Expected --classes with samples; give --x and --y.");
        }

        if (given.IsFinite && study == SmallImagesInputs.Study)
        {
            throw new UsageException($"Expected --finite with another study than {study}; leave it out.");
        }

        if (given.IsFinite && study == Linearized)
        {
            throw new UsageException(
                $"Expected --finite with another study than {Linearized}, whose networks are all finite; "
                + "leave it out.");
        }

        KnownBackends.RequireTensors(study == Linearized || given.IsFinite);
    }

    private static void Report(bool json, Notes notes, StudyResult result, string page, TimeSpan time)
    {
        if (!json)
        {
            Stdout.Try(() => StudyText.Write(result, Console.Out, Window.Columns));
            Output.Line();
        }

        int Count(ClaimVerdict verdict) => result.Claims.Count(claim => claim.Verdict == verdict);
        Output.Done(
            json,
            notes,
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
