using Xunit;

namespace HadamardNtk.Api.Tests.Kernels;

/// <summary>Kernels of networks on graphs: the blocks of colors are those of vertices, by the definition of the core.</summary>
public class GraphKernels
{
    private const string Gntk = "let h = aggregate dense (relu dense(w=1.41421356))^2 in sum(dense global_sum_pool, "
        + "h global_sum_pool, h aggregate (relu dense(w=1.41421356))^2 global_sum_pool)";

    private static readonly GraphSet X = GraphSamples.Random(9, 8, 3, 1);
    private static readonly GraphSet Tagged = GraphSamples.Random(12, 6, 2, 2, oneHot: true);

    public static TheoryData<string> Networks =>
    [
        Gntk,
        "aggregate global_sum_pool dense",
        "aggregate(kind=mean) global_avg_pool dense relu dense",
        "aggregate dense(b=0.2) relu aggregate(kind=mean) dense(b=0.3) gelu global_avg_pool dense relu dense",
        "aggregate dense(b=0.1) relu aggregate dense(width=32) erf aggregate dense(param=standard) sin global_sum_pool dense",
        "aggregate hadamard(dense(w=1.4) relu, dense(b=0.3) erf) aggregate dense relu global_sum_pool dense",
        "dense(b=0.2) layer_norm relu aggregate sum(dense relu, dense sigmoid_like, constant(c=0.5)) aggregate dense relu global_sum_pool dense",
        "dense relu sum(identity, constant(c=0.5)) aggregate dense relu global_sum_pool dense",
        "aggregate dense rbf(gamma=0.5) concat(dense relu aggregate, dense sin) global_sum_pool dense exp(a=1,b=0.1) dense",
        "sum(identity, aggregate dense relu) global_avg_pool dense",
        "aggregate dense gaussian(a=1,b=-0.5) global_sum_pool dense leaky_relu(alpha=0.2) dense",
        // By the definition: an attention, no closed form, and a signal of whole graphs that meets one of vertices.
        "aggregate dense relu self_attention global_avg_pool dense",
        "aggregate dense tanh global_sum_pool dense",
        "hadamard(aggregate dense relu, global_avg_pool dense) aggregate dense relu global_sum_pool dense",
    ];

    [Theory]
    [MemberData(nameof(Networks))]
    public void Every_network_has_the_kernels_of_its_definition(string network)
    {
        foreach (var kind in new[] { KernelKind.Ntk, KernelKind.Nngp })
        {
            var kernel = Network.Parse(network).GraphKernel(kind);
            var truth = GraphSamples.Defined(network, kind, X, X);
            var (gram, cross, diagonal) = (kernel.Gram(X), kernel.Cross(X.Select([3, 1]), X), kernel.Diagonal(X));
            for (var i = 0; i < X.Count; i++)
            {
                for (var j = 0; j < X.Count; j++)
                {
                    var scale = Math.Sqrt(truth[i, i] * truth[j, j]);
                    Assert.Equal(truth[i, j], gram[i, j], 1e-12 * scale);
                    Assert.Equal(gram[i, j], gram[j, i]);
                    if (i is 3 or 1)
                    {
                        Assert.Equal(truth[i, j], cross[i == 3 ? 0 : 1, j], 1e-12 * scale);
                    }
                }

                Assert.Equal(gram[i, i], diagonal[i]);
            }
        }
    }

    // The definition takes proportional vertices, of which there are some, at angles of 1e-8, and so does the product.
    [Theory]
    [InlineData(KernelKind.Nngp, 1e-12)]
    [InlineData(KernelKind.Ntk, 1e-7)]
    public void Vertices_that_are_alike_are_computed_once_and_counted_as_often_as_they_are(KernelKind kind, double tolerance)
    {
        string[] networks =
        [
            Gntk,
            "aggregate(kind=mean) dense relu aggregate(kind=mean) dense relu global_avg_pool dense",
            "hadamard(dense(b=0.3) relu, aggregate dense(b=0.2) erf) aggregate dense relu global_sum_pool dense",
        ];
        foreach (var network in networks)
        {
            var truth = GraphSamples.Defined(network, kind, Tagged, Tagged);
            var gram = Network.Parse(network).GraphKernel(kind).Gram(Tagged);
            for (var i = 0; i < Tagged.Count; i++)
            {
                for (var j = 0; j < Tagged.Count; j++)
                {
                    Assert.Equal(truth[i, j], gram[i, j], tolerance * Math.Sqrt(truth[i, i] * truth[j, j]));
                }
            }
        }
    }

    [Theory]
    [InlineData("gnn_2", "aggregate dense(w=1.4,b=0.1) relu aggregate dense(w=1.2) relu global_avg_pool dense")]
    [InlineData("gnn_had", "aggregate hadamard(dense(w=1.4) relu, dense(b=0.3) erf) aggregate dense relu global_sum_pool dense")]
    public void Golden_graphs_are_met_to_1e_10(string name, string network)
    {
        static Matrix Read(string file) => DataFile.ReadMatrix(Repository.Place("tests", "golden-space", file));
        var (x, adjacency) = (Read("graph.x.npy"), Read("graph.adjacency.npy"));
        var n = (int)Math.Sqrt(adjacency.Columns);
        var graphs = new GraphSet(Enumerable.Range(0, x.Rows).Select(i => Golden(x.Row(i), adjacency.Row(i), n)));
        foreach (var kind in new[] { KernelKind.Ntk, KernelKind.Nngp })
        {
            var truth = Read($"{name}.{(kind == KernelKind.Ntk ? "ntk" : "nngp")}.npy");
            var gram = Network.Parse(network).GraphKernel(kind).Gram(graphs);
            for (var i = 0; i < x.Rows; i++)
            {
                for (var j = 0; j < x.Rows; j++)
                {
                    // The golden angles of a graph's vertices with themselves are known to 1e-8.
                    var tolerance = i == j && kind == KernelKind.Ntk ? 3e-9 : 1e-10;
                    Assert.Equal(truth[i, j], gram[i, j], tolerance * Math.Sqrt(truth[i, i] * truth[j, j]));
                }
            }
        }
    }

    [Fact]
    public void Batches_threads_and_the_order_of_vertices_and_of_graphs_change_no_bit()
    {
        var graphs = GraphSamples.Random(60, 40, 2, 3);
        var kernel = Network.Parse(Gntk).GraphKernel();
        var gram = kernel.Gram(graphs);
        Samples.SameBits(gram, kernel.Gram(graphs, new() { Threads = 1 }), "one thread");
        Samples.SameBits(gram, kernel.Gram(new([.. graphs.Select(GraphSamples.Permuted)])), "permuted vertices");
        int[] some = [59, 7, 20];
        var part = kernel.Gram(graphs.Select(some));
        for (var i = 0; i < some.Length; i++)
        {
            for (var j = 0; j < some.Length; j++)
            {
                var (a, b) = (some[i], some[j]);
                Assert.Equal(gram[a, b], part[i, j], 1e-14 * Math.Sqrt(gram[a, a] * gram[b, b]));
            }
        }
    }

    [Fact]
    public void Equal_graphs_have_equal_kernels_to_the_last_bit()
    {
        var graph = GraphSamples.Random(3, 12, 2, 4)[2];
        var gram = Network.Parse(Gntk).GraphKernel().Gram(new([graph, GraphSamples.Permuted(graph, 1)]));
        Assert.Equal(gram[0, 0], gram[1, 1]);
        Assert.Equal(gram[0, 0], gram[0, 1]);
    }

    [Fact]
    public void Values_beyond_the_range_of_squares_are_those_of_the_definition()
    {
        var scaled = new GraphSet(X.Select(graph => new Graph(
            Matrix.Wrap([.. graph.Features.Data.Select(v => v * 1e-80)], graph.Vertices, 3),
            [.. Enumerable.Range(0, graph.Vertices).Select(p => graph.Neighbors(p).ToArray())], selfLoops: false)));
        var gram = Network.Parse(Gntk).GraphKernel().Gram(scaled);
        var truth = GraphSamples.Defined(Gntk, KernelKind.Ntk, scaled, scaled);
        Assert.All(Enumerable.Range(1, 8), i => Assert.Equal(truth[i, i - 1], gram[i, i - 1], 1e-12 * truth[i, i]));
    }

    [Fact]
    public void Models_take_it()
    {
        var kernel = Network.Parse(Gntk).GraphKernel();
        var labels = X.Select(graph => (long)(graph.Vertices % 2)).ToArray();
        var machine = SupportVectorMachine.Fit(kernel, X, labels, new() { Cost = 1e6 });
        Assert.Equal(labels, machine.Predict(X));
        Assert.Equal(KernelKind.Nngp, Assert.IsType<GraphKernel>(((IKernel<GraphSet>)kernel).Prior).Kind);
        Assert.Contains("on graphs", kernel.ToString());
    }

    [Fact]
    public void Progress_ends_at_1_and_a_canceled_token_stops_the_work()
    {
        var kernel = Network.Parse(Gntk).GraphKernel();
        var last = 0.0;
        kernel.Gram(X, new() { Threads = 1, Progress = new Told(value => last = value) });
        Assert.Equal(1, last);
        Assert.Throws<OperationCanceledException>(() => kernel.Gram(X, null, new(true)));
    }

    [Fact]
    public void What_it_cannot_read_is_refused()
    {
        static NetworkRefusedException Refused(string network) =>
            Assert.Throws<NetworkRefusedException>(() => Network.Parse(network).GraphKernel());
        Assert.Contains("ends on graphs", Refused("aggregate dense relu").Message);
        Assert.Contains("reads no graphs", Refused("dense relu dense").Message);
        Assert.Contains("reads no graphs", Refused("image(4x4x1) conv relu flatten dense").Message);
        var kernel = Network.Parse("aggregate(kind=mean) dense layer_norm(eps=0) relu global_sum_pool").GraphKernel();
        Assert.Contains("3 features", Assert.Throws<ArgumentException>(() => kernel.Cross(X, Tagged)).Message);
        Matrix two = new double[,] { { 1 }, { 0 } };
        var (good, dark) = (new Graph(two, [[1], [0]]), new Graph(two, [[], []]));
        Assert.Equal(1, Assert.Throws<KernelUndefinedException>(() => kernel.Gram(new([good, dark]))).Row);
        var cancelling = new Graph(two, [[1], [0]], [[-1], [1]]);
        Assert.Contains("sums that are not 0", Assert.Throws<ArgumentException>(() => kernel.Gram(new([good, cancelling]))).Message);
        Assert.Equal((0, 2), (kernel.Cross(new([]), new([good, good])).Rows, kernel.Cross(new([]), new([good, good])).Columns));
    }

    // The layer of the golden kernels multiplies by the transpose of A with rows divided by their sums.
    private static Graph Golden(ReadOnlySpan<double> x, ReadOnlySpan<double> a, int n)
    {
        var values = a.ToArray();
        var sums = Enumerable.Range(0, n).Select(p => values[(p * n)..(p * n + n)].Sum()).ToArray();
        var all = Enumerable.Range(0, n).ToArray();
        return new(
            Matrix.Wrap(x.ToArray(), n, x.Length / n),
            [.. all.Select(p => all.Where(q => values[q * n + p] != 0).ToArray())],
            [.. all.Select(p => all.Where(q => values[q * n + p] != 0).Select(q => values[q * n + p] / sums[q]).ToArray())],
            selfLoops: false);
    }

    private sealed class Told(Action<double> tell) : IProgress<double>
    {
        public void Report(double value) => tell(value);
    }
}
