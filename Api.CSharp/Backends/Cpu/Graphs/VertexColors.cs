using System.Runtime.InteropServices;

namespace HadamardNtk;

/// <summary>
/// Colors of the vertices of graphs. Those of depth 0 are equal where the features are; those of depth t + 1 where the
/// colors of depth t are, of the vertex and of its neighbors with their weights. All signals of a network are equal at
/// vertices whose color is equal at the signal's depth, so that each color is computed once (color refinement; B.
/// Weisfeiler, A. Lehman, 1968).
/// </summary>
/// <remarks>
/// Colors are numbered in an order that their features and neighbors alone determine. Sums over neighbors in this order
/// have the same bits in whichever graph, and in whichever order of the vertices, a color occurs.
/// </remarks>
internal sealed class VertexColors
{
    private readonly int[][] _colors;
    private readonly (int Color, double Weight)[][][] _rows;
    private readonly int[][] _parents;
    private readonly int[] _representatives;
    private readonly int[] _first;
    private readonly IReadOnlyList<Graph> _graphs;

    /// <summary>Colors the vertices of graphs with equally many features up to a depth.</summary>
    internal VertexColors(IReadOnlyList<Graph> graphs, int depth)
    {
        _graphs = graphs;
        _first = new int[graphs.Count + 1];
        for (var g = 0; g < graphs.Count; g++)
        {
            _first[g + 1] = checked(_first[g] + graphs[g].Vertices);
        }

        (_colors, _rows, _parents) = (new int[depth + 1][], new (int, double)[depth][][], new int[depth][]);
        (_colors[0], _representatives) = Numbered(Keys(FeatureKey));
        for (var t = 0; t < depth; t++)
        {
            var keys = Keys((graph, p, first) => NeighborKey(graph, p, _colors[t].AsSpan(first, graph.Vertices)));
            (_colors[t + 1], var vertices) = Numbered(keys);
            _parents[t] = Array.ConvertAll(vertices, v => _colors[t][v]);
            _rows[t] = Array.ConvertAll(vertices, v => Row(keys[v]));
        }
    }

    /// <summary>The colors of a graph's vertices at a depth.</summary>
    internal ReadOnlySpan<int> Of(int graph, int depth) =>
        _colors[depth].AsSpan(_first[graph], _graphs[graph].Vertices);

    /// <summary>The features of a color of depth 0.</summary>
    internal ReadOnlySpan<double> Features(int color)
    {
        var vertex = _representatives[color];
        var found = Array.BinarySearch(_first, vertex);
        var graph = found < 0 ? ~found - 1 : found;
        return _graphs[graph].Features.Row(vertex - _first[graph]);
    }

    /// <summary>The color of depth t that the vertices with a color of depth t + 1 have.</summary>
    internal int Parent(int depth, int color) => _parents[depth][color];

    /// <summary>The weights of colors of depth t in the row of A of a vertex with a color of depth t + 1.</summary>
    internal (int Color, double Weight)[] Neighbors(int depth, int color) => _rows[depth][color];

    private long[][] Keys(Func<Graph, int, int, long[]> keyOf)
    {
        var keys = new long[_first[^1]][];
        for (var g = 0; g < _graphs.Count; g++)
        {
            for (var p = 0; p < _graphs[g].Vertices; p++)
            {
                keys[_first[g] + p] = keyOf(_graphs[g], p, _first[g]);
            }
        }

        return keys;
    }

    private static long[] FeatureKey(Graph graph, int vertex, int first) =>
        MemoryMarshal.Cast<double, long>(graph.Features.Row(vertex)).ToArray();

    // The own color, and then each color of a neighbor with the bits of its weights' sum.
    private static long[] NeighborKey(Graph graph, int vertex, ReadOnlySpan<int> colors)
    {
        var neighbors = graph.Neighbors(vertex);
        var weights = graph.Weights(vertex);
        var terms = new (int Color, double Weight)[neighbors.Length];
        for (var k = 0; k < terms.Length; k++)
        {
            terms[k] = (colors[neighbors[k]], weights[k]);
        }

        Array.Sort(terms);
        var key = new List<long>(2 * terms.Length + 1) { colors[vertex] };
        for (var k = 0; k < terms.Length;)
        {
            var (color, sum) = terms[k++];
            for (; k < terms.Length && terms[k].Color == color; k++)
            {
                sum += terms[k].Weight;
            }

            key.Add(color);
            key.Add(BitConverter.DoubleToInt64Bits(sum));
        }

        return [.. key];
    }

    private static (int, double)[] Row(long[] key)
    {
        var row = new (int, double)[key.Length / 2];
        for (var k = 0; k < row.Length; k++)
        {
            row[k] = ((int)key[2 * k + 1], BitConverter.Int64BitsToDouble(key[2 * k + 2]));
        }

        return row;
    }

    /// <summary>The number of each key among the different ones, ascending, and a place of each of these.</summary>
    private static (int[] Numbers, int[] Places) Numbered(long[][] keys)
    {
        var known = new Dictionary<long[], int>(KeyOrder.Instance);
        for (var v = 0; v < keys.Length; v++)
        {
            known.TryAdd(keys[v], v);
        }

        var sorted = known.Keys.ToArray();
        Array.Sort(sorted, KeyOrder.Instance);
        var places = Array.ConvertAll(sorted, key => known[key]);
        for (var c = 0; c < sorted.Length; c++)
        {
            known[sorted[c]] = c;
        }

        return (Array.ConvertAll(keys, key => known[key]), places);
    }

    private sealed class KeyOrder : IEqualityComparer<long[]>, IComparer<long[]>
    {
        internal static KeyOrder Instance { get; } = new();

        public bool Equals(long[]? x, long[]? y) => x.AsSpan().SequenceEqual(y);

        public int GetHashCode(long[] key)
        {
            var hash = new HashCode();
            hash.AddBytes(MemoryMarshal.AsBytes<long>(key));
            return hash.ToHashCode();
        }

        public int Compare(long[]? x, long[]? y) => x.AsSpan().SequenceCompareTo(y);
    }
}
