using OxyPlot;

namespace HadamardNtk;

/// <summary>
/// The color, marker and dashes of a series. Series of one group share all of them; others differ in the marker or the
/// dashes too, for readers who do not see the colors.
/// </summary>
/// <param name="Number">The number of its group among those of the chart.</param>
internal sealed record SeriesLook(int Number)
{
    /// <summary>The number of colors of a page, which repeat with other markers.</summary>
    internal const int Colors = 7;

    private static readonly MarkerType[] Markers =
        [MarkerType.Circle, MarkerType.Square, MarkerType.Triangle, MarkerType.Diamond, MarkerType.Cross];

    private static readonly double[][] AllDashes = [[4, 2.5], [1, 1.5], [6, 2, 1, 2], [8, 3], [6, 2, 1, 2, 1, 2]];

    /// <summary>The number of its color.</summary>
    internal int Color => Number % Colors;

    /// <summary>The marker of its points.</summary>
    internal MarkerType Marker => Markers[Number % Markers.Length];

    /// <summary>The lengths of dashes and gaps in widths of the line.</summary>
    internal double[] Dashes => AllDashes[Number % AllDashes.Length];

    /// <summary>The looks of the series of a chart.</summary>
    internal static IReadOnlyList<SeriesLook> Of(StudyChart chart)
    {
        var groups = new Dictionary<int, int>();
        var count = 0;
        return [.. chart.Series.Select(series => new SeriesLook(NumberOf(series.Group)))];

        int NumberOf(int? group) => group is not { } given
            ? count++
            : groups.TryGetValue(given, out var known) ? known : groups[given] = count++;
    }
}
