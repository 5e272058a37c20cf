namespace HadamardNtk;

/// <summary>Fits support vector machines (C-SVC, one against one) with any kernel.</summary>
/// <example><code>
/// var machine = SupportVectorMachine.Fit(network.Ntk(), x, labels, new() { Cost = 10 });
/// long[] classes = machine.Predict(points);
/// </code></example>
public static class SupportVectorMachine
{
    /// <summary>Fits a machine of integer labels on n samples.</summary>
    /// <param name="kernel">The kernel.</param>
    /// <param name="x">Training samples.</param>
    /// <param name="labels">The class of each sample, of at least two different ones.</param>
    /// <param name="options">Cost, tolerance, preparation of rows; the defaults if null.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="ArgumentException">
    /// The numbers of samples and labels differ, there are fewer than two classes, a sample is not finite, or the
    /// options ask for a preparation that these samples do not have.
    /// </exception>
    /// <exception cref="KernelUndefinedException">The kernel is not finite at a row.</exception>
    /// <exception cref="ArithmeticException">A pair of classes did not reach the tolerance.</exception>
    public static SupportVectorMachine<TSamples> Fit<TSamples>(
        IKernel<TSamples> kernel,
        TSamples x,
        long[] labels,
        SupportVectorOptions? options = null,
        CancellationToken cancellation = default)
        where TSamples : class
    {
        options ??= new();
        return Fit(kernel, x, labels, [options.Cost], options, cancellation)[0];
    }

    /// <summary>Writes a machine with a network's kernel to a folder, which appears only when it is complete.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="folder">A new or empty folder, or one that holds a model. That model is replaced.</param>
    /// <param name="progress">Receives the part of the bytes that are written, from 0 to 1.</param>
    /// <param name="cancellation">Stops the work, which then leaves nothing.</param>
    /// <exception cref="OutputException">
    /// The folder cannot be written, or holds something other than a model.
    /// </exception>
    /// <exception cref="NotSupportedException">
    /// The kernel is not that of a network, or the name of a custom activation cannot stand in a network's text.
    /// </exception>
    public static void Save(
        SupportVectorMachine<Matrix> machine,
        string folder,
        IProgress<double>? progress = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(machine);
        ArgumentNullException.ThrowIfNull(folder);
        SupportVectorFolder.Save(folder, machine, new(progress, cancellation));
    }

    /// <summary>
    /// Writes a machine with a network's kernel to a stream, as a zip archive of the files of its folder.
    /// </summary>
    /// <param name="machine">The machine.</param>
    /// <param name="stream">The stream, which stays open.</param>
    /// <param name="progress">Receives the part of the work that is done, from 0 to 1.</param>
    /// <param name="cancellation">Stops the work; what is in the stream by then is no machine.</param>
    /// <inheritdoc cref="Save(SupportVectorMachine{Matrix}, string, IProgress{double}, CancellationToken)"/>
    public static void Save(
        SupportVectorMachine<Matrix> machine,
        Stream stream,
        IProgress<double>? progress = null,
        CancellationToken cancellation = default) =>
        ModelStream.Write(
            stream, new(progress, cancellation),
            (folder, watch) => Save(machine, folder, watch.Progress, watch.Cancellation));

    /// <summary>
    /// Writes a machine with a network's kernel to a stream that is awaited. It is packed before that, on the thread of
    /// the call.
    /// </summary>
    /// <inheritdoc cref="Save(SupportVectorMachine{Matrix}, Stream, IProgress{double}, CancellationToken)"/>
    public static Task SaveAsync(
        SupportVectorMachine<Matrix> machine,
        Stream stream,
        IProgress<double>? progress = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(machine);
        return ModelStream.WriteAsync(
            stream, new(progress, cancellation),
            (folder, watch) => Save(machine, folder, watch.Progress, watch.Cancellation));
    }

    /// <summary>
    /// Reads a machine that <see cref="Save(SupportVectorMachine{Matrix}, string, IProgress{double}, CancellationToken)"/> wrote, which decides with the same
    /// bits.
    /// </summary>
    /// <param name="folder">The folder.</param>
    /// <param name="activations">
    /// The custom activations of the network, which the model was fitted with; null if it has none.
    /// </param>
    /// <param name="progress">Receives the part of the bytes that are read, from 0 to 1.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="DataFormatException">
    /// The folder holds no support vector machine, one of its files was changed, or an activation is missing or another
    /// one.
    /// </exception>
    public static SupportVectorMachine<Matrix> Load(
        string folder,
        IEnumerable<Activation>? activations = null,
        IProgress<double>? progress = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(folder);
        return SupportVectorFolder.Load(folder, activations, new(progress, cancellation));
    }

    /// <summary>Reads a machine from a stream.</summary>
    /// <param name="stream">The stream that the machine was saved to, which holds nothing else from its position on.</param>
    /// <param name="activations">The custom activations of the network, as for a folder.</param>
    /// <param name="progress">Receives the part of the bytes that are read, from 0 to 1.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <inheritdoc cref="Load(string, IEnumerable{Activation}, IProgress{double}, CancellationToken)"/>
    public static SupportVectorMachine<Matrix> Load(
        Stream stream,
        IEnumerable<Activation>? activations = null,
        IProgress<double>? progress = null,
        CancellationToken cancellation = default) =>
        ModelStream.Read(
            stream, new(progress, cancellation),
            (folder, watch) => Load(folder, activations, watch.Progress, watch.Cancellation));

    /// <summary>
    /// Reads a machine from a stream that is awaited. It is unpacked when all of the stream is there.
    /// </summary>
    /// <inheritdoc cref="Load(Stream, IEnumerable{Activation}, IProgress{double}, CancellationToken)"/>
    public static Task<SupportVectorMachine<Matrix>> LoadAsync(
        Stream stream,
        IEnumerable<Activation>? activations = null,
        IProgress<double>? progress = null,
        CancellationToken cancellation = default) =>
        ModelStream.ReadAsync(
            stream, new(progress, cancellation),
            (folder, watch) => Load(folder, activations, watch.Progress, watch.Cancellation));

    /// <summary>Fits one machine for each cost on one Gram matrix.</summary>
    internal static SupportVectorMachine<TSamples>[] Fit<TSamples>(
        IKernel<TSamples> kernel,
        TSamples x,
        long[] labels,
        double[] costs,
        SupportVectorOptions options,
        CancellationToken cancellation)
        where TSamples : class
    {
        ArgumentNullException.ThrowIfNull(kernel);
        ArgumentNullException.ThrowIfNull(x);
        SupportVectorArguments.Require(kernel.Count(x), labels, costs.Length, options.Gram.Threads);
        TrainingData.RequireFiniteSamples(x);
        var preparation = Preparation.Learn(x, options.Center, options.Unit);
        var samples = preparation.Apply(x);
        var gram = kernel.Gram(samples, options.Gram.Exact, cancellation);
        return
        [
            .. GramSupportVectorMachine.Fit(gram, labels, costs, options, cancellation).Select(
                machine => new SupportVectorMachine<TSamples>(
                    new(kernel, preparation, kernel.Select(samples, [.. machine.Support])), machine.OnSupport())),
        ];
    }
}

/// <summary>
/// A support vector machine (C-SVC, one against one) with a kernel; <see cref="GramSupportVectorMachine"/> has the
/// formulas. It keeps its support vectors only. Immutable, and safe to share between threads.
/// </summary>
/// <typeparam name="TSamples">The type of the samples that the kernel takes.</typeparam>
public sealed class SupportVectorMachine<TSamples> where TSamples : class
{
    private readonly FittedSamples<TSamples> _fitted;

    internal SupportVectorMachine(FittedSamples<TSamples> fitted, GramSupportVectorMachine machine) =>
        (_fitted, Machine) = (fitted, machine);

    /// <summary>The kernel.</summary>
    public IKernel<TSamples> Kernel => _fitted.Kernel;

    /// <summary>The support vectors, and the preparation of new samples.</summary>
    internal FittedSamples<TSamples> Fitted => _fitted;

    /// <summary>The machine on the kernels with the support vectors.</summary>
    public GramSupportVectorMachine Machine { get; }

    /// <summary>The classes in ascending order.</summary>
    public IReadOnlyList<long> Classes => Machine.Classes;

    /// <summary>The classes, the kernel and the number of support vectors in one line.</summary>
    public override string ToString() => ModelText.Line(
        this,
        ModelText.Count(Classes.Count, "class"),
        Kernel.ToString(),
        ModelText.Count(Machine.Support.Count, "support vector"));

    /// <summary>
    /// The classes of new samples by the votes of the pairs. Of classes with equally many votes the first is taken.
    /// </summary>
    /// <param name="x">The samples.</param>
    /// <param name="options">Backend, threads and progress; the defaults if null.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="ArgumentException">
    /// The samples are not like those of the training, as with another number of features.
    /// </exception>
    public long[] Predict(TSamples x, GramOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(x);
        options ??= new();
        var labels = new long[Kernel.Count(x)];
        _fitted.ForEach(
            x,
            options,
            cancellation,
            (first, _, cross) => Machine.Predict(cross, options.Threads, cancellation).CopyTo(labels, first));
        return labels;
    }
}
