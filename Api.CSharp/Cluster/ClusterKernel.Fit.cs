namespace HadamardNtk;

public sealed partial class ClusterKernel
{
    // The number of fits and predictions that run.
    private int _parts;

    /// <summary>
    /// Fits the regression of y (n × C) on the rows of x (n × d) by conjugate gradients, or on centers by falkon. The
    /// workers share the rows of K and compute the products and the columns of K at the pivots; this machine holds
    /// vectors and the factors of the pivots. The bits depend neither on the number of workers nor on the memory that
    /// they have.
    /// </summary>
    /// <remarks>
    /// Workers keep rows of K in the storage of the solver, in float64 where it is automatic, as far as their memory
    /// goes, and compute the others again. Falkon's products are those with K[:, S] and K[S, :] at its centers S, in
    /// float64, unless its features are so few that this machine holds them. The model predicts on this machine.
    /// </remarks>
    /// <param name="x">Training samples.</param>
    /// <param name="y">Targets, one row a sample.</param>
    /// <param name="options">
    /// Ridge, preparation of rows, and the solver; null stands for conjugate gradients.
    /// </param>
    /// <param name="cancellation">The token that stops the work.</param>
    /// <exception cref="ArgumentException">
    /// The solver is another one, keeps the matrix in a file, or needs more memory than this machine has; or samples
    /// and targets do not fit together.
    /// </exception>
    /// <exception cref="NotConvergedException">Conjugate gradients did not reach the tolerance.</exception>
    /// <exception cref="KernelUndefinedException">The kernel is not finite at a row.</exception>
    /// <exception cref="OutputException">The checkpoint cannot be written, or is that of another fit.</exception>
    /// <exception cref="ClusterException">The cluster does not answer, or no worker takes part.</exception>
    public KernelRegression Fit(
        Matrix x, Matrix y, RegressionOptions? options = null, CancellationToken cancellation = default)
    {
        options ??= new() { Solver = Solver.ConjugateGradients };
        if (options.Solver is not (ConjugateGradientSolver or FalkonSolver))
        {
            throw new ArgumentException(
                $"Expected the solver conjugate gradients (cg) or falkon on a cluster; {options.Solver.Kind} came. "
                + "Take one of them, or compute the Gram matrix on the cluster and fit that here.", nameof(options));
        }

        return AsOne(() => KernelRegression.Of(
            Kernel, KernelRegression.Fit<Matrix>(this, x, y, options, cancellation)));
    }

    /// <summary>Fits a classifier of integer labels on the rows of x (n × d), as a regression is fitted.</summary>
    /// <param name="x">Training samples.</param>
    /// <param name="labels">The class of each sample, of at least two different ones.</param>
    /// <param name="options">
    /// Ridge, preparation of rows, and the solver; null stands for conjugate gradients.
    /// </param>
    /// <param name="cancellation">The token that stops the work.</param>
    /// <inheritdoc cref="Fit(Matrix, Matrix, RegressionOptions, CancellationToken)" path="/*[not(self::param)]"/>
    public KernelClassifier Fit(
        Matrix x, long[] labels, RegressionOptions? options = null, CancellationToken cancellation = default)
    {
        var classes = TrainingData.Classes(labels);
        return new(Fit(x, OneHot.Targets(labels, classes), options, cancellation), classes);
    }

    /// <summary>Fits a classifier with labels of any type on the rows of x, as a regression is fitted.</summary>
    /// <param name="x">Training samples.</param>
    /// <param name="labels">The class of each sample, of at least two different ones.</param>
    /// <param name="options">
    /// Ridge, preparation of rows, and the solver; null stands for conjugate gradients.
    /// </param>
    /// <param name="cancellation">The token that stops the work.</param>
    /// <inheritdoc cref="Fit(Matrix, Matrix, RegressionOptions, CancellationToken)" path="/*[not(self::param)]"/>
    public LabelClassifier<TLabel> Fit<TLabel>(
        Matrix x,
        IReadOnlyList<TLabel> labels,
        RegressionOptions? options = null,
        CancellationToken cancellation = default)
        where TLabel : notnull
    {
        var classes = LabelPlaces<TLabel>.Among(labels);
        return new(Fit(x, classes.Of(labels), options, cancellation), classes);
    }

    /// <summary>
    /// The predictions of a regression at m new samples, whose rows the workers share. They have the bits of those of
    /// one process with the backend cpu and a network without images or sequences, and differ by rounding otherwise.
    /// Deviations are not computed.
    /// </summary>
    /// <param name="model">A regression by this kernel.</param>
    /// <param name="x">The new samples.</param>
    /// <param name="options">The backend and progress. Null stands for the defaults.</param>
    /// <param name="cancellation">The token that stops the work.</param>
    /// <exception cref="ArgumentException">
    /// The model has another kernel, or the samples are not like those of the training.
    /// </exception>
    /// <exception cref="ArithmeticException">A prediction is not finite; the message says at which row.</exception>
    /// <exception cref="ClusterException">The cluster does not answer, or no worker takes part.</exception>
    public Prediction Predict(
        KernelRegression model, Matrix x, GramOptions? options = null, CancellationToken cancellation = default) =>
        AsOne(() => Here(model).Predict(x, Uncertainty.None, options, cancellation));

    /// <summary>The classes of m new samples, as the predictions of a regression are computed.</summary>
    /// <inheritdoc cref="Predict(KernelRegression, Matrix, GramOptions, CancellationToken)"/>
    public Classification Predict(
        KernelClassifier model, Matrix x, GramOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        return AsOne(() => KernelClassifier<Matrix>.Of(Here(model.Regression), [.. model.Classes])
            .Predict(x, Uncertainty.None, options, cancellation));
    }

    // A fit or a prediction consists of several matrices and products, whose wrong workers are all told at its end.
    private T AsOne<T>(Func<T> work)
    {
        lock (_sessions)
        {
            WrongWorkers = _parts++ == 0 ? [] : WrongWorkers;
        }

        try
        {
            return work();
        }
        finally
        {
            lock (_sessions)
            {
                _parts--;
            }
        }
    }

    private void Note(IReadOnlyCollection<string> wrong)
    {
        lock (_sessions)
        {
            WrongWorkers = _parts > 0 ? [.. WrongWorkers.Union(wrong)] : wrong;
        }
    }

    private KernelRegression<Matrix> Here(KernelRegression model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return model.Kernel.Network.Equals(Kernel.Network) && model.Kernel.Kind == Kernel.Kind
            ? model.By(this)
            : throw new ArgumentException(
                $"Expected a model of the kernel {Kernel}; came one of {model.Kernel}. Connect with that one's kernel.",
                nameof(model));
    }
}
