namespace HadamardNtk;

/// <summary>The features of vertices: tags one-hot, and attributes.</summary>
internal static class VertexFeatures
{
    /// <summary>The graphs with features, and whether these are degrees.</summary>
    internal static (GraphSet Graphs, bool HasDegrees) Of(ReadGraph[] graphs, Watch watch)
    {
        watch.Cancellation.ThrowIfCancellationRequested();
        var tags = graphs.SelectMany(graph => graph.Tags).Distinct().Count();
        var attributes = graphs[0].Attributes[0].Length;
        var hasDegrees = tags == 1 && attributes == 0;
        Func<ReadGraph, long[]> tagsOf = hasDegrees ? graph => graph.Degrees : graph => graph.Tags;
        long[] all = tags == 1 && attributes > 0 ? [] : [.. graphs.SelectMany(tagsOf).Distinct().Order()];
        var done = new StepProgress(watch.Progress, graphs.Length);
        return (
            new(graphs.Select(graph =>
            {
                watch.Cancellation.ThrowIfCancellationRequested();
                var made = Made(graph, tagsOf(graph), all);
                done.Add();
                return made;
            })),
            hasDegrees);
    }

    private static Graph Made(ReadGraph graph, long[] tags, long[] all)
    {
        var (count, columns) = (tags.Length, all.Length + graph.Attributes[0].Length);
        var values = new double[count * columns];
        for (var p = 0; p < count; p++)
        {
            var row = values.AsSpan(p * columns, columns);
            if (all.Length > 0)
            {
                row[Array.BinarySearch(all, tags[p])] = 1;
            }

            graph.Attributes[p].CopyTo(row[all.Length..]);
        }

        return new(Matrix.Wrap(values, count, columns), [.. graph.Neighbors.Select(own => own.ToArray())]);
    }
}
