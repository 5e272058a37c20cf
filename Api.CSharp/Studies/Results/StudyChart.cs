namespace HadamardNtk;

/// <summary>
/// A chart of a study. It is checked when it becomes part of a <see cref="StudyResult"/>.
/// </summary>
public sealed record StudyChart
{
    private readonly string _name = "";

    /// <summary>The name of the chart's file without its ending: characters a-z, 0-9 and -.</summary>
    /// <exception cref="ArgumentException">The name is empty or has other characters.</exception>
    public required string Name
    {
        get => _name;
        init => _name = StudyName.Require(value, "a chart");
    }

    /// <summary>The title, as plain text.</summary>
    public required string Title { get; init; }

    /// <summary>The horizontal axis.</summary>
    public required StudyAxis X { get; init; }

    /// <summary>The vertical axis.</summary>
    public required StudyAxis Y { get; init; }

    /// <summary>The series, at least one, in the order of the legend.</summary>
    public required IReadOnlyList<StudySeries> Series { get; init; }

    /// <summary>An interval of x that is shaded; none unless set.</summary>
    public StudyRange? Shaded { get; init; }

    /// <summary>What the chart shows, as plain text; empty unless set.</summary>
    public string Caption { get; init; } = "";

    /// <summary>
    /// The title of a row of small charts, such as those of several times; null unless set. Charts of one row that
    /// follow each other are drawn side by side with the same axes, the legend and the caption of the first one.
    /// </summary>
    public string? Row { get; init; }

    internal void Require()
    {
        var place = $"Chart '{Name}'";
        if (X is null || Y is null || Series is not { Count: > 0 })
        {
            throw new ArgumentException(
                $"{place}: expected two axes and at least one series; came fewer. Give all of them.");
        }

        Shaded?.Require(place);
        foreach (var series in Series)
        {
            series.Require(place);
        }

        if (Series.GroupBy(series => series.Name).FirstOrDefault(same => same.Count() > 1) is { } twice)
        {
            throw new ArgumentException(
                $"{place}: expected series of different names; came '{twice.Key}' twice. Rename one.");
        }
    }
}
