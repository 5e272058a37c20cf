namespace HadamardNtk;

/// <summary>
/// A series of points (x, y) of a chart, with a band around it if there are bounds. The lengths of its lists are
/// checked when it becomes part of a <see cref="StudyResult"/>.
/// </summary>
public sealed record StudySeries
{
    /// <summary>The name in the legend and in the file, different from those of the chart's other series.</summary>
    public required string Name { get; init; }

    /// <summary>The x of each point, in the order in which a line connects them.</summary>
    public required IReadOnlyList<double> X { get; init; }

    /// <summary>The y of each point. A point whose y is NaN interrupts the line.</summary>
    public required IReadOnlyList<double> Y { get; init; }

    /// <summary>The lower bounds of a band, such as a posterior's mean − 2 deviations; null without a band.</summary>
    public IReadOnlyList<double>? Lower { get; init; }

    /// <summary>The upper bounds of a band; null without a band.</summary>
    public IReadOnlyList<double>? Upper { get; init; }

    /// <summary>The way that the points are drawn; a solid line unless set.</summary>
    public SeriesStyle Style { get; init; } = SeriesStyle.Line;

    /// <summary>
    /// Series of one group share a color, as measured points and the line that was predicted for them do. A series
    /// without a group has a color of its own.
    /// </summary>
    public int? Group { get; init; }

    internal void Require(string chart)
    {
        if (string.IsNullOrWhiteSpace(Name))
        {
            throw new ArgumentException(
                $"{chart}: expected a name for each series; came none. Name it for the legend.");
        }

        var place = $"{chart}, series '{Name}'";
        if (X is null || Y is null || X.Count != Y.Count)
        {
            throw new ArgumentException(
                $"{place}: expected as many y as x; came {X?.Count ?? 0} x and {Y?.Count ?? 0} y. Give one y for "
                + "each x.");
        }

        if ((Lower is null) != (Upper is null) || !IsBound(Lower) || !IsBound(Upper))
        {
            throw new ArgumentException(
                $"{place}: expected no band, or {X.Count} lower and {X.Count} upper bounds; came {Lower?.Count ?? 0} "
                    + $"and {Upper?.Count ?? 0}. Give both bounds for each x.");
        }

        if (!Enum.IsDefined(Style))
        {
            throw new ArgumentException(
                $"{place}: expected the style Line, Dashed or Points; came {Style}. Choose one of these.");
        }
    }

    private bool IsBound(IReadOnlyList<double>? bound) => bound is null || bound.Count == X.Count;
}
