using HadamardNtk.Core;

namespace HadamardNtk;

/// <summary>Graphs as samples of the core.</summary>
internal static class GraphSample
{
    /// <summary>The features of a graph's vertices and its matrix.</summary>
    internal static SpatialSample Of(Graph graph)
    {
        var matrix = new double[graph.Vertices, graph.Vertices];
        for (var p = 0; p < graph.Vertices; p++)
        {
            var neighbors = graph.Neighbors(p);
            var weights = graph.Weights(p);
            for (var k = 0; k < neighbors.Length; k++)
            {
                matrix[p, neighbors[k]] = weights[k];
            }
        }

        return SpatialKernel.ofGraph(
            [.. Enumerable.Range(0, graph.Vertices).Select(p => graph.Features.Row(p).ToArray())], matrix);
    }
}
