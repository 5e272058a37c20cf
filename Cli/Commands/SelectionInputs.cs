using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace HadamardNtk.Cli.Commands;

/// <summary>The options of fit that choose: the ridge, hyper-parameters, and one of several networks.</summary>
internal sealed class SelectionInputs
{
    private const string Auto = "auto";
    private const int UsualFolds = 5;

    private readonly Option<GivenRidge?> _ridge = new("--ridge")
    {
        Description = "The ridge r of K + r I, absolute; or auto, the best by --select.",
        CustomParser = result => (GivenRidge?)Inputs.Parsed(
            result, "a finite number of at least 0, or auto", text => text == Auto ? new GivenRidge(null)
                : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var r)
                    && double.IsFinite(r) && r >= 0 ? new GivenRidge(r)
                : null),
        HelpName = "R|auto",
    };

    private readonly Option<double?> _relative = Inputs.Amount(
        "--ridge-relative", "The ridge as a multiple of K's mean diagonal, unless --ridge is given. [default: 1e-8]");

    private readonly Option<string> _select = Criteria();

    private readonly Option<int?> _folds = Inputs.Count(
        "--folds", "Cross-validate in N folds, and choose by them. [default: 5 with --select folds]", 2);

    private readonly Option<string?> _tune = new("--tune")
    {
        Description = "Parameters of the network to search by gradients, from their values in --net on, joined by "
            + "commas: w and b (the scales of all dense layers), w@2 (of the second one), leaky_relu.alpha, ...; the "
            + "ridge too if it is auto.",
        HelpName = "NAMES",
    };

    private readonly Option<int?> _restarts = Inputs.Count("--restarts", "Further random starts of the search of "
        + "--tune. [default: 0]", 0);

    private readonly Option<int?> _seed = Inputs.SmallSeed("What folds and further starts are drawn from. [default: "
        + "0]");

    private static Option<string> Criteria()
    {
        var option = Inputs.Choice(
            "--select",
            "What chooses the ridge, the networks' parameters and the network: the evidence (the marginal likelihood "
            + "of a Gaussian process), or the error of samples left out one by one (loo) or fold by fold. [default: "
            + "evidence]",
            "evidence", "loo", "folds");
        option.DefaultValueFactory = null;
        return option;
    }

    /// <summary>Whether the ridge is to be chosen.</summary>
    internal bool IsRidgeChosen(ParseResult parsed) => parsed.GetValue(_ridge) is { Value: null };

    /// <summary>All options but those of the ridge, in the order of the help.</summary>
    internal Option[] All => [_select, _folds, _tune, _restarts, _seed];

    /// <summary>The options of the ridge.</summary>
    internal Option[] OfRidge => [_ridge, _relative];

    /// <summary>The options that need the network of the samples.</summary>
    internal Option[] OfNetworks => [_tune, _restarts];

    /// <summary>The ridge, or what chooses it.</summary>
    internal RegressionOptions Ridge(ParseResult parsed, RegressionOptions options)
    {
        if (parsed.GetValue(_ridge) is { Value: null })
        {
            return parsed.GetValue(_relative) is null
                ? options with { RidgeBy = Criterion(parsed) }
                : throw new UsageException("Expected --ridge or --ridge-relative, not both; leave one out.");
        }

        return options with
        {
            Ridge = Inputs.Ridge(parsed.GetValue(_ridge)?.Value, parsed.GetValue(_relative), 1e-8),
        };
    }

    /// <summary>What is chosen among networks, and by what; null where nothing of this is asked for.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="networks">The number of networks.</param>
    /// <exception cref="UsageException">An option is there without what it belongs to.</exception>
    internal Selecting? Read(ParseResult parsed, int networks)
    {
        var hasFolds = parsed.GetValue(_folds) is not null;
        var tuned = parsed.GetValue(_tune);
        var isChoice = networks > 1 || tuned is not null || parsed.GetValue(_ridge) is { Value: null };
        Require(parsed, _restarts, tuned is not null, "--tune");
        Require(parsed, _select, isChoice || hasFolds, "--ridge auto, --tune, --folds or several --net");
        Require(parsed, _seed, tuned is not null || Criterion(parsed).Folds > 0, "--tune or --folds");
        return networks > 1 || tuned is not null || hasFolds
            ? new(
                Criterion(parsed), tuned?.Split(',', StringSplitOptions.TrimEntries) ?? [],
                parsed.GetValue(_restarts) ?? 0, parsed.GetValue(_seed) ?? 0)
            : null;
    }

    private SelectionCriterion Criterion(ParseResult parsed)
    {
        var (given, folds) = (parsed.GetValue(_select), parsed.GetValue(_folds));
        return (given ?? (folds is null ? "evidence" : "folds")) switch
        {
            "folds" => SelectionCriterion.CrossValidation(folds ?? UsualFolds, parsed.GetValue(_seed) ?? 0),
            "loo" when folds is null => SelectionCriterion.LeaveOneOut,
            "evidence" when folds is null => SelectionCriterion.Evidence,
            var other => throw new UsageException(
                $"--folds goes with --select folds, not {other}; leave one of them out."),
        };
    }

    private static void Require(ParseResult parsed, Option option, bool belongs, string owner)
    {
        if (!belongs && parsed.GetResult(option) is { Implicit: false })
        {
            throw new UsageException($"{option.Name} goes with {owner}; leave it out or name that.");
        }
    }

    /// <summary>The value of --ridge: a number, or null for auto.</summary>
    internal sealed record GivenRidge(double? Value);
}
