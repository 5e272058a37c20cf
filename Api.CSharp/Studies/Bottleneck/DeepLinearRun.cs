using HadamardNtk.Core;
using MathNet.Numerics.LinearAlgebra;
using Microsoft.FSharp.Collections;

namespace HadamardNtk;

/// <summary>The gradient flow of a deep linear network with a bottleneck, until it has learned a linear map.</summary>
/// <param name="GLayers">L_g.</param>
/// <param name="Width">d.</param>
/// <param name="Norm">|β*|, the norm of the map.</param>
/// <param name="HasOneSample">Whether there is one training sample, and else one along each direction.</param>
/// <param name="Start">The number of the start, from 1.</param>
/// <param name="Acceleration">The rate along the map at the end over that without a bottleneck.</param>
/// <param name="Measured">The same by the fall of the residual; null unless there is one sample.</param>
/// <param name="Bound">2 √(c_f c_g) |β*|/c_∞.</param>
/// <param name="Drift">The greatest change of c_g UᵀU − c_f WWᵀ, relative to its parts at the end.</param>
internal sealed record DeepLinearRun(
    int GLayers, int Width, double Norm, bool HasOneSample, int Start, double Acceleration, double? Measured,
    double Bound, double Drift)
{
    private const int Features = 8;
    private const double Tolerance = 1e-9;
    private const int MaximumSteps = 200_000;
    private const int Times = 400;

    /// <summary>The flows of the study.</summary>
    internal static IReadOnlyList<DeepLinearRun> All(BottleneckStudyOptions options, CancellationToken cancellation) =>
    [
        .. from hasOne in new[] { true, false }
           from layers in options.Depths
           from width in options.Widths
           from norm in options.LabelScales
           from start in Enumerable.Range(1, options.LinearStarts)
           select Of(layers, width, norm, hasOne, start, options.Seed, cancellation),
    ];

    private static DeepLinearRun Of(
        int layers, int width, double norm, bool hasOne, int start, int seed, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var net = new DeepLinear(Features, width, 1, 2, layers, 1, 1, 1, 1);
        var direction = SphereTargets.points(seed + start + 2_000_003, 1, Features);
        var beta = Vector<double>.Build.Dense(Array.ConvertAll(direction, v => v * norm / Math.Sqrt(Features)));

        // One sample along the map, or all axes: XᵀX/n is 1 along the map in the second case, and p in the first.
        var x = hasOne
            ? Matrix<double>.Build.DenseOfRowArrays(direction)
            : Math.Sqrt(Features) * Matrix<double>.Build.DenseIdentity(Features);
        var y = (x * beta).ToColumnMatrix();
        var strength = hasOne ? Features : 1.0;
        var bound = 2 * Math.Sqrt(net.HeadCoefficient * net.FeatureCoefficient) * norm;
        var last = ((1 / bound) + (1 / net.InfiniteCoefficient)) * 25 / strength;
        double[] times = [.. Enumerable.Range(0, Times + 1).Select(k => last * k / Times)];
        var states = DeepLinearModule.flow(
            net, Core.Loss.Squared, Tolerance, MaximumSteps, x, y, ListModule.OfSeq(times),
            DeepLinearModule.start(net, seed + (7919 * start)));
        var one = Vector<double>.Build.Dense(1, 1.0);
        var end = states.Last();
        return new(
            layers, width, norm, hasOne, start, DeepLinearModule.rate(net, end, one, beta) / net.InfiniteCoefficient,
            hasOne ? Fall(states, x, y, times) / (strength * net.InfiniteCoefficient) : null,
            bound / net.InfiniteCoefficient, DriftOf(net, states));
    }

    // The slope of the residual's logarithm between a thousandth and a millionth of the target.
    private static double? Fall(
        FSharpList<DeepLinearModule.State> states, Matrix<double> x, Matrix<double> y, double[] times)
    {
        double[] residuals =
            [.. states.Select(state => (DeepLinearModule.outputs(state, x) - y).FrobeniusNorm() / y.FrobeniusNorm())];
        var from = Array.FindIndex(residuals, r => r < 1e-3);
        var to = Array.FindIndex(residuals, r => r < 1e-6) - 1;
        return from >= 0 && to > from
            ? Math.Log(residuals[from] / residuals[to]) / (times[to] - times[from])
            : null;
    }

    private static double DriftOf(DeepLinear net, FSharpList<DeepLinearModule.State> states)
    {
        var start = DeepLinearModule.conserved(net, states.Head);
        var end = states.Last();
        var size = (net.FeatureCoefficient * end.U.TransposeThisAndMultiply(end.U)).FrobeniusNorm()
            + (net.HeadCoefficient * end.W.TransposeAndMultiply(end.W)).FrobeniusNorm();
        return states.Max(state => (DeepLinearModule.conserved(net, state) - start).FrobeniusNorm()) / size;
    }
}
