namespace HadamardNtk;

/// <summary>All trainings of one task.</summary>
/// <param name="Task">The task.</param>
/// <param name="Groups">The settings with their starts.</param>
internal sealed record BottleneckTaskRuns(BottleneckTask Task, IReadOnlyList<BottleneckGroup> Groups)
{
    internal static BottleneckTaskRuns Of(
        BottleneckTask task, BottleneckStudyOptions options, Action<double> progress, CancellationToken cancellation)
    {
        var joined = new Dictionary<(int Depth, string Head), JoinedDescent>();
        List<BottleneckGroup> groups = [];
        var settings = BottleneckSetting.All(options);
        foreach (var setting in settings)
        {
            if (!joined.TryGetValue((setting.Depth, setting.Head), out var limit))
            {
                var whole = BottleneckNetwork.Of(setting.Network).Joined;
                limit = joined[(setting.Depth, setting.Head)] = new(whole.Ntk(), task.X, cancellation);
            }

            groups.Add(new(
                setting,
                options.Starts,
                [
                    .. Enumerable.Range(1, options.Starts)
                        .Select(start => BottleneckDescent.Of(task, setting, limit, start, options, cancellation))
                        .OfType<BottleneckDescent>(),
                ]));
            progress(groups.Count / (double)settings.Count);
        }

        return new(task, groups);
    }

    /// <summary>The groups of the main depth and head, all widths in order at one label scale.</summary>
    internal BottleneckGroup[] Widths(double scale, bool withErf = false) =>
    [
        .. Groups.Where(group =>
            group.Setting.Scale == scale && group.Setting.Depth == Groups[0].Setting.Depth
            && (group.Setting.Head == "relu" || (withErf && group.Setting.Width == 1)))
            .OrderBy(group => group.Setting.Width),
    ];

    /// <summary>The groups of one width, head and depth at all label scales.</summary>
    internal BottleneckGroup[] Scales(BottleneckSetting like) =>
        [.. Groups.Where(group => group.Setting with { Scale = like.Scale } == like)];

    /// <summary>The narrowest bottlenecks before a relu, at all label scales.</summary>
    internal BottleneckGroup[] Narrowest => Scales(
        Groups.Where(group => group.Setting.Head == "relu" && group.Setting.Depth == Groups[0].Setting.Depth)
            .MinBy(group => group.Setting.Width)!.Setting);

    /// <summary>The bottlenecks of width 2 of the main depth before a relu or an erf at a label scale.</summary>
    internal IEnumerable<BottleneckGroup> Planes(double scale) => Groups.Where(group =>
        group.Setting.Width == 2 && group.Setting.Scale == scale
        && group.Setting.Depth == Groups[0].Setting.Depth);
}
