namespace HadamardNtk;

/// <summary>Chooses the points of a long series that are drawn.</summary>
internal static class Thinning
{
    /// <summary>The number of points from which on a series is thinned.</summary>
    internal const int Most = 400;

    /// <summary>
    /// The indices of the points to draw, ascending: all of at most <see cref="Most"/>. Of more, the first, the last,
    /// and those of the least and the greatest y of each of equal parts, so that no peak is lost; and a point that
    /// cannot be drawn where there is one, as it interrupts the line.
    /// </summary>
    /// <param name="y">The values.</param>
    /// <param name="canDraw">True for the index of a point that can be drawn.</param>
    internal static int[] Of(IReadOnlyList<double> y, Func<int, bool> canDraw)
    {
        if (y.Count <= Most)
        {
            return [.. Enumerable.Range(0, y.Count)];
        }

        var kept = new SortedSet<int> { 0, y.Count - 1 };
        const int parts = Most / 2 - 1;
        for (var part = 0; part < parts; part++)
        {
            var (from, to) = ((int)((long)part * y.Count / parts), (int)((long)(part + 1) * y.Count / parts));
            int[] drawn = [.. Enumerable.Range(from, to - from).Where(canDraw)];
            if (drawn.Length > 0)
            {
                kept.Add(drawn.MinBy(i => y[i]));
                kept.Add(drawn.MaxBy(i => y[i]));
            }

            if (drawn.Length < to - from)
            {
                kept.Add(Enumerable.Range(from, to - from).First(i => !canDraw(i)));
            }
        }

        return [.. kept];
    }
}
