using static HadamardNtk.StudyNumbers;

namespace HadamardNtk;

/// <summary>The claims of <see cref="BottleneckStudy"/>, each with what was measured.</summary>
internal static class BottleneckClaims
{
    internal static IEnumerable<StudyClaim> Of(
        BottleneckStudyOptions options, IReadOnlyList<BottleneckTaskRuns> runs, IReadOnlyList<DeepLinearRun> linear,
        IReadOnlyList<FiniteGapRun> finite)
    {
        foreach (var task in runs)
        {
            var on = task.Task.Title;
            yield return Faster(on, task.Widths(options.LabelScales[^1]));
            yield return Narrower(on, task.Widths(options.LabelScales[^1]));
            yield return Larger(on, task.Narrowest);
            yield return Slower(on, task.Narrowest[0]);
            yield return Depths(on, task, options);
            yield return Falls(
                on, "The wider the bottleneck is, the less the features g move.", "no published value",
                options, task, group => group.Motion);
            yield return Falls(
                on, "The wider the bottleneck is, the nearer the predictions stay to those of the network without it.",
                BottleneckStudy.Source, options, task, group => group.Distance);
            yield return Aligns(on, task, options);
            yield return AlignsMore(on, task, options);
            foreach (var plane in task.Planes(options.MiddleScale).Where(group => group.Descents.Count > 1))
            {
                yield return Separates(on, task.Task, plane);
            }
        }

        yield return Bound(linear);
        yield return Measured(linear);
        if (finite.Count > 0)
        {
            yield return Finite(finite);
        }
    }

    /// <summary>A geometric mean with the factor of its spread, as in 8.1 ×/÷ 1.4.</summary>
    internal static string Factor(SampleMean logarithm) =>
        Text(Math.Exp(logarithm.Mean))
        + (double.IsNaN(logarithm.Deviation) ? "" : $" ×/÷ {Text(Math.Exp(logarithm.Deviation))}");

    private static StudyClaim Faster(string on, BottleneckGroup[] widths) => new(
        $"On {on}: a network with a bottleneck learns large targets in fewer steps than the one without it.",
        BottleneckStudy.Source,
        $"acceleration at label scale {Text(widths[0].Setting.Scale)} by starts: {Speeds(widths)}; of its logarithm "
        + MeanTest.Rule(widths[0].Started),
        Judge(widths, MeanTest.Above(widths.Select(group => group.Speed))));

    private static StudyClaim Narrower(string on, BottleneckGroup[] widths) => new(
        $"On {on}: the narrower the bottleneck is, the greater the acceleration.",
        BottleneckStudy.Source,
        $"acceleration at label scale {Text(widths[0].Setting.Scale)} by starts: {Speeds(widths)}",
        widths.Length < 2
            ? ClaimVerdict.Reported
            : Judge(widths, Order(widths.Select(group => group.Speed))));

    private static StudyClaim Larger(string on, BottleneckGroup[] scales) => new(
        $"On {on}: the acceleration grows with the size of the targets.",
        "the bound of deep linear networks in " + BottleneckStudy.Source,
        $"acceleration at {scales[0].Setting.Name}: " + string.Join(
            ", ", scales.Select(group => $"label scale {Text(group.Setting.Scale)}: {Factor(group.Speed)}")),
        scales.Length < 2
            ? ClaimVerdict.Reported
            : Judge(scales, Order(scales.Reverse().Select(group => group.Speed))));

    private static StudyClaim Slower(string on, BottleneckGroup group) => new(
        $"On {on}: where targets are as large as the outputs at the start, a narrow bottleneck slows training down.",
        "no published value",
        $"acceleration at {group.Setting.Name} and label scale {Text(group.Setting.Scale)}: {Factor(group.Speed)}, "
        + $"learned from {group.Learned} of {group.Started} starts in all steps; of its logarithm "
        + MeanTest.Rule(group.Started),
        group.Setting.Scale != 1 || group.Descents.Count < group.Started
            ? ClaimVerdict.Reported
            : Slowed(group));

    // Of a start that has not learned its task only an upper bound of the acceleration is known, which cannot
    // contradict.
    private static ClaimVerdict Slowed(BottleneckGroup group) =>
        MeanTest.Of(group.Speed).Opposite.Verdict is var verdict && verdict == ClaimVerdict.NotFound
            && group.Learned < group.Started
            ? ClaimVerdict.Reported
            : verdict;

    private static StudyClaim Depths(string on, BottleneckTaskRuns task, BottleneckStudyOptions options) => new(
        $"On {on}: the acceleration depends on the depth of g.",
        "no published value",
        $"acceleration at d = 2 and label scale {Text(options.MiddleScale)}: " + string.Join(
            ", ",
            task.Groups.Where(group =>
                group.Setting is { Width: 2, Head: "relu" } && group.Setting.Scale == options.MiddleScale)
                .OrderBy(group => group.Setting.Depth)
                .Select(group => $"{group.Setting.Depth} hidden: {Factor(group.Speed)}")),
        ClaimVerdict.Reported);

    private static StudyClaim Falls(
        string on, string statement, string source, BottleneckStudyOptions options, BottleneckTaskRuns task,
        Func<BottleneckGroup, SampleMean> value)
    {
        BottleneckGroup[][] scales = [.. options.LabelScales.Select(scale => task.Widths(scale))];
        return new(
            $"On {on}: {char.ToLowerInvariant(statement[0])}{statement[1..]}",
            source,
            "mean ± deviation over starts: " + string.Join("; ", scales.Select(widths =>
                $"label scale {Text(widths[0].Setting.Scale)}: " + string.Join(", ", widths.Select(group =>
                    $"{group.Setting.Name}: {Text(value(group).Mean)} ± {Text(value(group).Deviation)}")))),
            scales[0].Length < 2
                ? ClaimVerdict.Reported
                : Judge(
                    [.. scales.SelectMany(widths => widths)],
                    [.. scales.Select(widths => Order(widths.Select(value)))]));
    }

    private static StudyClaim Aligns(string on, BottleneckTaskRuns task, BottleneckStudyOptions options)
    {
        var group = task.Narrowest.Single(group => group.Setting.Scale == options.MiddleScale);
        return new(
            $"On {on}: training turns the kernel of a network with a narrow bottleneck towards the target.",
            BottleneckStudy.Source,
            $"alignment yᵀΘy/(|Θ| yᵀy) at the end over the start, {group.Setting.Name}, label scale "
            + $"{Text(group.Setting.Scale)}: {Factor(group.Gain)}; of its logarithm {MeanTest.Rule(group.Started)}",
            Judge([group], MeanTest.Above([group.Gain])));
    }

    private static StudyClaim AlignsMore(string on, BottleneckTaskRuns task, BottleneckStudyOptions options)
    {
        var (widths, scales) = (task.Widths(options.LabelScales[^1]), task.Narrowest);
        return new(
            $"On {on}: the kernel turns the more, the narrower the bottleneck and the larger the targets are.",
            BottleneckStudy.Source,
            $"alignment at the end over the start at label scale {Text(widths[0].Setting.Scale)}: "
            + string.Join(", ", widths.Select(group => $"{group.Setting.Name}: {Factor(group.Gain)}"))
            + $"; at {scales[0].Setting.Name}: "
            + string.Join(", ", scales.Select(g => $"label scale {Text(g.Setting.Scale)}: {Factor(g.Gain)}")),
            widths.Length < 2 || scales.Length < 2
                ? ClaimVerdict.Reported
                : Judge(
                    [.. widths, .. scales],
                    Order(widths.Select(group => group.Gain)), Order(scales.Reverse().Select(group => group.Gain))));
    }

    private static StudyClaim Separates(string on, BottleneckTask task, BottleneckGroup group)
    {
        double Part(EmbeddingSnapshot snapshot) =>
            NeighborSeparation.Of(snapshot.Embeddings, task.Y.Data, task.TestY.Data);
        var start = SampleMean.Of(group.Descents.Select(descent => Part(descent.Snapshots[0])));
        var end = SampleMean.Of(group.Descents.Select(descent => Part(descent.Snapshots[^1])));
        var gain = SampleMean.Of(group.Descents.Select(descent =>
            Part(descent.Snapshots[^1]) - Part(descent.Snapshots[0])));
        return new(
            $"On {on}: embeddings in the plane before a head of {group.Setting.Head} come to separate the signs of the "
            + "target.",
            BottleneckStudy.Source,
            $"test samples whose {NeighborSeparation.Neighbors} nearest training samples in the plane have their sign "
            + $"for the most part, label scale {Text(group.Setting.Scale)}: {Text(start.Mean)} ± "
            + $"{Text(start.Deviation)} at the start, {Text(end.Mean)} ± {Text(end.Deviation)} at the end, gain "
            + $"{Text(gain.Mean)} ± {Text(gain.Error)}; {MeanTest.Rule(group.Started)}",
            Judge([group], MeanTest.Above([gain])));
    }

    private static StudyClaim Bound(IReadOnlyList<DeepLinearRun> linear)
    {
        double[] ratios = [.. linear.Select(run => run.Acceleration / run.Bound)];
        return new(
            "In a deep linear network with a bottleneck the acceleration at the end is at least 2 √(c_f c_g) |β*|/c_∞.",
            BottleneckStudy.Source,
            $"acceleration over the bound from {Text(ratios.Min())} to {Text(ratios.Max())} in {ratios.Length} flows, "
            + $"accelerations from {Text(linear.Min(run => run.Acceleration))} to "
            + $"{Text(linear.Max(run => run.Acceleration))}; the conserved quantity drifts by at most "
            + Text(linear.Max(run => run.Drift)),
            Verdict(ratios.Min() > 1 - 1e-6));
    }

    private static StudyClaim Measured(IReadOnlyList<DeepLinearRun> linear)
    {
        double[] deviations =
        [
            .. linear.Where(run => run.Measured is not null)
                .Select(run => Math.Abs((run.Measured!.Value / run.Acceleration) - 1)),
        ];
        return new(
            "The residual of one sample falls at that rate in the end.",
            "the tangent kernel, docs/mathematics.md, section 14",
            $"greatest relative deviation of the fall from the kernel's rate in {deviations.Length} flows: "
            + (deviations.Length == 0 ? "none was long enough" : Text(deviations.Max())),
            deviations.Length == 0 ? ClaimVerdict.Reported : Verdict(deviations.Max() < 0.01));
    }

    private static StudyClaim Finite(IReadOnlyList<FiniteGapRun> finite)
    {
        SampleMean[] gaps = [.. finite.Select(run => SampleMean.Of(run.Gaps))];
        return new(
            "Networks of finite width with a bottleneck tend to the simulation in function space as the width grows.",
            BottleneckStudy.Source,
            $"gap over the way of the outputs after all steps, mean ± standard error over {gaps[0].Count} starts: "
            + string.Join(
                ", ",
                finite.Zip(gaps, (run, gap) => $"m = {run.Width} {Text(gap.Mean)} ± {Text(gap.Error)}")),
            gaps.Length < 2 ? ClaimVerdict.Reported : Order(gaps));
    }

    private static string Speeds(BottleneckGroup[] groups) =>
        string.Join(", ", groups.Select(group => $"{group.Setting.Name}: {Factor(group.Speed)}"));

    /// <summary>
    /// Whether means fall in their order: found if each is below the one before and the last is below the first by more
    /// than chance, not found if one is above the one before by more than chance, and else reported.
    /// </summary>
    internal static ClaimVerdict Order(IEnumerable<SampleMean> values)
    {
        SampleMean[] all = [.. values];
        var steps = all.Zip(all.Skip(1), MeanTest.Between).ToArray();
        if (Array.Exists(steps, step => step.Verdict == ClaimVerdict.NotFound))
        {
            return ClaimVerdict.NotFound;
        }

        return Array.TrueForAll(steps, step => step.Value > 0)
            && MeanTest.Between(all[0], all[^1]).Verdict == ClaimVerdict.Found
            ? ClaimVerdict.Found
            : ClaimVerdict.Reported;
    }

    // Where a start has not learned the task, only a bound of its acceleration is known.
    private static ClaimVerdict Judge(BottleneckGroup[] groups, params ClaimVerdict[] verdicts) =>
        groups.Any(group => group.Learned < group.Started) ? ClaimVerdict.Reported : MeanTest.All(verdicts);
}
