using HadamardNtk.Core;

namespace HadamardNtk;

/// <summary>
/// A network of finite width m with parameters drawn from a seed, and its empirical kernels Θ_m(x,x′) = 1/C Σ_c
/// ⟨∇f_c(x), ∇f_c(x′)⟩ over the trained parameters and Σ_m(x,x′) = 1/C Σ_c f_c(x) f_c(x′), where C is the number of
/// channels of f. Their means over seeds differ from the kernels of infinite width by O(1/m). The object is immutable
/// and safe to share between threads.
/// </summary>
/// <remarks>
/// A network that ends in a dense layer of its own without a width is a scalar function, with C = 1. Every other
/// network has as many channels as it ends in. A stated width is kept, and every other dense layer has m channels.
/// Networks without a kernel limit can be read too.
/// </remarks>
/// <example>
/// <code>var finite = FiniteNetwork.Create(network, width: 512, features: x.Columns, seed: 1);</code>
/// </example>
public sealed class FiniteNetwork
{
    private const string Row = "row";
    private const string OneGraph = "graph";
    private readonly Core.FiniteNetwork _core;

    private FiniteNetwork(Network network, int width, long seed, Core.FiniteNetwork core) =>
        (Network, Width, Seed, _core) = (network, width, seed, core);

    /// <summary>The network.</summary>
    public Network Network { get; }

    /// <summary>m, the width of every dense layer that states none.</summary>
    public int Width { get; }

    /// <summary>The seed from which the parameters were drawn.</summary>
    public long Seed { get; }

    /// <summary>d, the number of features of a sample.</summary>
    public int Features => _core.Features;

    /// <summary>C, the number of channels of f.</summary>
    public int Channels => _core.Channels;

    /// <summary>The number of parameters, including those that are not trained.</summary>
    public int ParameterCount => _core.ParameterCount;

    /// <summary>The network, its width, features, parameters and seed in one line.</summary>
    public override string ToString() =>
        $"FiniteNetwork: {Network}, width {Width}, {Features} features, {ParameterCount} parameters, seed {Seed}";

    /// <summary>Reads a network at a width and draws its parameters. The same seed gives the same parameters.</summary>
    /// <param name="network">The network.</param>
    /// <param name="width">m, at least 1.</param>
    /// <param name="features">d, at least 1.</param>
    /// <param name="seed">The seed, which may be any number.</param>
    /// <param name="progress">Receives the part of the parameters that are drawn, from 0 to 1.</param>
    /// <param name="cancellation">The token that stops the work.</param>
    /// <exception cref="ArgumentException">
    /// Widths do not fit (a stated one against m, or more features than m where the raw input meets wide signals),
    /// no dense layer stands before a bottleneck, or there are more parameters than one array holds.
    /// </exception>
    public static FiniteNetwork Create(
        Network network,
        int width,
        int features,
        long seed,
        IProgress<double>? progress = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(network);
        var told = new Watch(progress, cancellation).Told();
        var drawn = FiniteNetworkModule.createTold(told, width, features, seed, network.Core);
        progress?.Report(1);
        return new(network, width, seed, drawn);
    }

    /// <summary>Computes f at the rows of x (n × d), which gives n × C.</summary>
    /// <inheritdoc cref="Outputs(Matrix, IProgress{double}, CancellationToken)"/>
    public Matrix Outputs(Matrix x) => Outputs(x, CancellationToken.None);

    /// <summary>Computes f at the rows of x (n × d), which gives n × C.</summary>
    /// <inheritdoc cref="Outputs(Matrix, IProgress{double}, CancellationToken)"/>
    public Matrix Outputs(Matrix x, CancellationToken cancellation) => Outputs(x, null, cancellation);

    /// <summary>Computes f at the rows of x (n × d), which gives n × C.</summary>
    /// <param name="x">The samples, one a row.</param>
    /// <param name="progress">Receives the part of the rows that are done, from 0 to 1.</param>
    /// <param name="cancellation">The token that stops the work.</param>
    /// <exception cref="ArgumentException">The rows have another number of features.</exception>
    public Matrix Outputs(Matrix x, IProgress<double>? progress, CancellationToken cancellation = default)
    {
        RequireSamples(x, nameof(x));
        return Outputs(
            x.Rows, i => FiniteNetworkModule.outputs(_core, x.Row(i).ToArray()), new(progress, cancellation));
    }

    /// <summary>Computes f at graphs, which gives n × C.</summary>
    /// <inheritdoc cref="Outputs(GraphSet, IProgress{double}, CancellationToken)"/>
    public Matrix Outputs(GraphSet x) => Outputs(x, CancellationToken.None);

    /// <summary>Computes f at graphs, which gives n × C.</summary>
    /// <inheritdoc cref="Outputs(GraphSet, IProgress{double}, CancellationToken)"/>
    public Matrix Outputs(GraphSet x, CancellationToken cancellation) => Outputs(x, null, cancellation);

    /// <summary>Computes f at graphs, which gives n × C.</summary>
    /// <param name="x">The graphs.</param>
    /// <param name="progress">Receives the part of the graphs that are done, from 0 to 1.</param>
    /// <param name="cancellation">The token that stops the work.</param>
    /// <exception cref="ArgumentException">
    /// The vertices have another number of features than the network, or it reads no graphs.
    /// </exception>
    public Matrix Outputs(GraphSet x, IProgress<double>? progress, CancellationToken cancellation = default)
    {
        RequireGraphs(x, nameof(x));
        return Outputs(
            x.Count, i => FiniteNetworkModule.outputsAt(_core, GraphSample.Of(x[i])), new(progress, cancellation));
    }

    private Matrix Outputs(int count, Func<int, double[]> at, Watch watch)
    {
        var (values, done) = (new double[MatrixSize.Of(count, Channels)], new StepProgress(watch.Progress, count));
        for (var i = 0; i < count; i++)
        {
            watch.Cancellation.ThrowIfCancellationRequested();
            at(i).CopyTo(values, i * Channels);
            done.Add();
        }

        return Matrix.Wrap(values, count, Channels);
    }

    /// <summary>
    /// Computes the gradient of f_c at a graph by all parameters. It is 0 for those that are not trained.
    /// </summary>
    /// <param name="x">A graph with d features of each vertex.</param>
    /// <param name="channel">c, from 0.</param>
    /// <exception cref="ArgumentException">
    /// The vertices have another number of features, the network reads no graphs, or f has no channel c.
    /// </exception>
    public double[] Gradient(Graph x, int channel = 0)
    {
        ArgumentNullException.ThrowIfNull(x);
        RequireGraphs(new([x]), nameof(x));
        return FiniteNetworkModule.gradientAt(_core, channel, GraphSample.Of(x));
    }

    /// <summary>
    /// Computes the gradient of f_c at a sample by all parameters. It is 0 for those that are not trained.
    /// </summary>
    /// <param name="x">A sample of d features.</param>
    /// <param name="channel">c, from 0.</param>
    /// <exception cref="ArgumentException">
    /// The sample has another number of features, or f has no channel c.
    /// </exception>
    public double[] Gradient(ReadOnlySpan<double> x, int channel = 0)
    {
        RequireFeatures(x.Length, nameof(x));
        return FiniteNetworkModule.gradient(_core, channel, x.ToArray());
    }

    /// <summary>
    /// Computes Θ_m or Σ_m between the rows of x (n × d) and of other (n′ × d) or x. It is n × n′, and symmetric to the
    /// last bit.
    /// </summary>
    /// <param name="kind">Which of the two.</param>
    /// <param name="x">The samples of the rows of the result.</param>
    /// <param name="other">The samples of the columns of the result. Null stands for x.</param>
    /// <param name="threads">The number of threads.</param>
    /// <param name="watch">The listener, and the token that stops the work.</param>
    /// <exception cref="ArgumentException">The rows have another number of features.</exception>
    /// <exception cref="ArithmeticException">The network overflows at a row.</exception>
    internal Matrix Kernel(KernelKind kind, Matrix x, Matrix? other, int threads, Watch watch)
    {
        RequireSamples(x, nameof(x));
        RequireSamples(other ?? x, nameof(other));
        return Kernel(
            kind, stage => Samples(x, threads, stage),
            other is null ? null : stage => Samples(other, threads, stage), Row, threads, watch);
    }

    /// <summary>
    /// Computes Θ_m or Σ_m between graphs, n × n′, which is symmetric to the last bit.
    /// </summary>
    /// <param name="kind">Which of the two.</param>
    /// <param name="x">The graphs of the rows of the result.</param>
    /// <param name="other">The graphs of the columns of the result. Null stands for x.</param>
    /// <param name="threads">The number of threads.</param>
    /// <param name="watch">The listener, and the token that stops the work.</param>
    /// <exception cref="ArgumentException">The network does not read such graphs.</exception>
    /// <exception cref="ArithmeticException">The network overflows at a graph.</exception>
    internal Matrix Kernel(KernelKind kind, GraphSet x, GraphSet? other, int threads, Watch watch)
    {
        RequireGraphs(x, nameof(x));
        RequireGraphs(other ?? x, nameof(other));
        return Kernel(
            kind, stage => Samples(x, threads, stage),
            other is null ? null : stage => Samples(other, threads, stage), OneGraph, threads, watch);
    }

    // The passes of the samples through the network take three quarters of the progress, and their pairs the rest.
    private Matrix Kernel(
        KernelKind kind,
        Func<Watch, FiniteSample[]> makeRows,
        Func<Watch, FiniteSample[]>? makeColumns,
        string what,
        int threads,
        Watch watch)
    {
        var rows = makeRows(watch.Stage(0, makeColumns is null ? 0.75 : 0.375));
        var columns = makeColumns?.Invoke(watch.Stage(0.375, 0.75)) ?? rows;
        var values = new double[MatrixSize.Of(rows.Length, columns.Length)];
        var (pair, cancellation) = (Pair(kind), watch.Cancellation);
        Each(rows.Length, threads, watch.Stage(0.75, 1), i =>
        {
            for (var j = 0; j < columns.Length; j++)
            {
                cancellation.ThrowIfCancellationRequested();
                values[(i * columns.Length) + j] = pair(rows[i], columns[j]);
            }
        });
        return Array.FindIndex(values, v => !double.IsFinite(v)) is >= 0 and var at
            ? throw Overflow(what, at / columns.Length)
            : Matrix.Wrap(values, rows.Length, columns.Length);
    }

    /// <summary>Computes Θ_m or Σ_m of each row of x with itself, n numbers.</summary>
    /// <exception cref="ArgumentException">The rows have another number of features.</exception>
    /// <exception cref="ArithmeticException">The network overflows at a row.</exception>
    internal double[] Diagonal(KernelKind kind, Matrix x, int threads, Watch watch)
    {
        RequireSamples(x, nameof(x));
        return Diagonal(kind, Samples(x, threads, watch.Stage(0, 0.75)), Row, threads, watch.Stage(0.75, 1));
    }

    /// <summary>Computes Θ_m or Σ_m of each graph with itself, n numbers.</summary>
    /// <exception cref="ArgumentException">The network does not read such graphs.</exception>
    /// <exception cref="ArithmeticException">The network overflows at a graph.</exception>
    internal double[] Diagonal(KernelKind kind, GraphSet x, int threads, Watch watch)
    {
        RequireGraphs(x, nameof(x));
        return Diagonal(kind, Samples(x, threads, watch.Stage(0, 0.75)), OneGraph, threads, watch.Stage(0.75, 1));
    }

    private double[] Diagonal(KernelKind kind, FiniteSample[] samples, string what, int threads, Watch watch)
    {
        var (pair, values) = (Pair(kind), new double[samples.Length]);
        Each(samples.Length, threads, watch, i => values[i] = pair(samples[i], samples[i]));
        return Array.FindIndex(values, v => !double.IsFinite(v)) is >= 0 and var at ? throw Overflow(what, at) : values;
    }

    private Func<FiniteSample, FiniteSample, double> Pair(KernelKind kind)
    {
        var tangent = EmpiricalKernel.tangent(_core);
        return kind == KernelKind.Ntk ? (a, b) => tangent.Invoke(a).Invoke(b) : EmpiricalKernel.secondMoment;
    }

    private FiniteSample[] Samples(Matrix x, int threads, Watch watch) => Samples(
        x.Rows, Row, i => EmpiricalKernel.sample(_core, x.Row(i).ToArray()), threads, watch);

    private FiniteSample[] Samples(GraphSet x, int threads, Watch watch) => Samples(
        x.Count, OneGraph, i => EmpiricalKernel.sampleAt(_core, GraphSample.Of(x[i])), threads, watch);

    private static FiniteSample[] Samples(
        int count, string what, Func<int, FiniteSample> make, int threads, Watch watch)
    {
        var samples = new FiniteSample[count];
        Each(count, threads, watch, i => samples[i] = make(i));
        return Array.FindIndex(samples, s => !s.IsFinite) is >= 0 and var at ? throw Overflow(what, at) : samples;
    }

    private static void Each(int count, int threads, Watch watch, Action<int> work) =>
        new Workers(threads, watch.Cancellation).For(count, i => work((int)i), watch.Progress);

    private static ArithmeticException Overflow(string what, int at) =>
        new($"{what} {at} (counted from 0): the finite network overflows there, or has no derivative; "
            + $"scale the {(what == Row ? "rows" : "features")} down");

    private void RequireGraphs(GraphSet x, string name)
    {
        ArgumentNullException.ThrowIfNull(x, name);
        if (x.Count > 0 && x.Features != Features)
        {
            throw new ArgumentException(
                $"Expected graphs whose vertices have {Features} features; they have {x.Features}.", name);
        }
    }

    private void RequireSamples(Matrix x, string name)
    {
        ArgumentNullException.ThrowIfNull(x, name);
        RequireFeatures(x.Columns, name);
    }

    private void RequireFeatures(int features, string name)
    {
        if (features != Features)
        {
            throw new ArgumentException($"Expected samples of {Features} features; they have {features}.", name);
        }
    }
}
