namespace HadamardNtk;

/// <summary>Predictions at new samples and their standard deviations.</summary>
/// <param name="Mean">The posterior mean, m × C.</param>
/// <param name="StandardDeviation">
/// The posterior standard deviation of the Gaussian process whose prior is the fitted kernel and whose noise is the
/// ridge: m numbers, the same for every output. It does not include the noise of new targets.
/// </param>
public sealed record Prediction(Matrix Mean, double[] StandardDeviation);

/// <summary>
/// Kernel ridge regression f(x) = k(x, X) (K + r I)⁻¹ y with a network's kernel: the mean of the Gaussian process with
/// that kernel, and the function that an infinitely wide network (for the NTK) learns. Immutable.
/// </summary>
public sealed class KernelRegression
{
    private readonly FittedRows _rows;
    private IPosterior? _posterior;

    internal KernelRegression(
        Kernel kernel, KernelKind kind, double ridge, RowTransform transform, Matrix samples, Matrix weights)
    {
        (_rows, Ridge, Weights) = (new(kernel, kind, transform, samples), ridge, weights);
    }

    /// <summary>The network's kernel.</summary>
    public Kernel Kernel => _rows.Kernel;

    /// <summary>The kind of kernel: NTK or NNGP.</summary>
    public KernelKind Kind => _rows.Kind;

    /// <summary>The absolute ridge r.</summary>
    public double Ridge { get; }

    /// <summary>α = (K + r I)⁻¹ y, n × C; with <see cref="Solver.Falkon"/> the centers' weights, m × C.</summary>
    public Matrix Weights { get; }

    /// <summary>How the model was solved. For a loaded model only the solver's kind is known.</summary>
    public SolverReport Solution { get; internal init; } = new(SolverKind.Cholesky);

    /// <summary>
    /// √(mean squared leave-one-out residual) at this ridge, in closed form. It is a limit where eigenvalues are zero,
    /// and NaN for conjugate gradients and falkon, which do not compute it.
    /// </summary>
    public double LeaveOneOutRmse { get; internal init; } = double.NaN;

    /// <summary>
    /// log p(y), summed over the outputs, of the Gaussian process with noise r. It is NaN for conjugate gradients and
    /// falkon, which do not compute it, and where eigenvalues are zero, since there is no density.
    /// </summary>
    public double LogMarginalLikelihood { get; internal init; } = double.NaN;

    /// <summary>d, the number of features of every sample.</summary>
    public int Features => Samples.Columns;

    /// <summary>The training rows, or the centers among them, as the kernel sees them: n × d.</summary>
    internal Matrix Samples => _rows.Samples;

    internal RowTransform Transform => _rows.Transform;

    /// <summary>Fits the regression of y (n × C) on the rows of x (n × d).</summary>
    /// <param name="network">The network whose kernel is used.</param>
    /// <param name="x">Training samples, one a row.</param>
    /// <param name="y">Targets, one row a sample.</param>
    /// <param name="options">Ridge, kernel, preparation of rows; the defaults if null.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="ArgumentException">
    /// x and y differ in their numbers of rows, or the solver needs more memory than there is; the message says which.
    /// </exception>
    /// <exception cref="NotConvergedException">Conjugate gradients did not reach the tolerance.</exception>
    /// <exception cref="NetworkRefusedException">The network has no kernel.</exception>
    /// <exception cref="KernelUndefinedException">The kernel is not finite at a row.</exception>
    /// <exception cref="NotPositiveDefiniteException">K + r I is not positive definite; raise the ridge.</exception>
    /// <exception cref="ArithmeticException">
    /// Weights or scores are beyond float64, or samples in float32 would give other predictions.
    /// </exception>
    public static KernelRegression Fit(
        Network network,
        Matrix x,
        Matrix y,
        RegressionOptions? options = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(network);
        TrainingData.Require(x, y);
        options ??= new();
        var plan = SolverMemory.Require(options.Solver, new(x.Rows, x.Columns, y.Columns), MemoryPlan.Available);
        var transform = RowTransform.Learn(x, options.Center, options.Unit);
        var kernel = network.Kernel();
        var given = transform.Apply(x);
        var kept = KeptSamples.Round(given, options.Samples);
        var rows = new KernelRows(kernel, options.Kind, kept, options.Gram, cancellation);
        var solution = Solved(() => Solving.Solve(rows, y, options.Ridge, plan, options.Gram), kept, options.Center);
        Representable.Require(solution, y);
        var model = new KernelRegression(
            kernel, options.Kind, solution.Ridge, transform, solution.Samples, solution.Weights)
        {
            LeaveOneOutRmse = solution.LeaveOneOutRmse,
            LogMarginalLikelihood = solution.LogMarginalLikelihood,
            Solution = solution.Report,
            _posterior = solution.Posterior,
        };
        if (options.Samples != Precision.Float64)
        {
            KeptSamples.RequireSame(given, kept, y, some => model.PredictPrepared(some, options.Gram, cancellation));
        }

        return model;
    }

    /// <summary>The predictions at the rows of x, m × C.</summary>
    /// <exception cref="ArgumentException">The rows have another number of features than the training rows.</exception>
    /// <exception cref="ArithmeticException">A prediction is not finite; the message says at which row.</exception>
    public Matrix Predict(Matrix x, GramOptions? options = null, CancellationToken cancellation = default) =>
        Predict(x, false, options ?? new(), cancellation).Mean;

    /// <summary>
    /// The predictions at the rows of x with their posterior standard deviations. A model that was loaded, or solved by
    /// conjugate gradients, factorizes K + r I first.
    /// </summary>
    /// <exception cref="ArgumentException">
    /// The rows have another number of features than the training rows, or the factorization needs more memory than
    /// there is.
    /// </exception>
    /// <exception cref="NotSupportedException">The model was solved by falkon and keeps its centers only.</exception>
    public Prediction PredictWithDeviation(
        Matrix x, GramOptions? options = null, CancellationToken cancellation = default) =>
        Predict(x, true, options ?? new(), cancellation);

    /// <summary>
    /// The predictions at the rows of x (m × d) with their whole posterior covariance
    /// k(x,x′) − k(x,X)(K + r I)⁻¹k(X,x′), m × m, the same for every output. The work takes some m × n and m × m
    /// numbers.
    /// </summary>
    /// <inheritdoc cref="PredictWithDeviation"/>
    public NetworkEnsemble PredictWithCovariance(
        Matrix x, GramOptions? options = null, CancellationToken cancellation = default)
    {
        options ??= new();
        var (rows, cross) = _rows.Whole(x, options, cancellation);
        var own = Kernel.Gram(rows, Kind, options.Exact with { Progress = null }, cancellation).Values;
        var workers = options.Workers(cancellation);
        var covariance = Posterior(options, cancellation).Covariance(cross, own, workers);
        return new(
            FinitePredictions(MatrixProducts.Times(cross, Weights, workers)),
            FiniteNumbers.Require("covariance", covariance, Suggestion));
    }

    /// <summary>Writes the model to a folder, which appears only when it is complete.</summary>
    /// <param name="folder">A new or empty folder, or one that holds a model. That model is replaced.</param>
    /// <param name="precision">
    /// The precision of the samples in the model's files; weights are in float64. Float32 requires a model that was
    /// fitted on samples in float32, by <see cref="RegressionOptions.Samples"/>.
    /// </param>
    /// <exception cref="ArgumentException">
    /// The precision is float32 and the model's samples are not, so that another model would be written.
    /// </exception>
    /// <exception cref="OutputException">
    /// The folder cannot be written, or holds something other than a model.
    /// </exception>
    /// <exception cref="NotSupportedException">
    /// The network has a custom activation, which a model file cannot name.
    /// </exception>
    public void Save(string folder, Precision precision = Precision.Float64) =>
        ModelFolder.Save(folder, this, null, precision);

    /// <summary>Fails as <see cref="Save"/> would if the folder cannot be written. Call it before a long fit.</summary>
    /// <exception cref="OutputException">
    /// The folder cannot be written, or holds something other than a model.
    /// </exception>
    public static void RequireWritable(string folder) => ModelPlace.RequireWritable(folder);

    /// <summary>Reads a model from a folder.</summary>
    /// <exception cref="DataFormatException">The folder holds no model, or one of its files was changed.</exception>
    public static KernelRegression Load(string folder) => ModelFolder.Load(folder).Regression;

    private Prediction Predict(Matrix x, bool deviations, GramOptions options, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(x);
        var posterior = deviations ? Posterior(options, cancellation) : null;
        var workers = options.Workers(cancellation);
        var (mean, deviation) = (new double[x.Rows * Weights.Columns], new double[deviations ? x.Rows : 0]);
        _rows.ForEach(x, options, cancellation, (first, rows, cross) =>
        {
            MatrixProducts.Times(cross, Weights, workers).Data.CopyTo(mean, first * Weights.Columns);
            posterior?.Deviations(cross, Kernel.Diagonal(rows, Kind), workers).CopyTo(deviation, first);
        });
        return new(
            FinitePredictions(new(x.Rows, Weights.Columns, mean)),
            FiniteNumbers.Require("deviations", new(deviation.Length, 1, deviation), Suggestion).Data);
    }

    // The row that fails may be zero and no duplicate: centering makes a row zero that equals the mean.
    private static HadamardNtk.Solution Solved(Func<HadamardNtk.Solution> solve, Matrix samples, bool isCentred)
    {
        try
        {
            return solve();
        }
        catch (NotPositiveDefiniteException e)
            when (e.LeadingMinor <= samples.Rows && !samples.Row((int)e.LeadingMinor - 1).ContainsAnyExcept(0.0))
        {
            var which = samples.Rows == 1 ? "the only row" : $"row {e.LeadingMinor - 1} (counted from 0)";
            throw e.With(isCentred
                ? $"{which} is zero once the mean of all rows is taken from it; " +
                    "raise the ridge, or leave the centring out"
                : $"{which} is zero; raise the ridge, give dense layers a bias, or leave the row out");
        }
    }

    private const string Suggestion =
        "the kernel and the weights there overflow together; scale the targets or the rows down";

    private static Matrix FinitePredictions(Matrix mean) => FiniteNumbers.Require("predictions", mean, Suggestion);

    private Matrix PredictPrepared(Matrix rows, GramOptions options, CancellationToken cancellation) =>
        MatrixProducts.Times(
            Kernel.Cross(rows, Samples, Kind, options.Exact with { Progress = null }, cancellation).Values,
            Weights,
            options.Workers(cancellation));

    // A model that was loaded, or solved by conjugate gradients, is factorized when deviations are first asked for.
    private IPosterior Posterior(GramOptions options, CancellationToken cancellation)
    {
        if (_posterior is not null)
        {
            return _posterior;
        }

        var factorization = Factorization.For(Solver.Of(Solution.Kind));
        SolverMemory.Require(
            factorization.By, new(Samples.Rows, Samples.Columns, Weights.Columns), MemoryPlan.Available,
            "ask for predictions without standard deviations");
        var gram = Kernel.Gram(Samples, Kind, options.Exact with { Progress = null }, cancellation).Values;
        return _posterior = factorization.Factorize(gram, Ridge, options.Workers(cancellation), options.Dense);
    }
}
