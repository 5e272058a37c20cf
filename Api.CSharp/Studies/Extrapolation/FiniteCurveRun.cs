using HadamardNtk.Core;

namespace HadamardNtk;

/// <summary>A network of finite width trained on a curve, beside its limit after the same steps.</summary>
/// <param name="Name">The name of the network.</param>
/// <param name="Curve">The curve.</param>
/// <param name="Width">The width m.</param>
/// <param name="Scatter">|Θ_m − Θ|/|Θ| at the start.</param>
/// <param name="Points">The points.</param>
/// <param name="Finite">f − f_0 of the trained network at the points; empty if its kernel scatters too much.</param>
/// <param name="Limit">The mean of the infinitely wide networks there.</param>
internal sealed record FiniteCurveRun(
    string Name, Curve Curve, int Width, double Scatter, double[] Points, double[] Finite, double[] Limit)
{
    internal static FiniteCurveRun Of(
        string name, Network network, Curve curve, int width, IFiniteTraining training, ExtrapolationOptions options,
        CancellationToken cancellation)
    {
        var n = options.CurveSamples;
        var x = Matrix.Wrap([.. Enumerable.Range(0, n).Select(i => curve.Inside * ((2.0 * i / (n - 1)) - 1))], n, 1);
        var y = Matrix.Wrap(Array.ConvertAll(x.Data, v => curve.Target(v)), n, 1);
        var points = curve.Points(n);
        var asked = Matrix.Wrap(points, points.Length, 1);
        var scatter = FiniteScatter.Of(training, network, width, options.Seed, x, cancellation);
        var dynamics = TrainingDynamics.Create(network.Ntk(), x, y, cancellation: cancellation);
        var rate = dynamics.MaximumRate() / 2;
        var limit = dynamics.At(asked, cancellation).Mean(Training.Descent(rate, options.FiniteSteps)).Data;
        var finite = scatter > FiniteScatter.Most ? [] : training.Train(
            new(network, width, options.Seed, x, y, rate, [options.FiniteSteps], asked),
            cancellation)[0].Data;
        return new(name, curve, width, scatter, points, finite, limit);
    }

    /// <summary>100 median |error|/|y| of values at the points within the training range, or beyond it.</summary>
    internal double? Error(double[] values, bool inside)
    {
        int[] places = [.. Enumerable.Range(0, values.Length).Where(i => IsInside(i) == inside)];
        return places.Length == 0 ? null : Extrapolation.percentError(
            [.. places.Select(i => Curve.Target(Points[i]))], [.. places.Select(i => values[i])]);
    }

    /// <summary>
    /// The median over the points beyond the training range of |f_m − f|, relative to the greatest |f| there. Of an
    /// even number of points it is the mean of the two middle values.
    /// </summary>
    internal double Gap
    {
        get
        {
            int[] places = [.. Enumerable.Range(0, Finite.Length).Where(i => !IsInside(i))];
            double[] gaps = [.. places.Select(i => Math.Abs(Finite[i] - Limit[i])).Order()];
            return (gaps[(gaps.Length - 1) / 2] + gaps[gaps.Length / 2]) / 2 / places.Max(i => Math.Abs(Limit[i]));
        }
    }

    private bool IsInside(int i) => Math.Abs(Points[i]) <= Curve.Inside;
}
