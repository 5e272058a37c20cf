namespace HadamardNtk;

/// <summary>Gram matrices of graphs in files, with their provenance.</summary>
internal static class GraphGramFile
{
    /// <summary>Computes the Gram matrix of graphs and writes it; it appears whole.</summary>
    /// <param name="kernel">The kernel.</param>
    /// <param name="path">The file, in the format that its name states.</param>
    /// <param name="graphs">The graphs.</param>
    /// <param name="source">Where the graphs are from, for the provenance.</param>
    /// <param name="options">The threads, the precision of the file, and progress.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="OutputException">The file cannot be written.</exception>
    /// <exception cref="KernelUndefinedException">The kernel is not finite at a graph.</exception>
    internal static void Write(
        GraphKernel kernel,
        string path,
        GraphSet graphs,
        string source,
        GramOptions options,
        CancellationToken cancellation)
    {
        ArrayFile.RequireWritable(path);
        ProvenanceFile.RequireWritable(path);
        ArrayFile.Write(path, kernel.Gram(graphs, options, cancellation), options.Precision);
        ProvenanceFile.Write(path, new()
        {
            Network = kernel.Network.ToString(),
            Kernel = kernel.Kind,
            Precision = options.Precision,
            Backend = Backends.Default.Name,
            Rows = graphs.Count,
            Columns = graphs.Count,
            Inputs = [new("X", source, graphs.Count, graphs.Features, Checksum(graphs))],
            Program = ProgramIdentity.Text,
        });
    }

    // Of each graph the number of vertices, the features, and the rows of A as pairs of a vertex and its weight.
    private static string Checksum(GraphSet graphs)
    {
        var numbers = new List<double>();
        foreach (var graph in graphs)
        {
            numbers.Add(graph.Vertices);
            numbers.AddRange(graph.Features.Data);
            for (var p = 0; p < graph.Vertices; p++)
            {
                var neighbors = graph.Neighbors(p);
                numbers.Add(neighbors.Length);
                for (var k = 0; k < neighbors.Length; k++)
                {
                    numbers.Add(neighbors[k]);
                    numbers.Add(graph.Weights(p)[k]);
                }
            }
        }

        return NumberChecksum.Of(Matrix.Wrap([.. numbers], 1, numbers.Count));
    }
}
