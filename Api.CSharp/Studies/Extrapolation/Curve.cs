namespace HadamardNtk;

/// <summary>A target of one variable, learned on an interval and asked beyond it.</summary>
/// <param name="Name">The name for files.</param>
/// <param name="Title">The formula.</param>
/// <param name="Target">The function.</param>
/// <param name="Inside">Training points lie in [−Inside, Inside].</param>
/// <param name="Outside">The function is asked on [−Outside, Outside].</param>
internal sealed record Curve(string Name, string Title, Func<double, double> Target, double Inside, double Outside)
{
    internal static IReadOnlyList<Curve> All { get; } =
    [
        new("cosine", "y = cos 2x", x => Math.Cos(2 * x), 0.75 * Math.PI, 1.5 * Math.PI),
        new("cubic", "y = x³ + x² − 5x + 5", x => ((x + 1) * x - 5) * x + 5, 2.5, 5),
    ];

    /// <summary>
    /// The points at which predictions are asked: the middles between training points, and points as dense beyond them.
    /// </summary>
    internal double[] Points(int samples)
    {
        var step = 2 * Inside / (samples - 1);
        var half = (int)(Outside / step);
        return [.. Enumerable.Range(-half, 2 * half).Select(i => (i + 0.5) * step)];
    }
}
