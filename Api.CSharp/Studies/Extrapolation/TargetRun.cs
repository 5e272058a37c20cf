namespace HadamardNtk;

/// <summary>A linear target that is learned from the points ±e_i, and a quadratic one from a ball.</summary>
/// <param name="Name">The name of the network.</param>
/// <param name="Error">The greatest error at vectors of norm 3 over the greatest value of the target.</param>
internal sealed record TargetRun(string Name, double Error)
{
    /// <summary>Learns w·x from ±e_1, ..., ±e_d with ridge 0, and asks at random vectors of norm 3.</summary>
    internal static TargetRun Linear(StudyNetwork network, ExtrapolationOptions options, CancellationToken cancellation)
    {
        var d = options.Dimension;
        var draws = Core.Draws.normals(options.Seed + 17, d + 100 * d);
        var w = draws[..d];
        var x = new double[2 * d * d];
        var y = new double[2 * d];
        for (var i = 0; i < d; i++)
        {
            (x[2 * i * d + i], x[(2 * i + 1) * d + i]) = (1, -1);
            (y[2 * i], y[2 * i + 1]) = (w[i], -w[i]);
        }

        var model = KernelRegression.Fit(
            network.Network.Ntk(), Matrix.Wrap(x, 2 * d, d), Matrix.Wrap(y, 2 * d, 1),
            new() { Ridge = Ridge.Absolute(0) }, cancellation);
        var points = draws[d..];
        RowNorms.Set(points, d, 3);

        return new(network.Name, Greatest(model, points, d, row => RowProducts.Dot(row, w), cancellation));
    }

    /// <summary>
    /// Learns x·A x with random A from points of the unit ball, and asks at random vectors of norm 3.
    /// </summary>
    internal static TargetRun Quadratic(
        StudyNetwork network, ExtrapolationOptions options, CancellationToken cancellation)
    {
        var d = options.Dimension;
        var n = options.Samples;
        var draws = Core.Draws.normals(options.Seed + 31, d * d + (n + 100) * d);
        var a = draws[..(d * d)];
        var (x, points) = (draws[(d * d)..((n + d) * d)], draws[((n + d) * d)..]);
        RowNorms.Spread(x, d);
        RowNorms.Set(points, d, 3);

        double Form(ReadOnlySpan<double> row)
        {
            var sum = 0.0;
            for (var i = 0; i < d; i++)
            {
                sum += row[i] * RowProducts.Dot(a.AsSpan(i * d, d), row);
            }

            return sum;
        }

        double[] y = [.. Enumerable.Range(0, n).Select(i => Form(x.AsSpan(i * d, d)))];
        var model = KernelRegression.Fit(
            network.Network.Ntk(), Matrix.Wrap(x, n, d), Matrix.Wrap(y, n, 1), new() { Ridge = Ridge.Relative(1e-8) },
            cancellation);
        return new(network.Name, Greatest(model, points, d, Form, cancellation));
    }

    private delegate double Target(ReadOnlySpan<double> row);

    private static double Greatest(
        KernelRegression model, double[] points, int d, Target target, CancellationToken cancellation)
    {
        var count = points.Length / d;
        var mean = model.Predict(Matrix.Wrap(points, count, d), cancellation: cancellation).Mean;
        double[] truth = [.. Enumerable.Range(0, count).Select(i => target(points.AsSpan(i * d, d)))];
        return truth.Select((y, i) => Math.Abs(mean[i, 0] - y)).Max() / truth.Max(Math.Abs);
    }
}
