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
    internal SampleMean Speed => SampleMean.Of(Descents.Select(descent => Math.Log(descent.Acceleration)));

    /// <summary>|g_t − g_0|/|g_0| at the end.</summary>
    internal SampleMean Motion => SampleMean.Of(Descents.Select(descent => descent.Motion));

    /// <summary>The distance to the joined network.</summary>
    internal SampleMean Distance => SampleMean.Of(Descents.Select(descent => descent.Distance));

    /// <summary>The logarithm of the alignment at the end over that at the start.</summary>
    internal SampleMean Gain => SampleMean.Of(Descents.Select(descent =>
        Math.Log(descent.Alignment.Values[^1] / descent.Alignment.Values[0])));

    /// <summary>The alignment after some steps; a training that has ended keeps its last one.</summary>
    internal SampleMean AlignmentAt(double step) => SampleMean.Of(Descents.Select(descent =>
        descent.Alignment.Values[Math.Max(0, Array.FindLastIndex(descent.Alignment.Steps, s => s <= step))]));
}
