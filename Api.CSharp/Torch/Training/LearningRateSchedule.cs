using System.Globalization;

namespace HadamardNtk;

/// <summary>
/// The factor of the learning rate at a step, a function of the number of the step alone, so that a run that is resumed
/// goes on as before. It is immutable.
/// </summary>
public sealed record LearningRateSchedule
{
    private readonly Func<long, long, double> _factor;
    private readonly string _text;

    private LearningRateSchedule(Func<long, long, double> factor, string text, bool usesLength = false) =>
        (_factor, _text, UsesLength) = (factor, text, usesLength);

    /// <summary>The factor is 1 at every step.</summary>
    public static LearningRateSchedule Constant { get; } = new((_, _) => 1, "constant");

    /// <summary>Whether the factor depends on the length of the training.</summary>
    internal bool UsesLength { get; }

    /// <summary>factor^⌊step/every⌋.</summary>
    /// <param name="every">The number of steps between two changes, at least 1.</param>
    /// <param name="factor">The factor of a change, positive.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public static LearningRateSchedule Steps(int every, double factor)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(every, 1);
        RequirePositive(factor);
        return new(
            (step, _) => Math.Pow(factor, step / every),
            string.Create(CultureInfo.InvariantCulture, $"steps {every} {factor}"));
    }

    /// <summary>factor^step.</summary>
    /// <param name="factor">The factor of each step, positive.</param>
    /// <exception cref="ArgumentOutOfRangeException">The factor is not positive and finite.</exception>
    public static LearningRateSchedule Exponential(double factor)
    {
        RequirePositive(factor);
        return new(
            (step, _) => Math.Pow(factor, step),
            string.Create(CultureInfo.InvariantCulture, $"exponential {factor}"));
    }

    /// <summary>From 1 to a last factor along half a cosine: last + (1 − last) (1 + cos(π step/steps))/2.</summary>
    /// <param name="last">The factor at the end of training, at least 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">The factor is negative or not finite.</exception>
    public static LearningRateSchedule Cosine(double last = 0) => last >= 0 && double.IsFinite(last)
        ? new(
            (step, steps) => last + ((1 - last) * (1 + Math.Cos(Math.PI * step / steps)) / 2),
            string.Create(CultureInfo.InvariantCulture, $"cosine {last}"),
            usesLength: true)
        : throw new ArgumentOutOfRangeException(nameof(last), last, $"Expected a factor of at least 0, not {last}.");

    /// <summary>The same after a number of first steps, in which the factor grows linearly from 0.</summary>
    /// <param name="steps">The number of first steps, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number is below 1.</exception>
    public LearningRateSchedule WithWarmup(int steps)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        var factor = _factor;
        return new(
            (step, all) => factor(step, all) * Math.Min(1, (step + 1.0) / steps), $"{_text}, warmup {steps}",
            UsesLength);
    }

    /// <summary>The factor at a step.</summary>
    /// <param name="step">The number of the step, from 0.</param>
    /// <param name="steps">The number of all steps of the training.</param>
    public double Factor(long step, long steps) => _factor(step, steps);

    /// <summary>The schedule in words.</summary>
    public override string ToString() => _text;

    /// <inheritdoc/>
    public bool Equals(LearningRateSchedule? other) => other is not null && _text == other._text;

    /// <inheritdoc/>
    public override int GetHashCode() => _text.GetHashCode(StringComparison.Ordinal);

    private static void RequirePositive(double factor)
    {
        if (!(factor > 0 && double.IsFinite(factor)))
        {
            throw new ArgumentOutOfRangeException(
                nameof(factor), factor, $"Expected a positive factor, not {factor}.");
        }
    }
}
