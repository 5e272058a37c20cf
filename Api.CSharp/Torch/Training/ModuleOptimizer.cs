using System.Globalization;
using TorchSharp;
using TorchSharp.Modules;

namespace HadamardNtk;

/// <summary>
/// An optimizer of TorchSharp (<c>torch.optim</c>) and its numbers. It is immutable, and printed as it is given to the
/// command line.
/// </summary>
public abstract record ModuleOptimizer
{
    private protected ModuleOptimizer(double rate) => LearningRate = rate > 0 && double.IsFinite(rate)
        ? rate
        : throw new ArgumentOutOfRangeException(nameof(rate), rate, $"Expected a positive learning rate, not {rate}.");

    /// <summary>η, the learning rate before the schedule.</summary>
    public double LearningRate { get; }

    /// <summary>
    /// Gradient descent: v ← β v + g + λ θ, θ ← θ − η v, or θ ← θ − η (g + λ θ + β v) by Nesterov.
    /// </summary>
    /// <param name="rate">η.</param>
    /// <param name="momentum">β, from 0 to below 1, of either kind.</param>
    /// <param name="weightDecay">λ, at least 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public static ModuleOptimizer Sgd(double rate, Momentum momentum = default, double weightDecay = 0) =>
        new SgdOptimizer(rate, momentum, AtLeastZero(weightDecay, nameof(weightDecay)));

    /// <summary>Adam (Kingma and Ba, 2015), with weight decay added to the gradient.</summary>
    /// <param name="rate">η.</param>
    /// <param name="beta1">The part of the mean of gradients that a step keeps, from 0 to below 1.</param>
    /// <param name="beta2">The part of the mean of their squares that a step keeps, from 0 to below 1.</param>
    /// <param name="epsilon">The number added to the root of that mean, positive.</param>
    /// <param name="weightDecay">λ, at least 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public static ModuleOptimizer Adam(
        double rate = 1e-3,
        double beta1 = 0.9,
        double beta2 = 0.999,
        double epsilon = 1e-8,
        double weightDecay = 0) => new AdamOptimizer(
            rate, Part(beta1, nameof(beta1)), Part(beta2, nameof(beta2)), Positive(epsilon),
            AtLeastZero(weightDecay, nameof(weightDecay)), false);

    /// <summary>Adam with weight decay apart from the gradient (Loshchilov and Hutter, 2019).</summary>
    /// <inheritdoc cref="Adam"/>
    public static ModuleOptimizer AdamW(
        double rate = 1e-3,
        double beta1 = 0.9,
        double beta2 = 0.999,
        double epsilon = 1e-8,
        double weightDecay = 1e-2) => new AdamOptimizer(
            rate, Part(beta1, nameof(beta1)), Part(beta2, nameof(beta2)), Positive(epsilon),
            AtLeastZero(weightDecay, nameof(weightDecay)), true);

    /// <summary>The optimizer of some parameters.</summary>
    internal abstract OptimizerHelper Of(IEnumerable<Parameter> parameters);

    private protected static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static double Part(double beta, string name) => beta is >= 0 and < 1
        ? beta
        : throw new ArgumentOutOfRangeException(name, beta, $"Expected {name} from 0 to below 1, not {beta}.");

    private static double AtLeastZero(double value, string name) => value >= 0 && double.IsFinite(value)
        ? value
        : throw new ArgumentOutOfRangeException(name, value, $"Expected a number of at least 0, not {value}.");

    private static double Positive(double epsilon) => epsilon > 0 && double.IsFinite(epsilon)
        ? epsilon
        : throw new ArgumentOutOfRangeException(
            nameof(epsilon), epsilon, $"Expected a positive number, not {epsilon}.");

    private sealed record SgdOptimizer(double Rate, Momentum Momentum, double Decay) : ModuleOptimizer(Rate)
    {
        internal override OptimizerHelper Of(IEnumerable<Parameter> parameters) => torch.optim.SGD(
            parameters, Rate, Momentum.Beta, dampening: 0, weight_decay: Decay,
            nesterov: Momentum is { IsNesterov: true, Beta: > 0 });

        public override string ToString() => Text($"sgd, rate {Rate}, momentum {Momentum}, decay {Decay}");
    }

    private sealed record AdamOptimizer(
        double Rate, double Beta1, double Beta2, double Epsilon, double Decay, bool IsApart) : ModuleOptimizer(Rate)
    {
        internal override OptimizerHelper Of(IEnumerable<Parameter> parameters) => IsApart
            ? torch.optim.AdamW(parameters, Rate, Beta1, Beta2, Epsilon, Decay)
            : torch.optim.Adam(parameters, Rate, Beta1, Beta2, Epsilon, Decay);

        public override string ToString() => Text(
            $"{(IsApart ? "adamw" : "adam")}, rate {Rate}, betas {Beta1} {Beta2}, epsilon {Epsilon}, decay {Decay}");
    }
}
