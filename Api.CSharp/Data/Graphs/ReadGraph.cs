namespace HadamardNtk;

/// <summary>A graph as files have it.</summary>
/// <param name="Label">The class.</param>
/// <param name="Tags">The tag of each vertex.</param>
/// <param name="Neighbors">The neighbors of each vertex.</param>
/// <param name="Attributes">The attributes of each vertex, equally many.</param>
internal sealed record ReadGraph(long Label, long[] Tags, SortedSet<int>[] Neighbors, double[][] Attributes)
{
    /// <summary>The numbers of neighbors, without the vertex itself.</summary>
    internal long[] Degrees => [.. Neighbors.Select((own, p) => (long)own.Count - (own.Contains(p) ? 1 : 0))];

    /// <summary>A graph without edges.</summary>
    internal static ReadGraph Empty(long label, int vertices) => new(
        label, new long[vertices], [.. Enumerable.Range(0, vertices).Select(_ => new SortedSet<int>())],
        [.. Enumerable.Repeat<double[]>([], vertices)]);
}
