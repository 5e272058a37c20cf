using System.CommandLine;
using System.Globalization;

namespace HadamardNtk.Cli.Commands;

/// <summary>The options of predict that ask for deviations and intervals.</summary>
internal sealed class PredictInputs
{
    private readonly Option<bool> _deviation = new("--std")
    {
        Description = "Also write the posterior standard deviations, without noise (Y.std.npy beside Y.npy).",
    };

    private readonly Option<double?> _interval = new("--interval")
    {
        Description = "Also write the ends of intervals at this level in percent, as 95 "
            + "(Y.lower.npy and Y.upper.npy beside Y.npy).",
        CustomParser = result => (double?)Inputs.Parsed(result, "a level in percent from 1 to below 100, as 95", text =>
            double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var level)
                && level is >= 1 and < 100
                ? level
                : null),
        HelpName = "PERCENT",
    };

    private readonly Option<string> _noise = Inputs.Choice(
        "--noise",
        "Whether intervals are of new targets, which have the noise of the training's, or of the function without it.",
        "included", "excluded");

    /// <summary>All options, in the order of the help.</summary>
    internal Option[] All => [_deviation, _interval, _noise];

    /// <summary>Reads the options, once the model is known to have what they ask for.</summary>
    /// <exception cref="UsageException">The model has no deviations or no intervals, or an option is alone.</exception>
    internal SpreadChoice Read(ParseResult parsed, Predictor fitted)
    {
        var (deviation, interval) = (parsed.GetValue(_deviation), parsed.GetValue(_interval));
        if (deviation || interval is not null)
        {
            fitted.RequireDeviations(deviation ? "--std" : "--interval");
        }

        if (interval is not null && fitted.Classes is not null)
        {
            throw new UsageException(
                "--interval goes with a regression; this model is a classifier, whose scores are no targets; "
                + "leave it out, or ask for --std.");
        }

        if (interval is null && parsed.GetResult(_noise) is { Implicit: false })
        {
            throw new UsageException("--noise goes with --interval; leave it out, or name a level.");
        }

        var noise = parsed.GetValue(_noise) == "included" ? PredictionNoise.Included : PredictionNoise.Excluded;
        return new(deviation, interval / 100, noise);
    }
}

/// <summary>What predict says of the spread of its predictions.</summary>
/// <param name="Deviation">Whether deviations are written.</param>
/// <param name="Level">The level of the intervals, or null for none.</param>
/// <param name="Noise">Whether intervals include the noise.</param>
internal sealed record SpreadChoice(bool Deviation, double? Level, PredictionNoise Noise)
{
    /// <summary>Whether the predictions need deviations.</summary>
    internal bool IsNeeded => Deviation || Level is not null;

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
