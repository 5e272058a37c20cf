namespace HadamardNtk;

/// <summary>
/// A support vector machine (C-SVC, one against one) with a network's kernel; <see cref="GramSupportVectorMachine"/> says what
/// it is. Keeps its support vectors alone. Immutable.
/// </summary>
public sealed class SupportVectorMachine
{
    private const int PredictionRows = 1024;

    private readonly RowTransform _transform;
    private readonly Matrix _support;

    private SupportVectorMachine(Kernel kernel, KernelKind kind, GramSupportVectorMachine machine, RowTransform transform, Matrix support)
    {
        (Kernel, Kind, Machine) = (kernel, kind, machine);
        (_transform, _support) = (transform, support);
    }

    /// <summary>The network's kernel.</summary>
    public Kernel Kernel { get; }

    /// <summary>Which of the two it is.</summary>
    public KernelKind Kind { get; }

    /// <summary>The machine on the kernels with the support vectors.</summary>
    public GramSupportVectorMachine Machine { get; }

    /// <summary>The classes in ascending order.</summary>
    public IReadOnlyList<long> Classes => Machine.Classes;

    /// <summary>d, the number of features of every sample.</summary>
    public int Features => _support.Columns;

    /// <summary>Fits a machine of integer labels on the rows of x (n × d).</summary>
    /// <param name="network">The network whose kernel it is.</param>
    /// <param name="x">Training samples, one a row.</param>
    /// <param name="labels">The class of each sample, of at least two classes.</param>
    /// <param name="options">Cost, tolerance, kernel, preparation of rows; the defaults if null.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="ArgumentException">The numbers of rows and labels differ, there are fewer than two classes, or a sample is not finite.</exception>
    /// <exception cref="NetworkRefusedException">The network has no kernel.</exception>
    /// <exception cref="KernelUndefinedException">The kernel is not finite at a row.</exception>
    /// <exception cref="ArithmeticException">A pair of classes did not come to the tolerance.</exception>
    public static SupportVectorMachine Fit(
        Network network, Matrix x, long[] labels, SupportVectorOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(labels);
        options ??= new();
        var transform = RowTransform.Learn(x, options.Center, options.Unit);
        var (kernel, samples) = (network.Kernel(), transform.Apply(x));
        var gram = kernel.Gram(samples, options.Kind, options.Gram, cancellation).Values;
        var machine = GramSupportVectorMachine.Fit(gram, labels, options, cancellation);
        var support = SubMatrix.Of(samples, [.. machine.Support], [.. Enumerable.Range(0, samples.Columns)]);
        return new(kernel, options.Kind, machine.OnSupport(), transform, support);
    }

    /// <summary>The classes of the rows of x, by the votes of the pairs; of equal counts the first.</summary>
    /// <exception cref="ArgumentException">The rows have another number of features than the training rows.</exception>
    public long[] Predict(Matrix x, GramOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(x);
        options ??= new();
        if (x.Columns != Features)
        {
            throw new ArgumentException($"Expected {Features} features, as in training; the samples have {x.Columns}.", nameof(x));
        }

        var labels = new long[x.Rows];
        for (var i = 0; i < x.Rows; i += PredictionRows)
        {
            var block = _transform.Apply(x.SelectRows(i, Math.Min(PredictionRows, x.Rows - i)));
            Machine.Predict(Cross(block, i, options, cancellation), options.Threads, cancellation).CopyTo(labels, i);
            options.Progress?.Report((i + block.Rows) / (double)x.Rows);
        }

        return labels;
    }

    private Matrix Cross(Matrix block, int first, GramOptions options, CancellationToken cancellation)
    {
        try
        {
            return Kernel.Cross(block, _support, Kind, options with { Progress = null }, cancellation).Values;
        }
        catch (KernelUndefinedException e)
        {
            throw e.Moved(first);
        }
    }
}
