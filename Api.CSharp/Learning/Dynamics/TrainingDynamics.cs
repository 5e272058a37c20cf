namespace HadamardNtk;

/// <summary>
/// Infinitely wide networks in training: f_t(x) = f_0(x) + K(x,X) φ_t(G)(y − f_0(X)) with φ_t(a) = (1 − e^(−at/(nC)))/a
/// and G = K + r I, for the loss 1/(2nC)·|f(X) − y|² under gradient flow. Descent has other functions φ. Immutable. The
/// object holds two n × n matrices of float64, and three for NTK covariances. The memory that its creation takes is
/// first checked against the machine's.
/// </summary>
/// <remarks>
/// Source: Lee et al., Wide neural networks of any depth evolve as linear models under gradient descent (2019).
/// Eigenvalues below n ε λ_max are rounding and count as 0. Until t/(nC) reaches 1/(n ε λ_max), the part of the
/// residual along their eigenvectors is learned at the rate of the eigenvalue 0. Beyond, and at infinity, it is not
/// learned, which gives the pseudo-inverse.
/// </remarks>
public sealed class TrainingDynamics
{
    private readonly Lazy<Matrix> _starts;

    private TrainingDynamics(
        Kernel kernel, Matrix x, Matrix y, DynamicsOptions options, Matrix drive, double ridge, EigenPairs basis)
    {
        (Kernel, Samples, Targets, Options) = (kernel, x, y, options);
        (Drive, Ridge, Basis) = (drive, ridge, basis);
        _starts = new(() => Scaled(Gram(x, KernelKind.Nngp)));
        Residual = Entrywise.Add(y, Initial(x), -1);
    }

    /// <summary>The network's kernel.</summary>
    public Kernel Kernel { get; }

    /// <summary>The options that the dynamics were created with.</summary>
    public DynamicsOptions Options { get; }

    /// <summary>The absolute ridge r.</summary>
    public double Ridge { get; }

    /// <summary>λ_max, the largest eigenvalue of G.</summary>
    public double LargestEigenvalue => Basis.Values[^1];

    internal Matrix Samples { get; }

    internal Matrix Targets { get; }

    /// <summary>The kernel K that drives the flow, n × n, without its ridge.</summary>
    internal Matrix Drive { get; }

    /// <summary>The eigenvalues and eigenvectors of G.</summary>
    internal EigenPairs Basis { get; }

    /// <summary>The residual y − f_0(X), n × C.</summary>
    internal Matrix Residual { get; }

    /// <summary>The covariance S of the initial networks at the training samples, n × n.</summary>
    internal Matrix Starts => Options.Kind == KernelKind.Nngp ? Drive : _starts.Value;

    internal Workers Workers => new(Options.Gram.Threads);

    /// <summary>The dynamics of a network's ensemble on samples x (n × d) and targets y (n × C).</summary>
    /// <param name="network">The network.</param>
    /// <param name="x">Training samples, one a row.</param>
    /// <param name="y">Targets, one row a sample.</param>
    /// <param name="options">Kernel, ridge, multiplier, initial function; the defaults if null.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="ArgumentException">
    /// x and y differ in their numbers of rows, or hold numbers that are not finite.
    /// </exception>
    /// <exception cref="NetworkRefusedException">The network has no kernel.</exception>
    /// <exception cref="KernelUndefinedException">The kernel is not finite at a row.</exception>
    public static TrainingDynamics Create(
        Network network, Matrix x, Matrix y, DynamicsOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(network);
        TrainingData.Require(x, y);
        options ??= new();
        RequireMultiplier(options);
        MemoryPlan.Require(
            6L * x.Rows * x.Rows,
            $"The dynamics of {x.Rows} training samples",
            "give fewer, or fit the end of training alone (cg, falkon)");
        var kernel = network.Kernel();
        var gram = kernel.Gram(x, options.Kind, options.Gram.Exact, cancellation).Values;
        var drive = Times(gram, options.OutputMultiplier * options.OutputMultiplier);
        var ridge = options.Ridge.For(drive);
        var basis = SymmetricEigen.Decompose(
            Shifted(drive, ridge), options.Gram.Workers(cancellation), options.Gram.Dense);
        return new(kernel, x, y, options, drive, ridge, basis);
    }

    /// <summary>
    /// The learning rate beyond which descent diverges: 2nC/λ_max, times 1 + β (heavy ball) or (1 + β)/(1 + 2β)
    /// (Nesterov).
    /// </summary>
    public double MaximumRate(Momentum momentum = default) =>
        Core.Dynamics.maximumRate(momentum.Meaning, Targets.Data.Length, LargestEigenvalue);

    /// <summary>The dynamics at the rows of x (m × d), training samples or others.</summary>
    /// <param name="x">Points, one a row; the training samples if null.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="ArgumentException">
    /// The rows have another number of features than the training samples.
    /// </exception>
    public PointDynamics At(Matrix? x = null, CancellationToken cancellation = default)
    {
        if (x is not null && x.Columns != Samples.Columns)
        {
            throw new ArgumentException(
                $"Expected {Samples.Columns} features, as in training; the points have {x.Columns}.", nameof(x));
        }

        return new(this, x, cancellation);
    }

    /// <summary>The values of f_0 at the rows of x, m × C.</summary>
    internal Matrix Initial(Matrix x)
    {
        if (Options.InitialFunction is not { } initial)
        {
            return new(x.Rows, Targets.Columns, new double[x.Rows * Targets.Columns]);
        }

        var f = initial(x) ?? throw new ArgumentException("Expected an initial function's outputs; it gave null.");
        return f.Rows == x.Rows && f.Columns == Targets.Columns
            ? f
            : throw new ArgumentException(
                $"Expected an initial function of {x.Rows} x {Targets.Columns} outputs; " +
                $"it gave {f.Rows} x {f.Columns}.");
    }

    internal Matrix Gram(Matrix x, KernelKind kind, CancellationToken cancellation = default) =>
        Kernel.Gram(x, kind, Options.Gram.Exact, cancellation).Values;

    /// <summary>The numbers of a kernel, times α².</summary>
    internal Matrix Scaled(Matrix kernel) => Times(kernel, Options.OutputMultiplier * Options.OutputMultiplier);

    private static void RequireMultiplier(DynamicsOptions options)
    {
        if (!(double.IsFinite(options.OutputMultiplier) && options.OutputMultiplier != 0))
        {
            throw new ArgumentException(
                $"Expected a finite output multiplier other than 0, not {options.OutputMultiplier}.", nameof(options));
        }
    }

    private static Matrix Times(Matrix m, double factor) =>
        factor == 1 ? m : new(m.Rows, m.Columns, Array.ConvertAll(m.Data, v => factor * v));

    private static Matrix Shifted(Matrix k, double ridge)
    {
        var shifted = new Matrix(k.Rows, k.Rows, (double[])k.Data.Clone());
        MatrixProducts.AddToDiagonal(shifted, ridge);
        return shifted;
    }
}
