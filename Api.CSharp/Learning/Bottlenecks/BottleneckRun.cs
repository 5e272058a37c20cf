namespace HadamardNtk;

/// <summary>
/// The training of an infinitely wide network with bottlenecks by gradient descent, in function space. Immutable.
/// </summary>
/// <remarks>
/// <para>g_{t+1}(x) = g_t(x) − η_g Σ_i Θ_g(x, x_i) ∇f_t(g_t(x_i)) χ_i and
/// f_t(z) = f_0(z) − η_f Σ_{s&lt;t} Σ_i K_f(z, g_s(x_i)) χ_i^s with χ_i = dL/dF(x_i) for the loss L of n samples with C
/// outputs: 1/(2nC)·|κ F − α y|² or one of <see cref="HadamardNtk.Loss"/>. g_0 is a sample of the Gaussian process with
/// the NNGP kernel of g in each of d outputs, and f_0 one of M random features. All is in float64.</para>
/// <para>The result depends on the options alone; its bits do not depend on the number of threads. Source: Littwin et
/// al., Implicit acceleration and feature learning in infinitely wide neural networks with bottlenecks (2021);
/// docs/mathematics.md, section 14.</para>
/// </remarks>
/// <example><code>
/// var network = Network.Parse("dense relu dense bottleneck(width=2) dense erf dense");
/// var run = BottleneckRun.Train(network, x, y, new() { Steps = 1000, LabelScale = 5 });
/// var (first, last) = (run.Records[0], run.Records[^1]);        // losses, embeddings, predictions
/// var alignment = last.Kernel().Gram(run.TrainingPlaces);       // the effective tangent kernel
/// </code></example>
public sealed class BottleneckRun
{
    internal BottleneckRun(
        BottleneckNetwork network, BottleneckOptions options, Matrix targets, BottleneckKernels kernels,
        BottleneckStart start, IReadOnlyList<BottleneckRecord> records)
    {
        (Network, Options, Targets, Start, Records) = (network, options, targets, start, records);
        (HeadRate, FeatureRate) = (kernels.HeadRate, kernels.FeatureRate);
    }

    /// <summary>The network.</summary>
    public BottleneckNetwork Network { get; }

    /// <summary>The options.</summary>
    public BottleneckOptions Options { get; }

    /// <summary>The targets α y of the training samples, n × C.</summary>
    public Matrix Targets { get; }

    /// <summary>η_f, the learning rate of the heads.</summary>
    public double HeadRate { get; }

    /// <summary>η_g, the learning rate of g.</summary>
    public double FeatureRate { get; }

    /// <summary>The start.</summary>
    public BottleneckStart Start { get; }

    /// <summary>The records, the first one of the start and the last one of the end.</summary>
    public IReadOnlyList<BottleneckRecord> Records { get; }

    /// <summary>The places of the training samples among all, 0, …, n − 1, for kernels of records.</summary>
    public IReadOnlyList<int> TrainingPlaces => [.. Enumerable.Range(0, Targets.Rows)];

    /// <summary>The network, and below it the first and the last record.</summary>
    public override string ToString() =>
        $"BottleneckRun of {Network.Network}, {Records.Count} records\n  {Records[0]}\n  {Records[^1]}";

    /// <summary>Trains a network.</summary>
    /// <param name="network">The network, with at least one bottleneck.</param>
    /// <param name="x">Training samples, n × p.</param>
    /// <param name="y">Their targets, n × C.</param>
    /// <param name="options">The options; the defaults if null.</param>
    /// <param name="progress">Gets the part that is done, from 0 to 1.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="NetworkRefusedException">The network cannot be trained so; the message says why.</exception>
    /// <exception cref="ArgumentException">
    /// Samples, targets and options do not fit, the rates are unstable at the start and steps may not be divided, or
    /// the memory does not suffice.
    /// </exception>
    /// <exception cref="ArithmeticException">The training diverges.</exception>
    /// <exception cref="OutputException">The checkpoint cannot be written, or is that of another training.</exception>
    /// <exception cref="NotSupportedException">There is to be a checkpoint of a custom activation.</exception>
    public static BottleneckRun Train(
        Network network,
        Matrix x,
        Matrix y,
        BottleneckOptions? options = null,
        IProgress<double>? progress = null,
        CancellationToken cancellation = default)
    {
        options ??= new();
        var cut = BottleneckNetwork.Of(network);
        TrainingData.Require(cut.Features.Nngp(), x, y);
        options.Require(cut, x, y);
        return new BottleneckTrainer(cut, x, y, options, progress, cancellation).Run();
    }

    /// <summary>
    /// The bytes that a training takes at its most, beside its samples. In history mode they are more where steps are
    /// divided.
    /// </summary>
    /// <param name="network">The network.</param>
    /// <param name="n">The number of training samples.</param>
    /// <param name="outputs">C.</param>
    /// <param name="options">The options.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A number of samples, outputs, steps or steps between records is below 1.
    /// </exception>
    public static long RequiredBytes(BottleneckNetwork network, int n, int outputs, BottleneckOptions options)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(n, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(outputs, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Steps, 1, nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Every, 1, nameof(options));
        return 8 * RequiredNumbers(network, n, outputs, options, options.Steps);
    }

    internal static long RequiredNumbers(
        BottleneckNetwork network, int n, int outputs, BottleneckOptions options, long steps)
    {
        double all = n + (options.TestSamples?.Rows ?? 0);
        var kernels = (all * all) + (all * n * (options.TrainJoined ? 2 : 1)) + ((double)n * n);
        var (parameters, hidden, history, kept) = (0.0, 0.0, 0.0, 2 * all * outputs);
        for (var l = 0; l < network.Widths.Count; l++)
        {
            double d = network.Widths[l], c = BottleneckStart.Outputs(network, l, outputs);

            // B, A and the products of their entries; the parameters, a gradient and a copy.
            parameters += options.Width * ((3 * (d + c + 1)) + (c * d));
            hidden += 2 * Math.Min((double)n * options.Width, HeadFeatures.MostStored);
            history += (2 * (d + c)) + (c * d);
            kept += all * d * (1 + (options.KeepKernels ? Math.Max(outputs, c) : 0));
        }

        var numbers = kernels + parameters + hidden + (options.Records * kept)
            + (options.Mode == BottleneckMode.History ? history * steps * n : 0);
        return numbers < long.MaxValue / 16 ? (long)numbers : long.MaxValue / 16;
    }
}
