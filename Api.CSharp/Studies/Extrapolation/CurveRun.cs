using HadamardNtk.Core;

namespace HadamardNtk;

/// <summary>The regression of a kernel on a curve.</summary>
/// <param name="Name">The name of the kernel.</param>
/// <param name="HasBias">Whether its network has biases; null for kernels of no network.</param>
/// <param name="Curve">The curve.</param>
/// <param name="Points">The points.</param>
/// <param name="Mean">The prediction at the points.</param>
/// <param name="Deviation">Its posterior standard deviation.</param>
/// <param name="ErrorInside">100 median |error|/|y| within the training range.</param>
/// <param name="ErrorOutside">The same beyond it.</param>
internal sealed record CurveRun(
    string Name, bool? HasBias, Curve Curve, double[] Points, double[] Mean, double[] Deviation, double ErrorInside,
    double ErrorOutside)
{
    internal static CurveRun Of(
        string name, bool? hasBias, IKernel<Matrix> kernel, Curve curve, ExtrapolationOptions options,
        CancellationToken cancellation)
    {
        var n = options.CurveSamples;
        double[] x = [.. Enumerable.Range(0, n).Select(i => curve.Inside * (2.0 * i / (n - 1) - 1))];
        var model = KernelRegression.Fit(
            kernel, Matrix.Wrap(x, n, 1), Matrix.Wrap([.. x.Select(curve.Target)], n, 1),
            new() { Ridge = Ridge.Relative(1e-8) }, cancellation);
        var points = curve.Points(n);
        var prediction = model.Predict(
            Matrix.Wrap([.. points], points.Length, 1), Uncertainty.Deviation, cancellation: cancellation);
        var mean = prediction.Mean.AsSpan().ToArray();
        double Error(bool inside)
        {
            int[] places =
            [
                .. Enumerable.Range(0, points.Length).Where(i => Math.Abs(points[i]) <= curve.Inside == inside),
            ];
            return Extrapolation.percentError(
                [.. places.Select(i => curve.Target(points[i]))], [.. places.Select(i => mean[i])]);
        }

        return new(name, hasBias, curve, points, mean, prediction.Deviation!, Error(true), Error(false));
    }
}
