namespace HadamardNtk;

/// <summary>
/// A support vector machine (C-SVC, one against one) with a network's kernel; <see cref="GramSupportVectorMachine"/>
/// has the formulas. It keeps its support vectors only. Immutable.
/// </summary>
public sealed class SupportVectorMachine
{
    private readonly FittedRows _rows;

    private SupportVectorMachine(FittedRows rows, GramSupportVectorMachine machine) =>
        (_rows, Machine) = (rows, machine);

    /// <summary>The network's kernel.</summary>
    public Kernel Kernel => _rows.Kernel;

    /// <summary>The kind of kernel: NTK or NNGP.</summary>
    public KernelKind Kind => _rows.Kind;

    /// <summary>The machine on the kernels with the support vectors.</summary>
    public GramSupportVectorMachine Machine { get; }

    /// <summary>The classes in ascending order.</summary>
    public IReadOnlyList<long> Classes => Machine.Classes;

    /// <summary>d, the number of features of every sample.</summary>
    public int Features => _rows.Samples.Columns;

    /// <summary>Fits a machine of integer labels on the rows of x (n × d).</summary>
    /// <param name="network">The network whose kernel is used.</param>
    /// <param name="x">Training samples, one a row.</param>
    /// <param name="labels">The class of each sample, of at least two different ones.</param>
    /// <param name="options">Cost, tolerance, kernel, preparation of rows; the defaults if null.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="ArgumentException">
    /// The numbers of rows and labels differ, there are fewer than two classes, or a sample is not finite.
    /// </exception>
    /// <exception cref="NetworkRefusedException">The network has no kernel.</exception>
    /// <exception cref="KernelUndefinedException">The kernel is not finite at a row.</exception>
    /// <exception cref="ArithmeticException">A pair of classes did not reach the tolerance.</exception>
    public static SupportVectorMachine Fit(
        Network network,
        Matrix x,
        long[] labels,
        SupportVectorOptions? options = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(labels);
        options ??= new();
        TrainingData.RequireFinite(x, "sample", nameof(x));
        var transform = RowTransform.Learn(x, options.Center, options.Unit);
        var (kernel, samples) = (network.Kernel(), transform.Apply(x));
        var gram = kernel.Gram(samples, options.Kind, options.Gram.Exact, cancellation).Values;
        var machine = GramSupportVectorMachine.Fit(gram, labels, options, cancellation);
        var support = MatrixProducts.Rows(samples, [.. machine.Support]);
        return new(new(kernel, options.Kind, transform, support), machine.OnSupport());
    }

    /// <summary>
    /// The classes of the rows of x by the votes of the pairs. Of classes with equally many votes the first is taken.
    /// </summary>
    /// <exception cref="ArgumentException">The rows have another number of features than the training rows.</exception>
    public long[] Predict(Matrix x, GramOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(x);
        options ??= new();
        var labels = new long[x.Rows];
        _rows.ForEach(
            x,
            options,
            cancellation,
            (first, _, cross) => Machine.Predict(cross, options.Threads, cancellation).CopyTo(labels, first));
        return labels;
    }
}
