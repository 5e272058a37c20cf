#:package HadamardNtk@*

// A graph neural network of infinite width tells cycles from paths.
using HadamardNtk;

static Graph Ring(int vertices, bool isClosed)
{
    var ones = Enumerable.Repeat<double[]>([1.0], vertices);
    bool IsThere(int v) => isClosed || (v >= 0 && v < vertices);
    int[] Neighbors(int v) =>
        [.. new[] { v - 1, v + 1 }.Where(IsThere).Select(u => (u + vertices) % vertices)];
    return new(new Matrix(ones), [.. Enumerable.Range(0, vertices).Select(Neighbors)]);
}

var graphs = new GraphSet(Enumerable.Range(4, 8).SelectMany(n => new[] { Ring(n, true), Ring(n, false) }));
long[] labels = [.. Enumerable.Range(0, graphs.Count).Select(i => i % 2L)];

var network = Network.Parse("(aggregate dense(b=0.1) relu)^2 global_avg_pool dense");
var kernel = network.GraphKernel();
Console.WriteLine($"{kernel}: a matrix of {kernel.Gram(graphs).Rows} graphs");

var machine = SupportVectorMachine.Fit(kernel, graphs, labels, new() { Cost = 1e4 });
var others = new GraphSet([Ring(20, true), Ring(20, false)]);
Console.WriteLine($"cycle: {machine.Predict(others)[0]}, path: {machine.Predict(others)[1]}");

// > NTK of (aggregate dense(b=0.1) relu)^2 global_avg_pool dense, on graphs: a matrix of 16 graphs
// > cycle: 0, path: 1
