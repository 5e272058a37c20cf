using System.CommandLine;
using System.Globalization;

namespace HadamardNtk.Cli.Commands;

/// <summary>The options of dynamics that choose the training: flow or descent, and the loss.</summary>
internal sealed class DescentInputs
{
    private readonly Option<double?> _rate = Inputs.Amount(
        "--rate", "Gradient descent on all samples at this learning rate, in place of the flow; times are then steps.");

    private readonly Option<double?> _momentum = Inputs.Amount(
        "--momentum", "With --rate: the momentum, below 1. [default: 0]");

    private readonly Option<bool> _nesterov = new("--nesterov")
    {
        Description = "With --momentum: Nesterov's.",
    };

    private readonly Option<string> _loss = Inputs.Choice(
        "--loss", "The loss; the flows of logistic and softmax have a mean alone, at finite ascending times.",
        "squared", "logistic", "softmax");

    /// <summary>The options in the order of the help.</summary>
    internal Option[] All => [_rate, _momentum, _nesterov, _loss];

    /// <summary>The loss.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="times">The times.</param>
    /// <param name="others">Options that another loss than the squared one does not have.</param>
    /// <exception cref="UsageException">Options or times do not go with the loss.</exception>
    internal Loss Loss(ParseResult parsed, TimeList times, params Option[] others)
    {
        var loss = Inputs.ReadLoss(parsed.GetValue(_loss), false);
        if (loss == HadamardNtk.Loss.Squared)
        {
            return loss;
        }

        if (((Option[])[_rate, _momentum, _nesterov, .. others]).FirstOrDefault(
            option => parsed.GetResult(option) is { Implicit: false }) is { } given)
        {
            throw new UsageException(
                $"{given.Name} goes with --loss squared, not {parsed.GetValue(_loss)}; leave it out.");
        }

        var values = times.Values;
        return !double.IsInfinity(values[^1]) && values.Zip(values.Skip(1)).All(pair => pair.First <= pair.Second)
            ? loss
            : throw new UsageException(
                $"Expected finite --times in ascending order with --loss {parsed.GetValue(_loss)}.");
    }

    /// <summary>The trainings until each of the times.</summary>
    /// <exception cref="UsageException">Options do not go together, or times are no numbers of steps.</exception>
    internal (IReadOnlyList<Training> Trainings, Momentum Momentum) Trainings(ParseResult parsed, TimeList times)
    {
        var momentum = Momentum(parsed);
        return parsed.GetValue(_rate) switch
        {
            null => ([.. times.Values.Select(Training.Flow)], momentum),
            0 => throw new UsageException("Expected a --rate above 0; came 0."),
            { } rate => ([.. times.Steps().Select(steps => Training.Descent(rate, steps, momentum))], momentum),
        };
    }

    private Momentum Momentum(ParseResult parsed)
    {
        var (momentum, isNesterov) = (parsed.GetValue(_momentum), parsed.GetValue(_nesterov));
        if (momentum is not { } beta)
        {
            return isNesterov
                ? throw new UsageException("Expected --momentum with --nesterov; came none.")
                : HadamardNtk.Momentum.None;
        }

        if (parsed.GetValue(_rate) is null)
        {
            throw new UsageException("Expected --rate with --momentum: the flow has none; give the rate of descent.");
        }

        return beta >= 1
            ? throw new UsageException(string.Create(
                CultureInfo.InvariantCulture, $"Expected --momentum below 1; came {beta}."))
            : isNesterov ? HadamardNtk.Momentum.Nesterov(beta) : HadamardNtk.Momentum.HeavyBall(beta);
    }
}
