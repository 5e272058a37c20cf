namespace HadamardNtk;

/// <summary>All starts of one setting.</summary>
/// <param name="Setting">The setting.</param>
/// <param name="Started">The number of starts.</param>
/// <param name="Descents">The trainings that could be done, a start each.</param>
internal sealed record BottleneckGroup(
    BottleneckSetting Setting, int Started, IReadOnlyList<BottleneckDescent> Descents)
{
    /// <summary>The number of starts that learned the task.</summary>
    internal int Learned => Descents.Count(descent => descent.IsLearned);

    /// <summary>The logarithm of the acceleration.</summary>
    internal MeanOf Speed => MeanOf.All(Descents.Select(descent => Math.Log(descent.Acceleration)));

    /// <summary>|g_t − g_0|/|g_0| at the end.</summary>
    internal MeanOf Motion => MeanOf.All(Descents.Select(descent => descent.Motion));

    /// <summary>The distance to the joined network.</summary>
    internal MeanOf Distance => MeanOf.All(Descents.Select(descent => descent.Distance));

    /// <summary>The logarithm of the alignment at the end over that at the start.</summary>
    internal MeanOf Gain => MeanOf.All(Descents.Select(descent =>
        Math.Log(descent.Alignment.Values[^1] / descent.Alignment.Values[0])));

    /// <summary>The alignment after some steps; a training that has ended keeps its last one.</summary>
    internal MeanOf AlignmentAt(double step) => MeanOf.All(Descents.Select(descent =>
        descent.Alignment.Values[Math.Max(0, Array.FindLastIndex(descent.Alignment.Steps, s => s <= step))]));
}

/// <summary>A mean with its spread.</summary>
/// <param name="Mean">The mean.</param>
/// <param name="Deviation">The standard deviation of one value.</param>
/// <param name="Count">The number of values.</param>
internal readonly record struct MeanOf(double Mean, double Deviation, int Count)
{
    /// <summary>The standard error of the mean.</summary>
    internal double Error => Deviation / Math.Sqrt(Count);

    internal static MeanOf All(IEnumerable<double> values)
    {
        double[] all = [.. values];
        if (all.Length == 0)
        {
            return new(double.NaN, double.NaN, 0);
        }

        var mean = all.Average();
        return new(mean, Math.Sqrt(all.Sum(v => (v - mean) * (v - mean)) / Math.Max(1, all.Length - 1)), all.Length);
    }
}
