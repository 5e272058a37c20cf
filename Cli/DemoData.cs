namespace HadamardNtk.Cli;

/// <summary>The built-in data of the demo: unit vectors at given angles, and a cubic polynomial.</summary>
internal static class DemoData
{
    /// <summary>The number of test points of which one is shown.</summary>
    internal const int ShownEvery = 10;

    /// <summary>Training points lie in [−Reach, Reach].</summary>
    internal const double Reach = 2.5;

    internal static int[] Degrees { get; } = [0, 30, 60, 90, 120, 180];

    /// <summary>Unit vectors at the angles, the first at 0.</summary>
    internal static Matrix Circle { get; } = new(
        Degrees.Select(a => new[] { Math.Cos(a * Math.PI / 180), Math.Sin(a * Math.PI / 180) }));

    /// <summary>51 points on [−2.5, 2.5].</summary>
    internal static Matrix Training { get; } = Line(-Reach, Reach, 51);

    /// <summary>101 points on [−5, 5].</summary>
    internal static Matrix Test { get; } = Line(-2 * Reach, 2 * Reach, 101);

    /// <summary>y = x³ + x² − 5x + 5.</summary>
    internal static Matrix Target(Matrix x) =>
        Matrix.Wrap(Array.ConvertAll(x.Column(0), t => (((t + 1) * t - 5) * t) + 5), x.Rows, 1);

    /// <summary>100 median |error|/|y| over the test points inside or outside the training range.</summary>
    internal static double Error(Matrix predicted, bool inside)
    {
        var truth = Target(Test);
        var errors = Enumerable.Range(0, Test.Rows)
            .Where(i => Math.Abs(Test[i, 0]) <= Reach == inside)
            .Select(i => 100 * Math.Abs(predicted[i, 0] - truth[i, 0]) / Math.Abs(truth[i, 0]))
            .Order()
            .ToArray();
        return errors[errors.Length / 2];
    }

    private static Matrix Line(double from, double to, int count) =>
        Matrix.Wrap([.. Enumerable.Range(0, count).Select(i => from + (to - from) * i / (count - 1))], count, 1);
}
