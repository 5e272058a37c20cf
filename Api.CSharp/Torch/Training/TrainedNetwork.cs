using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace HadamardNtk;

/// <summary>
/// A network of finite width that was trained, with what is needed to use it again: the preparation of rows and the
/// classes of a classifier. A folder can keep it.
/// </summary>
/// <example><code>
/// using var network = TrainedNetwork.Train(
///     Network.Parse("(dense(w=1.41421356) relu)^2 dense(width=10)"), pixels, labels,
///     new() { Width = 512, Seed = 1, Training = new() { Loss = Loss.Softmax, BatchSize = 128, Epochs = 10 } });
/// network.Save("mnist");
/// long[] digits = network.Classify(morePixels).Labels;
/// </code></example>
public sealed class TrainedNetwork : IDisposable
{
    private const int Batch = 2048;

    private readonly ClassTargets? _classes;

    internal TrainedNetwork(
        NetworkModule module,
        LinearizedModule? linearized,
        RowTransform transform,
        ClassTargets? classes,
        IReadOnlyList<ModuleTrainingPoint> history)
    {
        (Module, Linearized, Transform, _classes, History) = (module, linearized, transform, classes, history);
        Mean = transform.Mean?.AsReadOnly();
    }

    /// <summary>
    /// The network as a module. If <see cref="Linearized"/> is not null, it has the parameters at which the network was
    /// linearized.
    /// </summary>
    public NetworkModule Module { get; }

    /// <summary>The linearization that was trained, or null if the network itself was.</summary>
    public LinearizedModule? Linearized { get; }

    /// <summary>The mean that is subtracted from every row, d numbers, or null.</summary>
    public IReadOnlyList<double>? Mean { get; }

    /// <summary>Whether every row is scaled to unit norm, after it is centered.</summary>
    public bool Unit => Transform.Unit;

    /// <summary>The classes of a classifier in ascending order, or null.</summary>
    public IReadOnlyList<long>? Classes => _classes?.Classes.AsReadOnly();

    /// <summary>The history of the training; empty if none is known.</summary>
    public IReadOnlyList<ModuleTrainingPoint> History { get; }

    /// <summary>The network, its width and the last point of its training in one line.</summary>
    public override string ToString() => FormattableString.Invariant(
        $"TrainedNetwork: {Module.Network}, width {Module.Width}")
        + (History is [.., var last] ? FormattableString.Invariant($", epoch {last.Epoch}, loss {last.Loss:G6}") : "");

    /// <summary>The preparation of rows.</summary>
    internal RowTransform Transform { get; }

    /// <summary>The precision of the parameters.</summary>
    internal Precision Precision => Module.Layers.Any(layer => layer.Weight.dtype == torch.ScalarType.Float64)
        ? Precision.Float64
        : Precision.Float32;

    /// <summary>
    /// Trains a network on the rows of x. The parameters are drawn from a seed, and changed by
    /// <see cref="ModuleTrainer"/>.
    /// </summary>
    /// <param name="network">The network. Its last layer has C channels, as <c>dense(width=3)</c> has 3.</param>
    /// <param name="x">Samples, n × d.</param>
    /// <param name="y">Targets, n × C, that suit the loss.</param>
    /// <param name="options">The options; the defaults if null.</param>
    /// <param name="validation">Other samples and targets, whose loss and accuracy are in the history.</param>
    /// <param name="cancellation">Stops the training, after its checkpoint is written if it has one.</param>
    /// <exception cref="ArgumentException">
    /// Samples, targets, network, loss or device do not fit, or the network has no parameter that is trained.
    /// </exception>
    /// <exception cref="ArithmeticException">The loss is no longer finite: training has diverged.</exception>
    /// <exception cref="DllNotFoundException">libtorch is missing; the message says how to have it.</exception>
    /// <exception cref="InsufficientMemoryException">The device has too little memory.</exception>
    /// <exception cref="OutputException">
    /// The checkpoint cannot be written, or is that of another training.
    /// </exception>
    public static TrainedNetwork Train(
        Network network,
        Matrix x,
        Matrix y,
        NetworkTrainingOptions? options = null,
        (Matrix X, Matrix Y)? validation = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(y);
        return new NetworkTraining(network, options ?? new(), null, cancellation).Run(
            new(x, y.Rows, module => NetworkTraining.Fitting(module, y)),
            validation is var (v, w) ? new(v, w.Rows, module => NetworkTraining.Fitting(module, w)) : null);
    }

    /// <summary>Trains a network to tell classes apart.</summary>
    /// <remarks>
    /// The network has an output for each class, in ascending order. The targets are one-hot rows for the softmax loss,
    /// −1 and 1 for the logistic one, and one-hot rows minus 1/C for the squared one. With the logistic and the squared
    /// loss, two classes may also share one output, with the target −1 for the first and 1 for the second.
    /// </remarks>
    /// <param name="network">
    /// The network. Its last layer has a channel for each class, as in <c>dense(width=10)</c>.
    /// </param>
    /// <param name="x">Samples, n × d.</param>
    /// <param name="labels">The class of each sample, of at least two different ones.</param>
    /// <param name="options">The options; the defaults if null, of which the loss is the squared one.</param>
    /// <param name="validation">Other samples of the same classes, whose loss and accuracy are in the history.</param>
    /// <param name="cancellation">Stops the training, after its checkpoint is written if it has one.</param>
    /// <exception cref="ArgumentException">
    /// Samples, labels, network, loss or device do not fit, or the network has no parameter that is trained.
    /// </exception>
    /// <exception cref="ArithmeticException">The loss is no longer finite: training has diverged.</exception>
    /// <exception cref="DllNotFoundException">libtorch is missing; the message says how to have it.</exception>
    /// <exception cref="InsufficientMemoryException">The device has too little memory.</exception>
    /// <exception cref="OutputException">
    /// The checkpoint cannot be written, or is that of another training.
    /// </exception>
    public static TrainedNetwork Train(
        Network network,
        Matrix x,
        long[] labels,
        NetworkTrainingOptions? options = null,
        (Matrix X, long[] Labels)? validation = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(x);
        var used = options ?? new();
        var classes = new ClassTargets(TrainingData.Classes(labels));
        return new NetworkTraining(network, used, classes, cancellation).Run(
            new(x, labels.Length, module => classes.Of(labels, module.Outputs, used.Training.Loss)),
            validation is var (v, w)
                ? new(v, w.Length, module => classes.Of(w, module.Outputs, used.Training.Loss))
                : null);
    }

    /// <summary>
    /// A module that was trained elsewhere, on rows as they are. It belongs to the result, which disposes it.
    /// </summary>
    /// <param name="module">
    /// A <see cref="NetworkModule"/>, or a <see cref="LinearizedModule"/> of one. It is not copied.
    /// </param>
    /// <param name="classes">The classes in ascending order, if the module tells classes apart.</param>
    /// <param name="history">The history of its training, if it is to be kept.</param>
    /// <exception cref="ArgumentException">
    /// The module is another one, or the classes are not ascending or do not fit its outputs.
    /// </exception>
    public static TrainedNetwork Of(
        torch.nn.Module<Tensor, Tensor> module,
        IReadOnlyList<long>? classes = null,
        ModuleTrainingHistory? history = null)
    {
        ArgumentNullException.ThrowIfNull(module);
        var linearized = module as LinearizedModule;
        if ((linearized?.Base ?? module) is not NetworkModule network)
        {
            throw new ArgumentException(
                "Expected a NetworkModule, or a LinearizedModule of one, which a file can name; "
                + $"came {module.GetType().Name}. Save another module in TorchSharp's own format.", nameof(module));
        }

        if (classes is not null && !classes.SequenceEqual(classes.Distinct().Order()))
        {
            throw new ArgumentException("Expected classes in ascending order, each once.", nameof(classes));
        }

        var targets = classes is null ? null : new ClassTargets(TrainingData.Classes([.. classes]));
        targets?.RequireOutputs(network.Outputs, Loss.Squared);
        return new(network, linearized, new(null, false), targets, history?.Points ?? []);
    }

    /// <summary>Reads a trained network from a folder.</summary>
    /// <param name="folder">The folder that it was saved to.</param>
    /// <param name="device"><c>cpu</c>, <c>cuda</c>, or <c>cuda:1</c> for the second GPU.</param>
    /// <param name="progress">Receives the part of the bytes that are read, from 0 to 1.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="DataFormatException">
    /// The folder holds no trained network, or one of its files was changed.
    /// </exception>
    /// <exception cref="ArgumentException">The device is not available.</exception>
    /// <exception cref="DllNotFoundException">libtorch is missing; the message says how to have it.</exception>
    public static TrainedNetwork Load(
        string folder,
        string device = "cpu",
        IProgress<double>? progress = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(folder);
        return TrainedFolder.Load(folder, NetworkTraining.Available(device), new(progress, cancellation));
    }

    /// <summary>
    /// Fails as <see cref="Save"/> would if the folder cannot be written. Call it before a long training.
    /// </summary>
    /// <param name="folder">The folder that the network is to be saved to.</param>
    /// <exception cref="OutputException">
    /// The folder cannot be written, or holds something other than a model.
    /// </exception>
    public static void RequireWritable(string folder) => ModelPlace.RequireWritable(folder, ModelKind.Network);

    /// <summary>Writes the network to a folder, which appears only when it is complete.</summary>
    /// <remarks>
    /// The folder has <c>model.json</c> (the network's text, width, seed, features, precision, preparation, classes and
    /// checksums), <c>parameters.dat</c> and, of a linearized network, <c>changes.dat</c> in TorchSharp's own format,
    /// <c>mean.npy</c> if rows are centered, and <c>history.csv</c> if there is a history.
    /// </remarks>
    /// <param name="folder">A new or empty folder, or one that holds a model. That model is replaced.</param>
    /// <param name="progress">Receives the part of the bytes that are written, from 0 to 1.</param>
    /// <param name="cancellation">Stops the work, which then leaves nothing.</param>
    /// <exception cref="OutputException">
    /// The folder cannot be written, or holds something other than a model.
    /// </exception>
    public void Save(
        string folder, IProgress<double>? progress = null, CancellationToken cancellation = default) =>
        TrainedFolder.Save(folder, this, new(progress, cancellation));

    /// <summary>The outputs at rows of features, n × C, computed in batches on the module's device.</summary>
    /// <param name="x">Rows, n × d, which are prepared as those of the training were.</param>
    /// <param name="progress">Receives the part of the rows that are done, from 0 to 1.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="ArgumentException">There are no rows, or they do not have d finite numbers each.</exception>
    /// <exception cref="ArithmeticException">An output is not finite.</exception>
    /// <exception cref="InsufficientMemoryException">The device has too little memory.</exception>
    public Matrix Predict(Matrix x, IProgress<double>? progress, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(x);
        RequireRows(x);
        var scores = DeviceMemory.Guarded(
            $"a network of width {Module.Width} at {Math.Min(Batch, x.Rows)} rows",
            "take another device, or give fewer rows at once", () => Scores(x, progress, cancellation));
        var bad = Array.FindIndex(scores, score => !double.IsFinite(score));
        return bad < 0
            ? Matrix.Wrap(scores, x.Rows, Module.Outputs)
            : throw new ArithmeticException(
                $"the output at row {bad / Module.Outputs} (counted from 0) is not finite; scale the row down");
    }

    private double[] Scores(Matrix x, IProgress<double>? progress, CancellationToken cancellation)
    {
        using var scope = torch.NewDisposeScope();
        using var still = torch.no_grad();
        var (scores, done) = (new double[x.Rows * Module.Outputs], new StepProgress(progress, x.Rows));
        for (var first = 0; first < x.Rows; first += Batch)
        {
            cancellation.ThrowIfCancellationRequested();
            using var part = torch.NewDisposeScope();
            var rows = SampleTensors.Of(
                x, Transform, Precision, NetworkTraining.DeviceOf(Module), first, Math.Min(Batch, x.Rows - first));
            var outputs = ((torch.nn.Module<Tensor, Tensor>?)Linearized ?? Module).call(rows);
            TensorTransfer.ToMatrix(outputs).Data.CopyTo(scores, first * Module.Outputs);
            done.Add(rows.shape[0]);
        }

        return scores;
    }

    /// <summary>The outputs at rows of features, n × C, computed in batches on the module's device.</summary>
    /// <inheritdoc cref="Predict(Matrix, IProgress{double}, CancellationToken)"/>
    public Matrix Predict(Matrix x, CancellationToken cancellation = default) => Predict(x, null, cancellation);

    /// <summary>The classes of rows, with the outputs as scores.</summary>
    /// <inheritdoc cref="Classify(Matrix, IProgress{double}, CancellationToken)"/>
    public Classification Classify(Matrix x, CancellationToken cancellation = default) =>
        Classify(x, null, cancellation);

    /// <summary>The classes of rows, with the outputs as scores.</summary>
    /// <inheritdoc cref="Predict(Matrix, IProgress{double}, CancellationToken)"/>
    /// <exception cref="InvalidOperationException">The network has no classes.</exception>
    public Classification Classify(
        Matrix x, IProgress<double>? progress, CancellationToken cancellation = default)
    {
        if (_classes is null)
        {
            throw new InvalidOperationException(
                "Expected a network that was trained on labels; this one has no classes. Call Predict.");
        }

        var scores = Predict(x, progress, cancellation);
        return new(_classes.Read(scores), scores);
    }

    /// <summary>Frees the module.</summary>
    public void Dispose()
    {
        Linearized?.Dispose();
        Module.Dispose();
    }

    private void RequireRows(Matrix x)
    {
        if (x.Columns != Module.Features || x.Rows == 0)
        {
            throw new ArgumentException(
                $"Expected rows of {Module.Features} features, as in training; came {x.Rows} x {x.Columns}.",
                nameof(x));
        }

        TrainingData.RequireFinite(x, "sample", nameof(x));
    }
}
