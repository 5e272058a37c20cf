using System.CommandLine;
using System.Globalization;

namespace HadamardNtk.Cli;

/// <summary>The options of the optimizer of a training, and of its learning rate.</summary>
internal sealed class OptimizerInputs
{
    private const string ScheduleForms = "constant|cosine|steps:EVERY:FACTOR|exponential:FACTOR";

    private readonly Option<string> _optimizer = Inputs.Choice(
        "--optimizer", "The optimizer, that of PyTorch by this name.", "adam", "sgd", "adamw");

    private readonly Option<double?> _rate = Inputs.Amount(
        "--rate", "The learning rate; sgd has no usual one and needs it. [default: 0.001 for adam and adamw]");

    private readonly Option<double?> _momentum = Inputs.Amount(
        "--momentum", "sgd: the momentum, below 1. [default: 0]");

    private readonly Option<bool> _nesterov = new("--nesterov") { Description = "sgd, with --momentum: Nesterov's." };

    private readonly Option<double?> _decay = Inputs.Amount(
        "--decay", "Weight decay; adamw applies it apart from the gradient. [default: 0, for adamw 0.01]");

    private readonly Option<string> _schedule = new("--schedule")
    {
        Description = "How the rate changes over the steps: not at all; along half a cosine down to 0 at the end; "
            + "times FACTOR every EVERY steps; or times FACTOR at each step.",
        DefaultValueFactory = _ => "constant",
        HelpName = ScheduleForms,
    };

    private readonly Option<int?> _warmup = Inputs.Count(
        "--warmup", "Steps at the start over which the rate grows from 0. [default: 0]", 0);

    internal OptimizerInputs() => Help.Group("Options of the optimizer", All);

    /// <summary>All options, in the order of the help.</summary>
    internal Option[] All => [_optimizer, _rate, _momentum, _nesterov, _decay, _schedule, _warmup];

    /// <summary>The optimizer that the options name.</summary>
    /// <exception cref="UsageException">An option is missing or belongs to another optimizer.</exception>
    internal ModuleOptimizer Read(ParseResult parsed)
    {
        var (name, rate, decay) = (parsed.GetValue(_optimizer), parsed.GetValue(_rate), parsed.GetValue(_decay));
        if (name == "sgd")
        {
            return rate is { } given
                ? ModuleOptimizer.Sgd(given, MomentumOf(parsed), decay ?? 0)
                : throw new UsageException(
                    "Expected --rate with --optimizer sgd; came none. Give one, such as 0.1, and a larger one if the "
                    + "loss falls slowly.");
        }

        foreach (var option in new Option[] { _momentum, _nesterov })
        {
            if (parsed.GetResult(option) is { Implicit: false })
            {
                throw new UsageException($"{option.Name} goes with --optimizer sgd, not {name}; leave it out.");
            }
        }

        return name == "adam"
            ? ModuleOptimizer.Adam(rate ?? 1e-3, weightDecay: decay ?? 0)
            : ModuleOptimizer.AdamW(rate ?? 1e-3, weightDecay: decay ?? 1e-2);
    }

    /// <summary>The schedule that the options name.</summary>
    /// <exception cref="UsageException">It is none.</exception>
    internal LearningRateSchedule ReadSchedule(ParseResult parsed)
    {
        var schedule = Schedule(parsed.GetValue(_schedule)!);
        return parsed.GetValue(_warmup) is > 0 and var steps ? schedule.WithWarmup(steps) : schedule;
    }

    private Momentum MomentumOf(ParseResult parsed)
    {
        var (momentum, isNesterov) = (parsed.GetValue(_momentum), parsed.GetValue(_nesterov));
        if (momentum is null)
        {
            return isNesterov
                ? throw new UsageException("Expected --momentum with --nesterov; came none.")
                : Momentum.None;
        }

        return momentum >= 1
            ? throw new UsageException(Said($"Expected --momentum below 1; came {momentum}."))
            : isNesterov ? Momentum.Nesterov(momentum.Value) : Momentum.HeavyBall(momentum.Value);
    }

    private static LearningRateSchedule Schedule(string text) => text.Split(':') switch
    {
        ["constant"] => LearningRateSchedule.Constant,
        ["cosine"] => LearningRateSchedule.Cosine(),
        ["steps", var every, var factor] when Count(every) is { } steps && Factor(factor) is { } by =>
            LearningRateSchedule.Steps(steps, by),
        ["exponential", var factor] when Factor(factor) is { } by => LearningRateSchedule.Exponential(by),
        _ => throw new UsageException(
            $"--schedule takes {ScheduleForms} with a whole EVERY and a positive FACTOR, not '{text}'."),
    };

    private static int? Count(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var n) && n >= 1 ? n : null;

    private static double? Factor(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var x)
            && x > 0 && double.IsFinite(x)
            ? x
            : null;

    private static string Said(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
