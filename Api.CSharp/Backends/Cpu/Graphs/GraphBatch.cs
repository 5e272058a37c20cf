using HadamardNtk.Core;

namespace HadamardNtk;

/// <summary>
/// Graphs whose kernels are computed together, with the colors of their vertices as positions: each color that several
/// vertices have is computed once.
/// </summary>
internal sealed class GraphBatch : IDisposable
{
    /// <summary>Numbers of a row are padded to a multiple of this, the number of lanes of the widest vectors.</summary>
    internal const int Lanes = 8;

    // With more colors in a batch more vertices are alike, and with fewer the blocks stay in the cache.
    private const int MostColors = 512;

    private readonly VertexColors _colors;
    private readonly int[][] _present;
    private readonly Dictionary<(GraphStep, int), SparseRows> _maps = [];

    private GraphBatch(VertexColors colors, int[] graphs, int depth)
    {
        (_colors, Graphs) = (colors, graphs);
        _present = [.. Enumerable.Range(0, depth + 1).Select(t => Present(colors, graphs, t))];
    }

    /// <summary>The graphs, by their places among those that were colored.</summary>
    internal int[] Graphs { get; }

    /// <summary>The vectors of the samples' part of a program, by instruction; null for blocks.</summary>
    internal NativeBuffer<double>?[] Vectors { get; set; } = [];

    /// <summary>Cuts graphs, in their order, into batches.</summary>
    internal static IEnumerable<GraphBatch> Cut(VertexColors colors, int first, int count, int depth)
    {
        var (graphs, known) = (new List<int>(), new HashSet<int>());
        for (var g = first; g < first + count; g++)
        {
            var own = new HashSet<int>(colors.Of(g, depth).ToArray());
            own.ExceptWith(known);
            if (graphs.Count > 0 && known.Count + own.Count > MostColors)
            {
                yield return new(colors, [.. graphs], depth);
                graphs.Clear();
                known.Clear();
                own = [.. colors.Of(g, depth).ToArray()];
            }

            graphs.Add(g);
            known.UnionWith(own);
        }

        if (graphs.Count > 0)
        {
            yield return new(colors, [.. graphs], depth);
        }
    }

    /// <summary>The number of positions at a depth.</summary>
    internal int Size(int depth) => depth == GraphDepth.graphs ? Graphs.Length : _present[depth].Length;

    /// <summary>The same, padded.</summary>
    internal int Padded(int depth) => (Size(depth) + Lanes - 1) / Lanes * Lanes;

    /// <summary>The features of a position of depth 0.</summary>
    internal ReadOnlySpan<double> Features(int position) => _colors.Features(_present[0][position]);

    /// <summary>Makes the maps of a program's steps, so that threads may share them.</summary>
    internal void Prepare(IEnumerable<GraphInstruction> instructions)
    {
        foreach (var instruction in instructions)
        {
            if (instruction.Step.IsNeighbors || instruction.Step.IsPool)
            {
                var depth = instruction.Operands[0].Depth;
                _maps.TryAdd((instruction.Step, depth), Map(instruction.Step, depth));
            }
        }
    }

    /// <summary>The map of a step that acts on values of a depth.</summary>
    internal SparseRows MapOf(GraphStep step, int depth) => _maps[(step, depth)];

    /// <summary>For each position of a depth the position at a smaller depth.</summary>
    internal int[] Parents(int depth, int smaller)
    {
        var colors = (int[])_present[depth].Clone();
        for (var t = depth - 1; t >= smaller; t--)
        {
            for (var k = 0; k < colors.Length; k++)
            {
                colors[k] = _colors.Parent(t, colors[k]);
            }
        }

        return Array.ConvertAll(colors, color => Place(color, smaller));
    }

    public void Dispose()
    {
        foreach (var vector in Vectors)
        {
            vector?.Dispose();
        }
    }

    private int Place(int color, int depth) => Array.BinarySearch(_present[depth], color);

    private SparseRows Map(GraphStep step, int depth) => step switch
    {
        GraphStep.Neighbors { Item: var kind } => SparseRows.Of(
            [.. _present[depth + 1].Select(color => Weighted(kind, depth, color))]),
        GraphStep.Pool { isMean: var isMean } => SparseRows.Of([.. Graphs.Select(g => Counted(g, depth, isMean))]),
        _ => throw new InvalidOperationException($"{step} has no map."),
    };

    private (int, double)[] Weighted(AggregateKind kind, int depth, int color)
    {
        var row = _colors.Neighbors(depth, color);
        var scale = kind.IsNeighborMean ? 1 / row.Sum(term => term.Weight) : 1;
        return double.IsFinite(scale) || row.Length == 0
            ? Array.ConvertAll(row, term => (Place(term.Color, depth), scale * term.Weight))
            : throw new ArgumentException(
                "Expected graphs whose rows have sums that are not 0, for their means; one has.", "x");
    }

    private (int, double)[] Counted(int graph, int depth, bool isMean)
    {
        var colors = _colors.Of(graph, depth).ToArray();
        var scale = isMean ? 1.0 / colors.Length : 1;
        var counts = colors.CountBy(color => color).OrderBy(count => count.Key);
        return [.. counts.Select(count => (Place(count.Key, depth), scale * count.Value))];
    }

    private static int[] Present(VertexColors colors, int[] graphs, int depth)
    {
        var present = new SortedSet<int>();
        foreach (var g in graphs)
        {
            present.UnionWith(colors.Of(g, depth).ToArray());
        }

        return [.. present];
    }
}
