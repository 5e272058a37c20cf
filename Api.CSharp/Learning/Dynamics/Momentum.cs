using System.Globalization;

namespace HadamardNtk;

/// <summary>The momentum of gradient descent: the part of the last step that a step keeps.</summary>
public readonly record struct Momentum
{
    private readonly Method _method;

    private Momentum(Method method, double beta) => (_method, Beta) = (method, beta);

    private enum Method
    {
        None,
        HeavyBall,
        Nesterov,
    }

    /// <summary>No momentum: plain gradient descent.</summary>
    public static Momentum None => default;

    /// <summary>β, the part of the last step that is kept; 0 for none.</summary>
    public double Beta { get; }

    /// <summary>Whether it is Nesterov's.</summary>
    internal bool IsNesterov => _method == Method.Nesterov;

    internal Core.Momentum Meaning => _method switch
    {
        Method.HeavyBall => Core.Momentum.NewHeavyBall(Beta),
        Method.Nesterov => Core.Momentum.NewNesterov(Beta),
        _ => Core.Momentum.NoMomentum,
    };

    /// <summary>Each step adds β times the last step (Polyak's heavy ball).</summary>
    /// <param name="beta">β, from 0 to below 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">β is not from 0 to below 1.</exception>
    public static Momentum HeavyBall(double beta) => new(Method.HeavyBall, Checked(beta));

    /// <summary>
    /// Each step adds β times the last step and takes the gradient at the point this leads to (Nesterov).
    /// </summary>
    /// <param name="beta">β, from 0 to below 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">β is not from 0 to below 1.</exception>
    public static Momentum Nesterov(double beta) => new(Method.Nesterov, Checked(beta));

    /// <summary>The momentum in words, as in "none" or "heavy ball 0.9".</summary>
    public override string ToString() => _method switch
    {
        Method.None => "none",
        Method.HeavyBall => string.Create(CultureInfo.InvariantCulture, $"heavy ball {Beta}"),
        _ => string.Create(CultureInfo.InvariantCulture, $"Nesterov {Beta}"),
    };

    private static double Checked(double beta) => beta is >= 0 and < 1
        ? beta
        : throw new ArgumentOutOfRangeException(
            nameof(beta), beta, $"Expected a momentum from 0 to below 1, not {beta}.");
}
