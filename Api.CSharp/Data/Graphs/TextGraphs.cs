namespace HadamardNtk;

/// <summary>The format of one text file, in which each vertex has a line.</summary>
internal static class TextGraphs
{
    // Reading the lines takes about half of the time, and making graphs of them the other half.
    private const double LinesPart = 0.5;

    /// <summary>Reads the graphs of the folder's text file.</summary>
    /// <exception cref="DataFormatException">There is no such file, or it has another format.</exception>
    internal static ReadGraph[] Read(string folder, Watch watch)
    {
        var reader = new Reader(File(folder), watch.Stage(0, LinesPart));
        var count = reader.Next("the number of graphs").Only.Integer(1, Array.MaxLength, "a number");
        var done = new StepProgress(watch.Stage(LinesPart, 1).Progress, count);
        var graphs = new List<ReadGraph>();
        while (graphs.Count < count)
        {
            watch.Cancellation.ThrowIfCancellationRequested();
            graphs.Add(reader.Graph(graphs.Count));
            done.Add();
        }

        reader.End(count);
        return [.. graphs];
    }

    // A folder named as its file may have other text files beside it.
    private static string File(string folder)
    {
        var named = Path.Combine(folder, Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder))));
        string[] files = System.IO.File.Exists(named + ".txt")
            ? [named + ".txt"]
            : DataSource.Guard(folder, () => Directory.GetFiles(folder, "*.txt"));
        return files.Length == 1 ? files[0] : throw new DataFormatException(
            folder, "one file NAME.txt of graphs, or the files NAME_A.txt, NAME_graph_indicator.txt and " +
            "NAME_graph_labels.txt", files.Length == 0 ? "no text file" : $"{files.Length} text files",
            "name the folder as its text file, or leave one");
    }

    private sealed class Reader(string file, Watch watch)
    {
        private readonly IReadOnlyList<GraphLine> _lines = GraphLines.Read(file, watch);
        private int _place;
        private int _attributes = -1;

        internal GraphLine Next(string expected) => _place < _lines.Count
            ? _lines[_place++]
            : throw Ended(expected);

        internal ReadGraph Graph(int index)
        {
            var head = Next($"graph {index}: its number of vertices and its label");
            if (head.Fields.Length != 2)
            {
                throw head.Refusal(
                    $"graph {index}: its number of vertices and its label", $"{head.Fields.Length} fields",
                    "check the number of vertices of the graph before it");
            }

            var label = head[1].Label;

            // A number that is wrong must not take memory for as many vertices.
            var vertices = head[0].Integer(1, Array.MaxLength, "a number of vertices");
            if (vertices > _lines.Count - _place)
            {
                throw Ended($"vertex {_lines.Count - _place} of graph {index}");
            }

            var graph = ReadGraph.Empty(label, vertices);
            for (var p = 0; p < graph.Tags.Length; p++)
            {
                Vertex(graph, p, Next($"vertex {p} of graph {index}"));
            }

            return graph;
        }

        internal void End(int graphs)
        {
            if (_place < _lines.Count)
            {
                throw _lines[_place].Refusal(
                    $"the end of the file after {graphs} graphs", "another line", "check the number of graphs");
            }
        }

        private DataFormatException Ended(string expected) => new(
            file, expected, "the end of the file", "check the numbers of graphs and of vertices");

        private void Vertex(ReadGraph graph, int p, GraphLine line)
        {
            if (line.Fields.Length < 2)
            {
                throw line.Refusal("a tag, a degree and the neighbors", "one field", "give the vertex both");
            }

            graph.Tags[p] = line[0].Label;
            var degree = line[1].Integer(0, Array.MaxLength, "a degree");
            if (degree > line.Fields.Length - 2)
            {
                throw line.Refusal(
                    $"{degree} neighbors after the degree", $"{line.Fields.Length - 2}", "correct the degree");
            }

            for (var k = 0; k < degree; k++)
            {
                var q = line[2 + k].Integer(0, graph.Tags.Length - 1, "a vertex of the graph");
                graph.Neighbors[p].Add(q);
                graph.Neighbors[q].Add(p);
            }

            graph.Attributes[p] = Attributes(line, degree + 2);
            _attributes = _attributes < 0 ? graph.Attributes[p].Length : _attributes;
            if (graph.Attributes[p].Length != _attributes)
            {
                throw line.Refusal(
                    $"{_attributes} attributes after the neighbors, as at the first vertex",
                    $"{graph.Attributes[p].Length}", "correct the degree, or give every vertex as many attributes");
            }
        }

        private static double[] Attributes(GraphLine line, int first) =>
            [.. Enumerable.Range(first, line.Fields.Length - first).Select(k => line[k].Number)];
    }
}
