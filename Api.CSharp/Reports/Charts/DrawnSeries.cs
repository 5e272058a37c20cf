namespace HadamardNtk;

/// <summary>A series with what is drawn of it.</summary>
internal sealed class DrawnSeries
{
    private readonly StudyChart _chart;

    internal DrawnSeries(StudyChart chart, StudySeries series, SeriesLook look)
    {
        (_chart, Series, Look) = (chart, series, look);
        Kept = Thinning.Of(series.Y, CanDraw);
        Drawn = [.. Kept.Where(CanDraw)];
        var all = Enumerable.Range(0, series.X.Count).Where(i => !CanDraw(i)).ToArray();
        NotFinite = all.Count(i => !double.IsFinite(series.X[i]) || !double.IsFinite(series.Y[i]));
        NotAboveZero = all.Length - NotFinite;
    }

    internal StudySeries Series { get; }

    internal SeriesLook Look { get; }

    /// <summary>The indices of the points that are kept, among them some that interrupt the line.</summary>
    internal int[] Kept { get; }

    /// <summary>The indices of the points that are drawn.</summary>
    internal int[] Drawn { get; }

    /// <summary>The number of points with an x or y that is not finite.</summary>
    internal int NotFinite { get; }

    /// <summary>The number of other points with an x or y that a logarithmic axis has no place for.</summary>
    internal int NotAboveZero { get; }

    /// <summary>True for a point that is finite, and above 0 on logarithmic axes.</summary>
    internal bool CanDraw(int i) => HasPlace(Series.X[i], _chart.X) && HasPlace(Series.Y[i], _chart.Y);

    /// <summary>True for a value that an axis has a place for.</summary>
    internal static bool HasPlace(double value, StudyAxis axis) =>
        double.IsFinite(value) && (value > 0 || !axis.Logarithmic);

    /// <summary>The runs of kept points with a band; between them the band is interrupted.</summary>
    internal IEnumerable<int[]> Bands()
    {
        var run = new List<int>();
        foreach (var i in Kept)
        {
            if (CanDraw(i) && HasBand(i))
            {
                run.Add(i);
            }
            else if (run.Count > 0)
            {
                yield return [.. run];
                run.Clear();
            }
        }

        if (run.Count > 0) yield return [.. run];
    }

    /// <summary>Some ten of the drawn points, at which a line has markers.</summary>
    internal IEnumerable<int> Marked()
    {
        var step = Math.Max(1, Drawn.Length / 8);
        return Drawn.Where((_, k) => k % step == step / 2);
    }

    // The upper bound needs a place; the lower one may be 0 or less on a logarithmic axis, and is drawn at its end.
    private bool HasBand(int i) =>
        Series is { Lower: { } lower, Upper: { } upper } && double.IsFinite(lower[i]) && HasPlace(upper[i], _chart.Y);
}
