using System.Runtime.CompilerServices;

namespace HadamardNtk;

/// <summary>
/// Functions in training: f_t(x) = f_0(x) + K(x,X) φ_t(G)(y − f_0(X)) with φ_t(a) = (1 − e^(−at/(nC)))/a and
/// G = K + r I, for the loss 1/(2nC)·|f(X) − y|² under gradient flow. Descent has other functions φ. With the NTK they
/// are infinitely wide networks, trained as a whole; with the NNGP kernel those whose read-out alone is trained; with
/// the tangent kernel of a finite network or of a module its linearization. Immutable, and safe to share between
/// threads. The object holds two n × n matrices of float64, and three for covariances with the NTK. The memory that its
/// creation takes is first checked against the machine's.
/// </summary>
/// <remarks>
/// Source: Lee et al., Wide neural networks of any depth evolve as linear models under gradient descent (2019).
/// Eigenvalues below n ε λ_max are rounding and count as 0. Until t/(nC) reaches 1/(n ε λ_max), the part of the
/// residual along their eigenvectors is learned at the rate of the eigenvalue 0. Beyond, and at infinity, it is not
/// learned, which gives the pseudo-inverse.
/// </remarks>
/// <example><code>
/// var dynamics = TrainingDynamics.Create(network.Ntk(), x, y);
/// var there = dynamics.At(points);
/// NetworkEnsemble ensemble = there.Ensemble(Training.Flow(5));    // mean and covariance at time 5
/// Matrix mean = there.Mean(Training.Descent(0.5 * dynamics.MaximumRate(), steps: 100));
/// </code></example>
public abstract class TrainingDynamics
{
    private protected TrainingDynamics(Matrix targets, Matrix drive, double ridge, EigenPairs basis, Matrix starting)
    {
        (Targets, Drive, Ridge, Basis, Starting) = (targets, drive, ridge, basis, starting);
        Residual = Entrywise.Add(targets, starting, -1);
    }

    /// <summary>The absolute ridge r.</summary>
    public double Ridge { get; }

    /// <summary>λ_max, the largest eigenvalue of G.</summary>
    public double LargestEigenvalue => Basis.Values[^1];

    internal Matrix Targets { get; }

    /// <summary>The kernel K that drives the flow, n × n, without its ridge.</summary>
    internal Matrix Drive { get; }

    /// <summary>The eigenvalues and eigenvectors of G.</summary>
    internal EigenPairs Basis { get; }

    /// <summary>The values of f_0 at the training samples, n × C.</summary>
    internal Matrix Starting { get; }

    /// <summary>The residual y − f_0(X), n × C.</summary>
    internal Matrix Residual { get; }

    internal abstract Workers Workers { get; }

    /// <summary>The dynamics of functions on n samples and their targets y (n × C).</summary>
    /// <param name="kernel">
    /// The kernel that drives the flow. Its <see cref="IKernel{TSamples}.Prior"/>, if it has one, is the covariance S
    /// of the functions before training.
    /// </param>
    /// <param name="x">Training samples.</param>
    /// <param name="y">Targets, one row a sample.</param>
    /// <param name="options">Ridge, multiplier, initial function; the defaults if null.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="ArgumentException">
    /// x and y differ in their numbers of rows, or hold numbers that are not finite.
    /// </exception>
    /// <exception cref="KernelUndefinedException">The kernel is not finite at a row.</exception>
    [OverloadResolutionPriority(1)]
    public static TrainingDynamics<TSamples> Create<TSamples>(
        IKernel<TSamples> kernel,
        TSamples x,
        Matrix y,
        DynamicsOptions<TSamples>? options = null,
        CancellationToken cancellation = default)
        where TSamples : class
    {
        TrainingData.Require(kernel, x, y);
        options ??= new();
        RequireMultiplier(options.OutputMultiplier);
        MemoryPlan.Require(
            6L * y.Rows * y.Rows,
            $"The dynamics of {y.Rows} training samples",
            "give fewer, or fit the end of training alone (cg, falkon)");
        var gram = kernel.Gram(x, options.Gram.Exact, cancellation);
        var drive = Times(gram, options.OutputMultiplier * options.OutputMultiplier);
        var ridge = options.Ridge.For(drive);
        var basis = SymmetricEigen.Decompose(
            Shifted(drive, ridge), options.Gram.Workers(cancellation), options.Gram.Dense);
        return new(kernel, x, y, options, drive, ridge, basis);
    }

    /// <summary>The dynamics of functions of one output on n samples and their targets.</summary>
    /// <param name="kernel">The kernel that drives the flow.</param>
    /// <param name="x">Training samples.</param>
    /// <param name="y">Targets, one for each sample.</param>
    /// <param name="options">Ridge, multiplier, initial function; the defaults if null.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="ArgumentException">
    /// x and y differ in their numbers of rows, or hold numbers that are not finite.
    /// </exception>
    /// <exception cref="KernelUndefinedException">The kernel is not finite at a row.</exception>
    public static TrainingDynamics<TSamples> Create<TSamples>(
        IKernel<TSamples> kernel,
        TSamples x,
        double[] y,
        DynamicsOptions<TSamples>? options = null,
        CancellationToken cancellation = default)
        where TSamples : class =>
        Create(kernel, x, TrainingData.Column(y), options, cancellation);

    /// <summary>
    /// The learning rate beyond which descent diverges: 2nC/λ_max, times 1 + β (heavy ball) or (1 + β)/(1 + 2β)
    /// (Nesterov); infinite where K is 0.
    /// </summary>
    /// <param name="momentum">The momentum; none unless given.</param>
    public double MaximumRate(Momentum momentum = default) =>
        Core.Dynamics.maximumRate(momentum.Meaning, Targets.Data.Length, LargestEigenvalue);

    /// <summary>The numbers of a matrix times a factor.</summary>
    private protected static Matrix Times(Matrix m, double factor) =>
        factor == 1 ? m : Matrix.Wrap(Array.ConvertAll(m.Data, v => factor * v), m.Rows, m.Columns);

    private static void RequireMultiplier(double multiplier)
    {
        if (!(double.IsFinite(multiplier) && multiplier != 0))
        {
            throw new ArgumentException(
                $"Expected a finite output multiplier other than 0, not {multiplier}.", "options");
        }
    }

    private static Matrix Shifted(Matrix k, double ridge)
    {
        var shifted = Matrix.Wrap((double[])k.Data.Clone(), k.Rows, k.Rows);
        MatrixProducts.AddToDiagonal(shifted, ridge);
        return shifted;
    }
}

/// <summary>The training dynamics of functions on samples of one type.</summary>
/// <typeparam name="TSamples">The type of the samples that the kernel takes.</typeparam>
public sealed class TrainingDynamics<TSamples> : TrainingDynamics where TSamples : class
{
    private readonly TSamples _samples;
    private readonly Preparation<TSamples> _preparation;
    private readonly Func<Watch, Matrix> _starts;

    internal TrainingDynamics(
        IKernel<TSamples> kernel,
        TSamples x,
        Matrix y,
        DynamicsOptions<TSamples> options,
        Matrix drive,
        double ridge,
        EigenPairs basis)
        : base(y, drive, ridge, basis, Initial(options, x, y.Rows, y.Columns))
    {
        (Kernel, Options, _samples) = (kernel, options, x);
        _preparation = Preparation.Learn(x, center: false, unit: false);
        _starts = Once.Of(watch => IsReadOut ? drive : Scaled(Prior.Gram(x, Heard(watch), watch.Cancellation)));
    }

    /// <summary>The kernel that drives the flow.</summary>
    public IKernel<TSamples> Kernel { get; }

    /// <summary>The options that the dynamics were created with.</summary>
    public DynamicsOptions<TSamples> Options { get; }

    internal override Workers Workers => new(Options.Gram.Threads);

    // The covariance of the functions before training drives the flow if the read-out alone is trained.
    private bool IsReadOut => ReferenceEquals(Kernel.Prior, Kernel);

    private IKernel<TSamples> Prior => Kernel.Prior ?? throw new InvalidOperationException(
        "Expected a kernel that has a prior, the covariance of the functions before training, as those of infinite "
        + $"width have; {Kernel.GetType().Name} has none. Ask for the mean.");

    /// <summary>The kernel, the ridge, the largest eigenvalue and the number of samples in one line.</summary>
    public override string ToString() => ModelText.Line(
        this,
        Kernel.ToString(),
        FormattableString.Invariant($"ridge {Ridge:G6}"),
        FormattableString.Invariant($"largest eigenvalue {LargestEigenvalue:G6}"),
        ModelText.Count(Targets.Rows, "sample"));

    /// <summary>The dynamics at samples, those of the training or others.</summary>
    /// <param name="x">The samples; those of the training if null.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="ArgumentException">
    /// The samples are not like those of the training, as with another number of features.
    /// </exception>
    public PointDynamics At(TSamples? x = null, CancellationToken cancellation = default) => At(x, null, cancellation);

    /// <summary>The dynamics at samples, those of the training or others.</summary>
    /// <param name="x">The samples; those of the training if null.</param>
    /// <param name="progress">
    /// Receives the part that is done, from 0 to 1: the kernels of other samples are its first half, and their product
    /// with the eigenvectors is the rest. If null, the progress of the kernels goes to the listener of
    /// <see cref="DynamicsOptions{TSamples}.Gram"/>.
    /// </param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="ArgumentException">
    /// The samples are not like those of the training, as with another number of features.
    /// </exception>
    public PointDynamics At(TSamples? x, IProgress<double>? progress, CancellationToken cancellation = default)
    {
        var watch = new Watch(progress, cancellation);
        if (x is null)
        {
            return new(
                this, Drive, Starting, IsReadOut,
                new(_starts, Once.Of(w => Diagonal(_starts(w))), _starts, _starts), watch);
        }

        _preparation.RequireAlike(x, _samples);
        var cross = Scaled(Kernel.Cross(x, _samples, Heard(watch.Stage(0, 0.5)), cancellation));
        var initial = Initial(Options, x, Kernel.Count(x), Targets.Columns);
        var starts = new PointStarts(
            Once.Of(w => Scaled(Prior.Gram(x, Heard(w), w.Cancellation))),
            Once.Of(w => Scaled(Matrix.Wrap(
                Prior.Diagonal(x, w.Progress, w.Cancellation), 1, Kernel.Count(x))).Data),
            Once.Of(w => IsReadOut ? cross : Scaled(Prior.Cross(x, _samples, Heard(w), w.Cancellation))),
            _starts);
        return new(this, cross, initial, IsReadOut, starts, watch.Stage(0.5, 1));
    }

    // The listener of a call hears in place of that of the options.
    private GramOptions Heard(Watch watch) => watch.Progress is null
        ? Options.Gram.Exact
        : Options.Gram.Exact with { Progress = watch.Progress };

    private static double[] Diagonal(Matrix m) => [.. Enumerable.Range(0, m.Rows).Select(i => m[i, i])];

    private Matrix Scaled(Matrix kernel) => Times(kernel, Options.OutputMultiplier * Options.OutputMultiplier);

    private static Matrix Initial(DynamicsOptions<TSamples> options, TSamples x, int rows, int outputs)
    {
        if (options.InitialFunction is not { } initial)
        {
            return Matrix.Wrap(new double[rows * outputs], rows, outputs);
        }

        var f = initial(x) ?? throw new ArgumentException("Expected an initial function's outputs; it gave null.");
        return f.Rows == rows && f.Columns == outputs
            ? f
            : throw new ArgumentException(
                $"Expected an initial function of {rows} x {outputs} outputs; it gave {f.Rows} x {f.Columns}.");
    }
}
