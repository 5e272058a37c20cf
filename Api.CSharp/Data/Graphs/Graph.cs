namespace HadamardNtk;

/// <summary>
/// A graph with a row of features for each of its n vertices. Its matrix A (n × n) has in row p the weights with which
/// <c>aggregate</c> adds the vertices: those of the neighbors of p, and 1 for p itself where the graph has self loops.
/// The object is immutable.
/// </summary>
/// <example><code>
/// var path = new Graph(new double[,] { { 1, 0 }, { 0, 1 }, { 1, 0 } }, [[1], [0, 2], [1]]);
/// </code></example>
public sealed class Graph
{
    private readonly int[] _starts;
    private readonly int[] _neighbors;
    private readonly double[] _weights;

    /// <summary>Creates a graph.</summary>
    /// <param name="features">The features, n × d, at least 1 × 1 and finite. They are kept, not copied.</param>
    /// <param name="neighbors">The neighbors of each vertex, counted from 0, each of them once.</param>
    /// <param name="weights">The weight of each neighbor, finite. Null stands for 1.</param>
    /// <param name="selfLoops">
    /// Whether each vertex counts among its neighbors, with weight 1. One that is named as its own neighbor keeps the
    /// weight that it has there.
    /// </param>
    /// <exception cref="ArgumentException">
    /// The numbers of rows, vertices and weights differ, a neighbor is no vertex or is named twice, or a number is not
    /// finite.
    /// </exception>
    public Graph(
        Matrix features,
        IReadOnlyList<IReadOnlyList<int>> neighbors,
        IReadOnlyList<IReadOnlyList<double>>? weights = null,
        bool selfLoops = true)
    {
        ArgumentNullException.ThrowIfNull(features);
        ArgumentNullException.ThrowIfNull(neighbors);
        RequireFeatures(features);
        RequireLength(features.Rows, neighbors.Count, nameof(neighbors));
        if (weights is not null)
        {
            RequireLength(features.Rows, weights.Count, nameof(weights));
        }

        Features = features;
        _starts = new int[neighbors.Count + 1];
        var (places, values) = (new List<int>(), new List<double>());
        for (var p = 0; p < neighbors.Count; p++)
        {
            foreach (var (q, weight) in Row(p, neighbors, weights, selfLoops))
            {
                places.Add(q);
                values.Add(weight);
            }

            _starts[p + 1] = places.Count;
        }

        (_neighbors, _weights) = ([.. places], [.. values]);
    }

    /// <summary>The features of the vertices, n × d.</summary>
    public Matrix Features { get; }

    /// <summary>n, the number of vertices.</summary>
    public int Vertices => Features.Rows;

    /// <summary>The vertices that have an entry in row p of A, ascending.</summary>
    /// <param name="vertex">p, counted from 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such vertex.</exception>
    public ReadOnlySpan<int> Neighbors(int vertex) => _neighbors.AsSpan(Start(vertex), Count(vertex));

    /// <summary>The entries of row p of A, in the order of <see cref="Neighbors"/>.</summary>
    /// <inheritdoc cref="Neighbors"/>
    public ReadOnlySpan<double> Weights(int vertex) => _weights.AsSpan(Start(vertex), Count(vertex));

    /// <summary>The size, as in "Graph of 23 vertices, 7 features".</summary>
    public override string ToString() => $"Graph of {Vertices} vertices, {Features.Columns} features";

    private int Start(int vertex) => (uint)vertex < (uint)Vertices
        ? _starts[vertex]
        : throw new ArgumentOutOfRangeException(
            nameof(vertex), vertex, $"Expected a vertex from 0 to {Vertices - 1}; came {vertex}.");

    private int Count(int vertex) => _starts[vertex + 1] - _starts[vertex];

    private static SortedDictionary<int, double> Row(
        int p, IReadOnlyList<IReadOnlyList<int>> neighbors, IReadOnlyList<IReadOnlyList<double>>? weights, bool loops)
    {
        var own = neighbors[p]
            ?? throw new ArgumentException($"Vertex {p}: its neighbors are null.", nameof(neighbors));
        var given = weights?[p];
        if (weights is not null && given?.Count != own.Count)
        {
            throw new ArgumentException(
                $"Vertex {p}: expected {own.Count} weights, one for each neighbor; came {given?.Count ?? 0}.",
                nameof(weights));
        }

        var row = new SortedDictionary<int, double>();
        for (var k = 0; k < own.Count; k++)
        {
            RequireNeighbor(p, own[k], neighbors.Count);
            var weight = given?[k] ?? 1;
            if (!double.IsFinite(weight))
            {
                throw new ArgumentException($"Vertex {p}: expected finite weights; came {weight}.", nameof(weights));
            }

            if (!row.TryAdd(own[k], weight))
            {
                throw new ArgumentException($"Vertex {p}: neighbor {own[k]} is named twice.", nameof(neighbors));
            }
        }

        if (loops)
        {
            row.TryAdd(p, 1);
        }

        return row;
    }

    private static void RequireNeighbor(int vertex, int neighbor, int count)
    {
        if ((uint)neighbor >= (uint)count)
        {
            throw new ArgumentException(
                $"Vertex {vertex}: expected neighbors from 0 to {count - 1}; came {neighbor}.", "neighbors");
        }
    }

    private static void RequireFeatures(Matrix features)
    {
        if (features.Rows == 0 || features.Columns == 0)
        {
            throw new ArgumentException(
                $"Expected at least one vertex and one feature; the features are {features.Rows} x {features.Columns}.",
                nameof(features));
        }

        var bad = Array.FindIndex(features.Data, v => !double.IsFinite(v));
        if (bad >= 0)
        {
            throw new ArgumentException(
                $"Vertex {bad / features.Columns}: expected finite features; came {features.Data[bad]}.",
                nameof(features));
        }
    }

    private static void RequireLength(int vertices, int came, string name)
    {
        if (came != vertices)
        {
            throw new ArgumentException(
                $"Expected lists for {vertices} vertices, one for each row of the features; came {came}.", name);
        }
    }
}
