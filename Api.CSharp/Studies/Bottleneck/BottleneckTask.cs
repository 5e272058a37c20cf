using HadamardNtk.Core;

namespace HadamardNtk;

/// <summary>Samples with |x|² = p and targets, for training and for testing.</summary>
/// <param name="Name">The name of the task in files.</param>
/// <param name="Title">The name of the task for readers.</param>
/// <param name="X">The training samples, n × p.</param>
/// <param name="Y">Their targets of unit mean square, n × 1.</param>
/// <param name="TestX">The test samples.</param>
/// <param name="TestY">Their targets.</param>
internal sealed record BottleneckTask(string Name, string Title, Matrix X, Matrix Y, Matrix TestX, Matrix TestY)
{
    /// <summary>The tasks of the study: the sphere, and two classes of samples if there are any.</summary>
    internal static IReadOnlyList<BottleneckTask> All(BottleneckStudyOptions options) =>
        options.Data is null ? [Sphere(options)] : [Sphere(options), Pair(options)];

    /// <summary>Points of the sphere; the target is a sum of one harmonic of each degree, all of one size.</summary>
    internal static BottleneckTask Sphere(BottleneckStudyOptions options)
    {
        var (n, p) = (options.Samples, options.Dimension);
        var count = n + options.TestSamples;
        var points = SphereTargets.points(options.Seed, count, p);
        var poles = SphereTargets.points(options.Seed + 1_000_003, options.Degrees.Count, p);
        var y = new double[count];
        for (var k = 0; k < options.Degrees.Count; k++)
        {
            var part = SphereTargets.harmonic(p, options.Degrees[k], poles[(k * p)..((k + 1) * p)], points);
            RowArithmetic.Add(1 / Size(part[..n]), part, y);
        }

        var size = Size(y[..n]);
        y = Array.ConvertAll(y, v => v / size);
        return Of("sphere", "sphere", Matrix.Wrap(points, count, p), y, n);
    }

    /// <summary>Two classes of given samples with the targets −1 and 1.</summary>
    internal static BottleneckTask Pair(BottleneckStudyOptions options)
    {
        var labels = options.Labels!;
        long[] known = [.. labels.Distinct().Order().Take(2)];
        StudyOptions.Require(known.Length == 2, "samples of at least two classes, came one");
        var (first, second) = options.Classes ?? (known[0], known[1]);
        var (n, tests) = (options.DataSamples, options.DataTestSamples);
        foreach (var named in new[] { first, second })
        {
            StudyOptions.Require(labels.Contains(named), $"two classes of the labels, came {named}, which none has");
        }

        int[] places =
        [
            .. Enumerable.Range(0, labels.Count).Where(i => labels[i] == first || labels[i] == second).Take(n + tests),
        ];
        StudyOptions.Require(
            places.Length == n + tests,
            $"{n + tests} samples of the classes {first} and {second}, came {places.Length}; give more samples");
        double[] y = [.. places.Select(i => labels[i] == first ? -1.0 : 1.0)];
        StudyOptions.Require(
            y[..n].Distinct().Count() == 2, $"both classes, {first} and {second}, among the first {n} samples");
        var x = Scaled(MatrixProducts.Rows(options.Data!, places), n);
        return Of("classes", $"{options.DataName}, {first} and {second}", x, y, n);
    }

    /// <summary>The first rows less their mean, and all rows scaled to |x|² = p.</summary>
    private static Matrix Scaled(Matrix x, int n)
    {
        var p = x.Columns;
        var mean = new double[p];
        for (var i = 0; i < n; i++)
        {
            RowArithmetic.Add(1.0 / n, x.Row(i), mean);
        }

        var scaled = (double[])x.Data.Clone();
        for (var i = 0; i < x.Rows; i++)
        {
            var row = scaled.AsSpan(i * p, p);
            RowArithmetic.Add(-1, mean, row);
            var size = Math.Sqrt(RowProducts.Dot(row, row) / p);
            StudyOptions.Require(
                size > 0, "samples that differ from their mean, as they are scaled to one norm; one is equal to it");
            foreach (ref var value in row)
            {
                value /= size;
            }
        }

        return Matrix.Wrap(scaled, x.Rows, p);
    }

    private static double Size(double[] values) => Math.Sqrt(RowProducts.Dot(values, values) / values.Length);

    private static BottleneckTask Of(string name, string title, Matrix x, double[] y, int n) => new(
        name, title, x.SelectRows(0, n), Matrix.Wrap(y[..n], n, 1), x.SelectRows(n, x.Rows - n),
        Matrix.Wrap(y[n..], y.Length - n, 1));
}
