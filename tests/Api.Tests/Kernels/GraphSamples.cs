using HadamardNtk.Core;

namespace HadamardNtk.Api.Tests.Kernels;

/// <summary>Graphs for tests, and their kernels by definition.</summary>
internal static class GraphSamples
{
    /// <summary>Random graphs of 1 to <paramref name="most"/> vertices.</summary>
    /// <param name="count">Their number.</param>
    /// <param name="most">The greatest number of vertices.</param>
    /// <param name="features">The number of features.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="oneHot">Whether features are tags and weights 1, so that many vertices are alike.</param>
    internal static GraphSet Random(int count, int most, int features, int seed, bool oneHot = false)
    {
        var random = new Random(seed);
        return new([.. Enumerable.Range(0, count).Select(_ => One(random, 1 + random.Next(most), features, oneHot))]);
    }

    /// <summary>The graph with its vertices in another order.</summary>
    internal static Graph Permuted(Graph graph, int seed)
    {
        var order = Enumerable.Range(0, graph.Vertices).ToArray();
        new Random(seed).Shuffle(order);
        var place = new int[order.Length];
        for (var p = 0; p < order.Length; p++)
        {
            place[order[p]] = p;
        }

        return new(
            graph.Features.SelectRows(order),
            [.. order.Select(p => graph.Neighbors(p).ToArray().Select(q => place[q]).ToArray())],
            [.. order.Select(p => graph.Weights(p).ToArray())], selfLoops: false);
    }

    /// <summary>The kernels by whole blocks of the core.</summary>
    internal static double[,] Defined(string network, KernelKind kind, GraphSet x, GraphSet other)
    {
        var result = SpatialKernel.cross(Network.Parse(network).Core, [.. x.Select(Sample)], [.. other.Select(Sample)]);
        var (nngp, ntk) = result.ResultValue;
        return kind == KernelKind.Nngp ? nngp : ntk;
    }

    private static Graph One(Random random, int vertices, int features, bool oneHot)
    {
        var x = new double[vertices, features];
        var (neighbors, weights) = (new List<int>[vertices], new List<double>[vertices]);
        for (var p = 0; p < vertices; p++)
        {
            (neighbors[p], weights[p]) = ([], []);
            var tag = random.Next(features);
            for (var c = 0; c < features; c++)
            {
                x[p, c] = oneHot ? (c == tag ? 1 : 0) : 2 * random.NextDouble() - 1;
            }

            for (var q = 0; q < p; q++)
            {
                if (random.Next(3) == 0)
                {
                    neighbors[p].Add(q);
                    neighbors[q].Add(p);
                    weights[p].Add(oneHot ? 1 : 0.5 + random.NextDouble());
                    weights[q].Add(oneHot ? 1 : 0.5 + random.NextDouble());
                }
            }
        }

        return new(x, neighbors, weights);
    }

    private static SpatialSample Sample(Graph graph)
    {
        var matrix = new double[graph.Vertices, graph.Vertices];
        for (var p = 0; p < graph.Vertices; p++)
        {
            for (var k = 0; k < graph.Neighbors(p).Length; k++)
            {
                matrix[p, graph.Neighbors(p)[k]] = graph.Weights(p)[k];
            }
        }

        return SpatialKernel.ofGraph(
            [.. Enumerable.Range(0, graph.Vertices).Select(p => graph.Features.Row(p).ToArray())], matrix);
    }
}
