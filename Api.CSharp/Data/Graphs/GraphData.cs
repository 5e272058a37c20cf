namespace HadamardNtk;

/// <summary>Graphs with their labels, as a folder has them, and the folds that it has.</summary>
/// <param name="Graphs">The graphs.</param>
/// <param name="Labels">The class of each graph.</param>
/// <param name="Folds">The folds of the folder; none where it has none.</param>
/// <param name="HasDegrees">Whether the features are the degrees of vertices, because the files have no others.</param>
public sealed record GraphData(
    GraphSet Graphs, IReadOnlyList<long> Labels, IReadOnlyList<GraphFold> Folds, bool HasDegrees)
{
    // The parts of the work that are done after the files, and before the folds.
    private const double FilesPart = 0.7;
    private const double FoldsPart = 0.95;

    /// <summary>
    /// Reads graphs from a folder in one of two formats. The first is one file NAME.txt: the number of graphs; for each
    /// graph a line <c>vertices label</c>, and for each of its vertices a line <c>tag degree neighbor...</c>, with
    /// neighbors counted from 0 in the graph, and after them any attributes. The second is that of the TU collection:
    /// NAME_A.txt (edges), NAME_graph_indicator.txt, NAME_graph_labels.txt, and where there are any
    /// NAME_node_labels.txt and NAME_node_attributes.txt.
    /// </summary>
    /// <remarks>
    /// Edges have no direction and weight 1, and every vertex counts among its neighbors. Features are the tags of
    /// vertices, one-hot in ascending order over all that occur, and then their attributes. Where all tags are equal
    /// and there are no attributes, the degree (without the vertex itself) takes the place of the tag.
    /// </remarks>
    /// <param name="folder">The folder, whose name is NAME where it has several text files.</param>
    /// <param name="progress">Receives the part of the work that is done, from 0 to 1.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="DataFormatException">
    /// The folder has no graphs, or a file has something else than its format says; the message has file and line.
    /// </exception>
    public static GraphData Read(
        string folder, IProgress<double>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(folder);
        var watch = new Watch(progress, cancellation);
        cancellation.ThrowIfCancellationRequested();
        if (!Directory.Exists(folder))
        {
            throw new DataFormatException(
                folder, "a folder of graphs", File.Exists(folder) ? "a file" : "no such folder",
                "name the folder that has NAME.txt or NAME_A.txt");
        }

        var files = watch.Stage(0, FilesPart);
        var read = TuGraphs.Find(folder) is { } name
            ? TuGraphs.Read(folder, name, files)
            : TextGraphs.Read(folder, files);
        var (graphs, hasDegrees) = VertexFeatures.Of(read, watch.Stage(FilesPart, FoldsPart));
        var folds = GraphFold.ReadAll(folder, graphs.Count, cancellation);
        progress?.Report(1);
        return new(graphs, [.. read.Select(graph => graph.Label)], folds, hasDegrees);
    }
}
