using System.Globalization;

namespace HadamardNtk;

/// <summary>The algorithm and length of training on the loss 1/(2nC)·|f(X) − y|².</summary>
public sealed record Training
{
    private Training(Core.Training meaning, string text) => (Meaning, Text) = (meaning, text);

    internal Core.Training Meaning { get; }

    private string Text { get; }

    /// <summary>
    /// Gradient flow until a time t, which is learning rate × steps in the limit of small steps. Infinity is the end of
    /// training.
    /// </summary>
    /// <param name="time">t, at least 0, or infinity.</param>
    /// <exception cref="ArgumentOutOfRangeException">The time is negative or not a number.</exception>
    public static Training Flow(double time) => time >= 0
        ? new(Core.Training.NewFlow(time), string.Create(CultureInfo.InvariantCulture, $"flow to {time}"))
        : throw new ArgumentOutOfRangeException(nameof(time), time, $"Expected a time of at least 0, not {time}.");

    /// <summary>Steps of full-batch gradient descent.</summary>
    /// <param name="rate">
    /// The learning rate; descent diverges beyond <see cref="TrainingDynamics.MaximumRate"/>.
    /// </param>
    /// <param name="steps">The number of steps, at least 0.</param>
    /// <param name="momentum">The momentum; none unless given.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// The rate is not positive and finite, or the steps are negative.
    /// </exception>
    public static Training Descent(double rate, int steps, Momentum momentum = default)
    {
        if (!(rate > 0 && double.IsFinite(rate)))
        {
            throw new ArgumentOutOfRangeException(
                nameof(rate), rate, $"Expected a positive learning rate, not {rate}.");
        }

        ArgumentOutOfRangeException.ThrowIfNegative(steps);
        return new(
            Core.Training.NewDescent(rate, momentum.Meaning, steps),
            string.Create(CultureInfo.InvariantCulture, $"{steps} steps at {rate}, momentum {momentum}"));
    }

    /// <summary>The training in words, as in "flow to 5" or "100 steps at 0.1, momentum none".</summary>
    public override string ToString() => Text;
}
