namespace HadamardNtk;

/// <summary>
/// Kernel ridge regression f(x) = k(x, X) (K + r I)⁻¹ y: the mean of the Gaussian process with this kernel and noise r,
/// and the function that a linearized or infinitely wide network learns where the kernel is its NTK. Immutable, and
/// safe to share between threads: whatever asks first for a deviation computes what all others then use.
/// </summary>
/// <typeparam name="TSamples">The type of the samples that the kernel takes.</typeparam>
public abstract class KernelRegression<TSamples> where TSamples : class
{
    private const string Suggestion =
        "the kernel and the weights there overflow together; scale the targets or the rows down";

    private readonly FittedSamples<TSamples> _fitted;
    // One thread factorizes or estimates, and the others that ask meanwhile wait for its result.
    private Once<IPosterior> _posterior = new();
    private readonly Once<double[]> _estimated = new();

    private protected KernelRegression(
        FittedSamples<TSamples> fitted, FittedTargets targets, Matrix weights, double ridge) =>
        (_fitted, Targets, Weights, Ridge) = (fitted, targets, weights, ridge);

    private protected KernelRegression(KernelRegression<TSamples> other)
        : this(other._fitted, other.Targets, other.Weights, other.Ridge)
    {
        (Solution, LeaveOneOutRmse, LogMarginalLikelihood, _posterior) =
            (other.Solution, other.LeaveOneOutRmse, other.LogMarginalLikelihood, new(other._posterior.Known));
    }

    /// <summary>The kernel.</summary>
    public virtual IKernel<TSamples> Kernel => _fitted.Kernel;

    /// <summary>The absolute ridge r.</summary>
    public double Ridge { get; }

    /// <summary>α = (K + r I)⁻¹ y, n × C; with <see cref="Solver.Falkon"/> the centers' weights, m × C.</summary>
    public Matrix Weights { get; }

    /// <summary>
    /// The mean of each output's targets, which is added to predictions, C; zeros unless
    /// <see cref="RegressionOptions.CenterTargets"/> was set.
    /// </summary>
    public IReadOnlyList<double> TargetMeans => Array.AsReadOnly(Targets.Means ?? new double[Weights.Columns]);

    /// <summary>
    /// s of each output, C, which multiplies all deviations; ones unless <see cref="RegressionOptions.Scale"/> is
    /// <see cref="VarianceScale.Estimated"/>. It is 0 for an output whose targets are all 0, or all equal and centered.
    /// </summary>
    public IReadOnlyList<double> DeviationScales => Array.AsReadOnly(Scales);

    /// <summary>How the model was solved. For a loaded model only the solver's kind is known.</summary>
    public SolverReport Solution { get; internal init; } = new(SolverKind.Cholesky);

    /// <summary>
    /// √(mean squared leave-one-out residual) at this ridge, in closed form. It is a limit where eigenvalues are zero,
    /// and null for conjugate gradients and falkon, which do not compute it.
    /// </summary>
    public double? LeaveOneOutRmse { get; internal init; }

    /// <summary>
    /// log p(y), summed over the outputs, of the Gaussian process with noise r. It is null for conjugate gradients and
    /// falkon, which do not compute it, and where eigenvalues are zero, since there is no density.
    /// </summary>
    public double? LogMarginalLikelihood { get; internal init; }

    /// <summary>The training samples, or the centers among them, as the kernel sees them.</summary>
    internal TSamples Samples => _fitted.Samples;

    internal FittedTargets Targets { get; }

    private double[] Scales => Targets.Scales ?? [.. Enumerable.Repeat(1.0, Weights.Columns)];

    internal Preparation<TSamples> Preparation => _fitted.Preparation;

    /// <summary>The kernel, the ridge, the solver and the weights in one line.</summary>
    public override string ToString() => ModelText.Line(
        this,
        Kernel.ToString(),
        ModelText.Solved(Ridge, Solution.Kind),
        ModelText.Count(Weights.Rows, "weight") + (Weights.Columns == 1 ? "" : $" x {Weights.Columns}"));

    /// <summary>
    /// The predictions at m new samples. A model that was loaded, or solved by conjugate gradients, factorizes K + r I
    /// when it is first asked for an uncertainty. A covariance takes some m × n and m × m numbers.
    /// </summary>
    /// <param name="x">The samples.</param>
    /// <param name="uncertainty">Whether deviations, or the whole covariance, come with the mean.</param>
    /// <param name="options">Backend, threads and progress; the defaults if null.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="ArgumentException">
    /// The samples are not like those of the training, as with another number of features, or the factorization needs
    /// more memory than there is.
    /// </exception>
    /// <exception cref="ArithmeticException">A prediction is not finite; the message says at which row.</exception>
    /// <exception cref="NotSupportedException">
    /// An uncertainty was asked for, and the model was solved by falkon and keeps its centers only.
    /// </exception>
    public Prediction Predict(
        TSamples x,
        Uncertainty uncertainty = Uncertainty.None,
        GramOptions? options = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(x);
        options ??= new();
        return uncertainty switch
        {
            Uncertainty.None =>
                new(FiniteMean(_fitted.Multiply(x, Weights, options, cancellation), Kernel.Count(x))),
            Uncertainty.Deviation => WithDeviations(x, options, cancellation),
            Uncertainty.Covariance => WithCovariance(x, options, cancellation),
            _ => throw new ArgumentOutOfRangeException(
                nameof(uncertainty), uncertainty, "Expected None, Deviation or Covariance."),
        };
    }

    /// <summary>
    /// Does what the first prediction with an uncertainty would have to do before it: a model that was loaded, or
    /// solved by conjugate gradients, factorizes K + r I, with some n³/3 operations and n² numbers. Others have done so
    /// when they were fitted. A server calls it before its first request.
    /// </summary>
    /// <param name="options">Backend, threads and progress; the defaults if null.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="ArgumentException">The factorization needs more memory than there is.</exception>
    /// <exception cref="NotSupportedException">
    /// The model was solved by falkon and keeps its centers only.
    /// </exception>
    public void PrepareUncertainty(GramOptions? options = null, CancellationToken cancellation = default) =>
        Posterior(options ?? new(), cancellation);

    /// <summary>Fits the regression of y (n × C) on n samples.</summary>
    internal static KernelRegression<TSamples> Fit(
        IKernel<TSamples> kernel,
        TSamples x,
        Matrix y,
        RegressionOptions options,
        CancellationToken cancellation,
        PreparedSamples? prepared = null)
    {
        TrainingData.Require(kernel, x, y);
        RequireScale(options);
        options = options.Solvable(y.Rows);
        var (targets, means) = FittedTargets.Centered(y, options.CenterTargets);
        var preparation = HadamardNtk.Preparation.Learn(x, options.Center, options.Unit, options.Samples);
        var size = new FitSize(y.Rows, preparation.Features(x), y.Columns);
        var plan = kernel is IDistantKernel<TSamples>
            ? SolverMemory.Elsewhere(options.Solver, size, MemoryPlan.Available)
            : SolverMemory.Require(options.Solver, size, MemoryPlan.Available);
        var given = preparation.Apply(x);
        var kept = preparation.Round(given, options.Samples);
        var rows = new KernelRows<TSamples>(kernel, kept, options.Gram, cancellation, prepared);
        var features = preparation.Features(x);
        var solution = Solved(() => Solving.Solve(rows, targets, options, plan, features), preparation, kept);
        Representable.Require(solution, targets);
        var samples = solution.Kept is { } places ? kernel.Select(kept, places)
            : ReferenceEquals(kept, x) && prepared is null ? kernel.Select(x, [.. Enumerable.Range(0, y.Rows)])
            : kept;
        var model = new OfAny(
            new(kernel, preparation, samples, solution.Kept is null ? prepared : null),
            new(means, solution.Scales),
            solution.Weights,
            solution.Ridge)
        {
            LeaveOneOutRmse = Known(solution.LeaveOneOutRmse),
            LogMarginalLikelihood = Known(solution.LogMarginalLikelihood),
            Solution = solution.Report,
            _posterior = new(solution.Posterior),
        };
        if (options.Samples != Precision.Float64)
        {
            Matrix At(TSamples from, int[] chosen) =>
                model.PredictPrepared(kernel.Select(from, chosen), options.Gram, cancellation);
            KeptSamples.RequireSame(y, chosen => At(given, chosen), chosen => At(kept, chosen));
        }

        return model;
    }

    /// <summary>The same regression, with predictions by another kernel of the same values.</summary>
    internal KernelRegression<TSamples> By(IKernel<TSamples> kernel) => new OfAny(
        new(kernel, Preparation, Samples), Targets, Weights, Ridge)
    {
        Solution = Solution,
    };

    private sealed class OfAny(FittedSamples<TSamples> fitted, FittedTargets targets, Matrix weights, double ridge)
        : KernelRegression<TSamples>(fitted, targets, weights, ridge);

    private static void RequireScale(RegressionOptions options)
    {
        if (!Enum.IsDefined(options.Scale))
        {
            throw new ArgumentOutOfRangeException(
                nameof(options), options.Scale, "Expected the scale Unit or Estimated.");
        }

        if (options is { Scale: VarianceScale.Estimated, Solver: FalkonSolver })
        {
            throw new ArgumentException(
                "Expected the unit scale with falkon, which has no standard deviations; an estimated one came. "
                + "Leave it out, or solve by cholesky, eigen or cg.", nameof(options));
        }
    }

    private static HadamardNtk.Solution Solved(
        Func<HadamardNtk.Solution> solve, Preparation<TSamples> preparation, TSamples samples)
    {
        try
        {
            return solve();
        }
        catch (NotPositiveDefiniteException e)
        {
            throw preparation.Explain(e, samples);
        }
    }

    // There is no density where a scale is 0.
    private static double? Known(double? score) => score is { } number && double.IsNaN(number) ? null : score;

    private static Matrix FinitePredictions(Matrix mean) => FiniteNumbers.Require("predictions", mean, Suggestion);

    private Matrix FiniteMean(double[] mean, int count) =>
        FinitePredictions(Targets.Restored(Matrix.Wrap(mean, count, Weights.Columns)));

    private Prediction Spread(Matrix mean, double[] deviation, Matrix? covariance, List<int> undetermined)
    {
        var spread = new PosteriorSpread(deviation, covariance, Scales, Ridge);
        FiniteNumbers.Require("deviations", spread.Deviations(PredictionNoise.Included), Suggestion);
        var prediction = Prediction.Of(
            mean, spread, Targets.Scales is null || Weights.Columns == 1, undetermined.AsReadOnly());
        _ = prediction.Covariance is { } whole ? FiniteNumbers.Require("covariance", whole, Suggestion) : null;
        return prediction;
    }

    private Prediction WithDeviations(TSamples x, GramOptions options, CancellationToken cancellation)
    {
        var (posterior, workers) = (Posterior(options, cancellation), options.Workers(cancellation));
        var count = Kernel.Count(x);
        var (mean, deviation) = (new double[count * Weights.Columns], new double[count]);
        var undetermined = new List<int>();
        _fitted.ForEach(x, options, cancellation, (first, samples, cross) =>
        {
            MatrixProducts.Times(cross, Weights, workers).Data.CopyTo(mean, first * Weights.Columns);
            var diagonal = Kernel.Diagonal(samples, cancellation);
            var found = posterior.Deviations(cross, diagonal, workers);
            found.CopyTo(deviation, first);
            undetermined.AddRange(PosteriorSpread.Undetermined(found, diagonal, cross.Columns, first));
        });
        return Spread(FiniteMean(mean, count), deviation, null, undetermined);
    }

    private Prediction WithCovariance(TSamples x, GramOptions options, CancellationToken cancellation)
    {
        long m = Kernel.Count(x), n = Kernel.Count(Samples);
        MemoryPlan.Require(
            (m * n) + (4 * m * m), $"A covariance of {m} samples", "give fewer samples at once, or ask for deviations");
        var (samples, cross) = _fitted.Whole(x, options, cancellation);
        var own = Kernel.Gram(samples, options.Exact with { Progress = null }, cancellation);
        var workers = options.Workers(cancellation);
        double[] diagonal = [.. Enumerable.Range(0, own.Rows).Select(i => own[i, i])];
        var covariance = Posterior(options, cancellation).Covariance(cross, own, workers);
        double[] deviation = [.. Enumerable.Range(0, covariance.Rows).Select(i => Math.Sqrt(covariance[i, i]))];
        return Spread(
            FiniteMean(MatrixProducts.Times(cross, Weights, workers).Data, cross.Rows),
            deviation,
            FiniteNumbers.Require("covariance", covariance, Suggestion),
            [.. PosteriorSpread.Undetermined(deviation, diagonal, cross.Columns, 0)]);
    }

    /// <summary>Predictions from kernels that are given.</summary>
    /// <param name="count">m, the number of new samples.</param>
    /// <param name="blocks">
    /// The kernels of the new samples with the training samples in blocks of rows, each with the place of its first.
    /// </param>
    /// <param name="diagonal">The kernels of the new samples with themselves, m, or null for no deviations.</param>
    /// <param name="options">The threads.</param>
    /// <param name="cancellation">Stops the work.</param>
    private protected Prediction PredictFrom(
        int count,
        IEnumerable<(int First, Matrix Cross)> blocks,
        double[]? diagonal,
        GramOptions options,
        CancellationToken cancellation)
    {
        var workers = options.Workers(cancellation);
        var posterior = diagonal is null ? null : Posterior(options, cancellation);
        var (mean, deviation) = (new double[count * Weights.Columns], new double[posterior is null ? 0 : count]);
        var undetermined = new List<int>();
        foreach (var (first, cross) in blocks)
        {
            cancellation.ThrowIfCancellationRequested();
            MatrixProducts.Times(cross, Weights, workers).Data.CopyTo(mean, first * Weights.Columns);
            if (posterior is not null)
            {
                var own = diagonal![first..(first + cross.Rows)];
                var found = posterior.Deviations(cross, own, workers);
                found.CopyTo(deviation, first);
                undetermined.AddRange(PosteriorSpread.Undetermined(found, own, cross.Columns, first));
            }
        }

        return posterior is null
            ? new(FiniteMean(mean, count))
            : Spread(FiniteMean(mean, count), deviation, null, undetermined);
    }

    /// <summary>
    /// s of each output by s² = yᵀ(K + r I)⁻¹y/n, whether deviations have it or not. A model that does not know y has
    /// it from y = (K + r I) α, so that s² = αᵀ(K α + r α)/n.
    /// </summary>
    internal double[] EstimatedScales(GramOptions options, CancellationToken cancellation)
    {
        return Targets.Scales ?? _estimated.Get(Find, cancellation);

        double[] Find()
        {
            var sums = _posterior.Known is { } known
                ? known.Forms(Weights, options.Workers(cancellation))
                : Forms(options, cancellation);

            // The form is positive; where rounding leaves less than nothing, the scale has no digit.
            return Array.ConvertAll(sums, sum => sum >= 0
                ? Math.Sqrt(sum / Weights.Rows)
                : throw new ArithmeticException(
                    "the scale of the scores is lost to rounding; raise the ridge, or fit with the estimated scale"));
        }
    }

    // αᵀ(K + r I)α of each output, from a product with K.
    private double[] Forms(GramOptions options, CancellationToken cancellation)
    {
        var products = FinitePredictions(
            Kernel.Multiply(Samples, Weights, null, options.Exact with { Progress = null }, cancellation));
        var sums = new double[Weights.Columns];
        for (var t = 0; t < Weights.Data.Length; t++)
        {
            sums[t % sums.Length] += Weights.Data[t] * (products.Data[t] + (Ridge * Weights.Data[t]));
        }

        return sums;
    }

    private Matrix PredictPrepared(TSamples prepared, GramOptions options, CancellationToken cancellation) =>
        MatrixProducts.Times(
            Kernel.Cross(prepared, Samples, options.Exact with { Progress = null }, cancellation),
            Weights,
            options.Workers(cancellation));

    // A model that was loaded, or solved by conjugate gradients, is factorized when deviations are first asked for.
    private IPosterior Posterior(GramOptions options, CancellationToken cancellation) =>
        _posterior.Get(() => Factorized(options, cancellation), cancellation);

    private IPosterior Factorized(GramOptions options, CancellationToken cancellation)
    {
        var factorization = Factorization.For(Solver.Of(Solution.Kind));
        SolverMemory.Require(
            factorization.By, new(Kernel.Count(Samples), Preparation.Features(Samples), Weights.Columns),
            MemoryPlan.Available, "ask for predictions without standard deviations");
        var gram = Kernel.Gram(Samples, options.Exact with { Progress = null }, cancellation);
        return factorization.Factorize(gram, Ridge, options.Workers(cancellation), options.Dense);
    }
}
