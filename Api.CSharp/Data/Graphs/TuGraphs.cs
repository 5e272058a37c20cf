namespace HadamardNtk;

/// <summary>The format of the TU collection: files NAME_A.txt, NAME_graph_indicator.txt and more.</summary>
internal static class TuGraphs
{
    private const string Edges = "_A.txt";
    private const string Labels = "_graph_labels.txt";
    private const string Members = "_graph_indicator.txt";
    private const string Tags = "_node_labels.txt";
    private const string Attributes = "_node_attributes.txt";

    /// <summary>NAME with its folder; null where no file ends in _A.txt.</summary>
    /// <exception cref="DataFormatException">Several do, or the folder cannot be read.</exception>
    internal static string? Find(string folder)
    {
        var found = DataSource.Guard(folder, () => Directory.GetFiles(folder, "*" + Edges));
        return found.Length <= 1
            ? found.FirstOrDefault()?[..^Edges.Length]
            : throw new DataFormatException(
                folder, "one file NAME_A.txt", $"{found.Length} of them", "put each data set in a folder of its own");
    }

    /// <summary>Reads the graphs.</summary>
    /// <param name="folder">The folder, for messages.</param>
    /// <param name="name">NAME with its folder.</param>
    /// <param name="watch">The listener to the part of the files that are read, and the token.</param>
    /// <exception cref="DataFormatException">A file is missing or has another format.</exception>
    internal static ReadGraph[] Read(string folder, string name, Watch watch)
    {
        var files = new WatchedGraphFiles(
            [name + Labels, name + Members, name + Edges, name + Tags, name + Attributes], watch);
        var labels = files.Lines(name + Labels);
        if (labels.Count == 0)
        {
            throw new DataFormatException(folder, "at least one graph", "none", "give the graphs labels");
        }

        var members = files.Lines(name + Members);
        var places = new (int Graph, int Vertex)[members.Count];
        var sizes = new int[labels.Count];
        foreach (var (v, line) in files.Each(members).Index())
        {
            var graph = line.Only.Integer(1, labels.Count, "a graph") - 1;
            places[v] = (graph, sizes[graph]++);
        }

        ReadGraph[] graphs =
            [.. labels.Select((line, i) => ReadGraph.Empty(line.Only.Label, NotEmpty(i, sizes, name)))];
        ReadEdges(files.Each(files.Lines(name + Edges)), places, graphs);
        ReadTags(Lines(name + Tags, files, places), graphs);
        ReadAttributes(Lines(name + Attributes, files, places), graphs);
        return graphs;
    }

    private static int NotEmpty(int graph, int[] sizes, string name) => sizes[graph] > 0
        ? sizes[graph]
        : throw new DataFormatException(
            name + Members, "vertices of every graph", $"none of graph {graph + 1}",
            "leave the graph out of the labels, or give it vertices");

    private static void ReadEdges(
        IEnumerable<GraphLine> lines, (int Graph, int Vertex)[] places, ReadGraph[] graphs)
    {
        foreach (var line in lines)
        {
            if (line.Fields.Length != 2)
            {
                throw line.Refusal("an edge, as two vertices", $"{line.Fields.Length} fields", "name two vertices");
            }

            var (one, other) = (
                places[line[0].Integer(1, places.Length, "a vertex") - 1],
                places[line[1].Integer(1, places.Length, "a vertex") - 1]);
            if (one.Graph != other.Graph)
            {
                throw line.Refusal(
                    "an edge within a graph", $"one between graphs {one.Graph + 1} and {other.Graph + 1}",
                    "check the edge and the graphs of its vertices");
            }

            graphs[one.Graph].Neighbors[one.Vertex].Add(other.Vertex);
            graphs[one.Graph].Neighbors[other.Vertex].Add(one.Vertex);
        }
    }

    private static void ReadTags(
        IEnumerable<(GraphLine Line, (int Graph, int Vertex) Place)> lines, ReadGraph[] graphs)
    {
        foreach (var (line, (graph, vertex)) in lines)
        {
            graphs[graph].Tags[vertex] = line.Only.Label;
        }
    }

    private static void ReadAttributes(
        IEnumerable<(GraphLine Line, (int Graph, int Vertex) Place)> lines, ReadGraph[] graphs)
    {
        var count = -1;
        foreach (var (line, (graph, vertex)) in lines)
        {
            count = count < 0 ? line.Fields.Length : count;
            graphs[graph].Attributes[vertex] = line.Fields.Length == count
                ? [.. Enumerable.Range(0, count).Select(k => line[k].Number)]
                : throw line.Refusal(
                    $"{count} attributes, as in the first line", $"{line.Fields.Length}",
                    "make all lines equally long");
        }
    }

    // A file that is not there has no lines. One that is there has a line for every vertex.
    private static IEnumerable<(GraphLine Line, (int Graph, int Vertex) Place)> Lines(
        string file, WatchedGraphFiles files, (int Graph, int Vertex)[] places)
    {
        if (!File.Exists(file))
        {
            return [];
        }

        var lines = files.Lines(file);
        return lines.Count == places.Length ? files.Each(lines.Zip(places)) : throw new DataFormatException(
            file, $"{places.Length} lines, one for each vertex", $"{lines.Count}",
            "check that the files belong together");
    }
}
