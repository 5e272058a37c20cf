using System.CommandLine;
using System.Globalization;

namespace HadamardNtk.Cli.Commands;

/// <summary>The options of predict that ask for deviations, intervals, probabilities and samples.</summary>
internal sealed class PredictInputs
{
    private readonly Option<bool> _deviation = new("--std")
    {
        Description = "Also write the posterior standard deviations, without noise (Y.std.npy beside Y.npy).",
    };

    private readonly Option<double?> _interval = new("--interval")
    {
        Description = "Also write the ends of central intervals of this probability in percent, as 95 (Y.lower.npy "
            + "and Y.upper.npy beside Y.npy).",
        CustomParser = result => (double?)Inputs.Parsed(result, "a level in percent from 1 to below 100, as 95", text =>
            double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var level)
                && level is >= 1 and < 100
                ? level
                : null),
        HelpName = "PERCENT",
    };

    private readonly Option<string> _noise = Inputs.Choice(
        "--noise",
        "Whether intervals and samples are those of new targets, with the noise of the training's (the ridge), or of "
        + "the function without it.",
        "included", "excluded");

    private readonly Option<bool> _probabilities = new("--probabilities")
    {
        Description = "Of a classifier, also write the probability of each class (Y.prob.npy beside Y.npy).",
    };

    private readonly Option<int?> _samples = Inputs.Count(
        "--samples", "Also write N samples of the posterior, joint over all rows (Y.samples.npy beside Y.npy).", 1);

    private readonly Option<long?> _seed = new("--seed")
    {
        Description = "What the samples are drawn from. [default: 0]",
        CustomParser = result => (long?)Inputs.Parsed(result, "a whole number of at least 0", text =>
            long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seed) ? seed : null),
        HelpName = "S",
    };

    /// <summary>All options, in the order of the help.</summary>
    internal Option[] All => [_deviation, _interval, _noise, _probabilities, _samples, _seed];

    /// <summary>Reads the options, once the model is known to have what they ask for.</summary>
    /// <exception cref="UsageException">The model has no deviations or no intervals, or an option is alone.</exception>
    internal SpreadChoice Read(ParseResult parsed, Predictor fitted)
    {
        var noise = parsed.GetValue(_noise) == "included" ? PredictionNoise.Included : PredictionNoise.Excluded;
        var choice = new SpreadChoice(parsed.GetValue(_deviation), parsed.GetValue(_interval) / 100, noise)
        {
            Probabilities = parsed.GetValue(_probabilities),
            Samples = parsed.GetValue(_samples),
            Seed = parsed.GetValue(_seed) ?? 0,
        };
        RequireTogether(parsed, choice);
        Require(choice, fitted);
        return choice;
    }

    private static void Require(SpreadChoice choice, Predictor fitted)
    {
        if (choice.IsNeeded)
        {
            fitted.RequireDeviations(
                choice.Deviation ? "--std"
                : choice.Level is not null ? "--interval"
                : choice.Probabilities ? "--probabilities"
                : "--samples");
        }

        if (choice.Samples is not null)
        {
            fitted.RequireCovariance("--samples");
        }

        if ((choice.Level ?? choice.Samples) is not null && fitted.Classes is not null)
        {
            throw new UsageException(
                $"{(choice.Level is null ? "--samples" : "--interval")} goes with a regression; this model is a "
                + "classifier, whose scores are no targets; leave it out, or ask for --std or --probabilities.");
        }

        if (choice.Probabilities && fitted.Classes is null)
        {
            throw new UsageException(
                "--probabilities goes with a classifier; this model is a regression; leave it out, or fit with "
                + "--classify.");
        }
    }

    private void RequireTogether(ParseResult parsed, SpreadChoice choice)
    {
        if (choice is { Level: null, Samples: null } && parsed.GetResult(_noise) is { Implicit: false })
        {
            throw new UsageException("--noise goes with --interval or --samples; leave it out, or name one of them.");
        }

        if (choice.Samples is null && parsed.GetResult(_seed) is { Implicit: false })
        {
            throw new UsageException("--seed goes with --samples; leave it out, or say how many.");
        }
    }
}

/// <summary>What predict says of the spread of its predictions.</summary>
/// <param name="Deviation">Whether deviations are written.</param>
/// <param name="Level">The level of the intervals, or null for none.</param>
/// <param name="Noise">Whether intervals and samples include the noise.</param>
internal sealed record SpreadChoice(bool Deviation, double? Level, PredictionNoise Noise)
{
    /// <summary>Whether the probabilities of classes are written.</summary>
    internal bool Probabilities { get; init; }

    /// <summary>The number of samples of the posterior, or null for none.</summary>
    internal int? Samples { get; init; }

    /// <summary>What the samples are drawn from.</summary>
    internal long Seed { get; init; }

    /// <summary>Whether the predictions need deviations.</summary>
    internal bool IsNeeded => Uncertainty != Uncertainty.None;

    /// <summary>What the predictions need.</summary>
    internal Uncertainty Uncertainty => Samples is not null ? Uncertainty.Covariance
        : Deviation || Probabilities || Level is not null ? Uncertainty.Deviation
        : Uncertainty.None;

    /// <summary>Fails before the prediction if its samples are more than one array holds.</summary>
    /// <param name="rows">m, the number of rows.</param>
    /// <param name="outputs">C, the number of outputs.</param>
    /// <exception cref="UsageException">They are more.</exception>
    internal void RequireRoom(int rows, int outputs)
    {
        var most = Array.MaxLength / Math.Max(1, (long)rows * outputs);
        if (Samples > most)
        {
            throw new UsageException(
                $"Expected --samples of at most {most} for {rows} rows, what one array holds; came {Samples}.");
        }
    }

    /// <summary>The samples of a prediction, count × m × C numbers one after the other, or null.</summary>
    internal double[]? Drawn(Classification result) => Samples is { } count
        ? [.. result.Posterior!.Sample(count, Seed, Noise).SelectMany(sample => sample.Data)]
        : null;

    /// <summary>The intervals of a prediction, or null.</summary>
    internal PredictionInterval? Interval(Classification result) =>
        Level is { } level ? result.Posterior!.Interval(level, Noise) : null;

    /// <summary>Adds a note if rounding decides a variance.</summary>
    internal static void Note(Notes notes, Classification result)
    {
        if (result.Posterior?.Undetermined is { Count: > 0 } rows)
        {
            var shown = string.Join(", ", rows.Take(5)) + (rows.Count > 5 ? ", ..." : "");
            notes.Add(
                $"rounding decides {rows.Count} of {result.Scores.Rows} variances, those of rows {shown} (counted from "
                + "0), which are too small beside the kernel and count as 0 where they are negative; a greater ridge "
                + "gives them digits");
        }
    }
}
