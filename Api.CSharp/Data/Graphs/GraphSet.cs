using System.Collections;

namespace HadamardNtk;

/// <summary>Graphs whose vertices have equally many features, the samples of a graph kernel. Immutable.</summary>
/// <example><code>
/// var graphs = GraphData.Read("MUTAG").Graphs;
/// Matrix gram = network.GraphKernel().Gram(graphs);
/// </code></example>
public sealed class GraphSet : IReadOnlyList<Graph>
{
    private readonly Graph[] _graphs;

    /// <summary>Creates a set of graphs.</summary>
    /// <param name="graphs">The graphs, in the order of the rows of a Gram matrix.</param>
    /// <exception cref="ArgumentException">A graph is null, or has other features than the first.</exception>
    public GraphSet(IEnumerable<Graph> graphs)
    {
        ArgumentNullException.ThrowIfNull(graphs);
        _graphs = [.. graphs];
        for (var i = 0; i < _graphs.Length; i++)
        {
            if (_graphs[i] is null || _graphs[i].Features.Columns != Features)
            {
                throw new ArgumentException(
                    $"Graph {i}: expected {Features} features as in graph 0; came {_graphs[i]?.Features.Columns}.",
                    nameof(graphs));
            }
        }
    }

    /// <summary>The number of graphs.</summary>
    public int Count => _graphs.Length;

    /// <summary>d, the number of features of a vertex; 0 where there are no graphs.</summary>
    public int Features => _graphs.Length == 0 ? 0 : _graphs[0]?.Features.Columns ?? 0;

    /// <summary>The number of vertices of all graphs together.</summary>
    public long Vertices => _graphs.Sum(graph => (long)graph.Vertices);

    /// <summary>The graph at a place, counted from 0.</summary>
    /// <param name="index">The place.</param>
    /// <exception cref="IndexOutOfRangeException">There is no such graph.</exception>
    public Graph this[int index] => _graphs[index];

    /// <summary>Some of the graphs, in the given order.</summary>
    /// <param name="chosen">Their places, counted from 0.</param>
    /// <exception cref="IndexOutOfRangeException">There is no such graph.</exception>
    public GraphSet Select(ReadOnlySpan<int> chosen)
    {
        var selected = new Graph[chosen.Length];
        for (var k = 0; k < chosen.Length; k++)
        {
            selected[k] = _graphs[chosen[k]];
        }

        return new(selected);
    }

    /// <summary>The graphs in order.</summary>
    public IEnumerator<Graph> GetEnumerator() => ((IEnumerable<Graph>)_graphs).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>The sizes, as in "188 graphs, 3371 vertices, 7 features".</summary>
    public override string ToString() => $"{Count} graphs, {Vertices} vertices, {Features} features";
}
