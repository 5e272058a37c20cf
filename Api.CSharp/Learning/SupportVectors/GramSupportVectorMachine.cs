namespace HadamardNtk;

/// <summary>
/// A support vector machine (C-SVC) on a given Gram matrix. It has one machine for each pair of classes, and these
/// vote. The machine of classes a &lt; b is f(x) = Σ_s β_s K(x, x_s) + b. It minimizes ½ βᵀKβ + C Σ_s max(0, 1 − y_s
/// f(x_s)) over the samples of both classes, with y = 1 in a and y = −1 in b. Immutable.
/// </summary>
public sealed class GramSupportVectorMachine
{
    private readonly long[] _classes;
    private readonly (int First, int Second)[] _pairs;

    private GramSupportVectorMachine(long[] classes, Matrix weights, double[] biases)
    {
        (_classes, _pairs) = (classes, ClassVotes.Pairs(classes.Length));
        (Weights, Biases) = (weights, biases);
        Support = [.. Enumerable.Range(0, weights.Rows).Where(i => weights.Row(i).ContainsAnyExcept(0))];
    }

    /// <summary>The classes in ascending order.</summary>
    public IReadOnlyList<long> Classes => _classes;

    /// <summary>
    /// β, samples × pairs of classes in the order (0, 1), (0, 2), ..., (1, 2), ...; 0 for samples of other classes.
    /// </summary>
    public Matrix Weights { get; }

    /// <summary>b, one number for each pair.</summary>
    public IReadOnlyList<double> Biases { get; }

    /// <summary>
    /// The largest KKT violation of a pair: the amount by which the error y − f of a sample whose β could go up exceeds
    /// that of one whose β could go down. It is at most the tolerance that was asked for. The dual objective is within
    /// C n times it of the optimum.
    /// </summary>
    public double Violation { get; private init; }

    /// <summary>The number of steps that all pairs took together.</summary>
    public long Steps { get; private init; }

    /// <summary>The support vectors: the samples that have a weight in any pair, ascending.</summary>
    public IReadOnlyList<int> Support { get; }

    /// <summary>The numbers of classes and of support vectors in one line.</summary>
    public override string ToString() => ModelText.Line(
        this, ModelText.Count(Classes.Count, "class"), ModelText.Count(Support.Count, "support vector"));

    /// <summary>Fits a machine of integer labels.</summary>
    /// <param name="gram">K, n × n, symmetric and positive semidefinite; it is not changed.</param>
    /// <param name="labels">The classes of the n samples, at least two different ones.</param>
    /// <param name="options">
    /// Cost, tolerance and threads; the defaults if null. Options for rows and kernels are not used.
    /// </param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="ArgumentException">
    /// K is not square or not finite, the number of labels is not n, or there are fewer than two classes.
    /// </exception>
    /// <exception cref="ArithmeticException">
    /// A pair did not reach the tolerance in the steps that are allowed, or cannot reach it in float64.
    /// </exception>
    public static GramSupportVectorMachine Fit(
        Matrix gram, long[] labels, SupportVectorOptions? options = null, CancellationToken cancellation = default)
    {
        options ??= new();
        return Fit(gram, labels, [options.Cost], options, cancellation)[0];
    }

    /// <summary>
    /// Fits one machine for each cost, with all pairs in parallel. The largest costs take longest and begin first.
    /// </summary>
    internal static GramSupportVectorMachine[] Fit(
        Matrix gram, long[] labels, double[] costs, SupportVectorOptions options, CancellationToken cancellation)
    {
        var classes = SupportVectorArguments.Classes(gram, labels);
        var indices = Array.ConvertAll(labels, label => Array.BinarySearch(classes, label));
        var pairs = ClassVotes.Pairs(classes.Length);
        _ = MatrixSize.Of(gram.Rows, pairs.Length, "Give fewer classes.");
        var solutions = new PairSolution[costs.Length * pairs.Length];
        new Workers(options.Gram.Threads, cancellation).For(solutions.Length, piece =>
        {
            var t = solutions.Length - 1 - (int)piece;
            var (first, second) = pairs[t % pairs.Length];
            var solver = new PairSolver(PairProblem.Of(gram, indices, first, second), costs[t / pairs.Length]);
            solutions[t] = solver.Solve(options.Tolerance, options.Steps, cancellation);
        });
        return [.. solutions.Chunk(pairs.Length).Select(own => Of(classes, gram.Rows, own, options))];
    }

    /// <summary>f of every pair at new samples, m × pairs.</summary>
    /// <inheritdoc cref="Decide(Matrix, int, IProgress{double}, CancellationToken)"/>
    public Matrix Decide(Matrix cross, int threads = 1, CancellationToken cancellation = default) =>
        Decide(cross, threads, null, cancellation);

    /// <summary>f of every pair at new samples, m × pairs.</summary>
    /// <param name="cross">The kernels between new samples and those of the Gram matrix, m × n.</param>
    /// <param name="threads">The number of threads, at least 1; it does not change the result.</param>
    /// <param name="progress">Receives the part of the decisions that are made, from 0 to 1.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="ArgumentException">The number of columns of the kernels is not n.</exception>
    public Matrix Decide(
        Matrix cross, int threads, IProgress<double>? progress, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(cross);
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        if (cross.Columns != Weights.Rows)
        {
            throw new ArgumentException(
                $"Expected kernels with {Weights.Rows} samples; they are with {cross.Columns}.", nameof(cross));
        }

        var decisions = MatrixProducts.Times(cross, Weights, new(threads, cancellation), progress);
        for (var t = 0; t < decisions.Data.Length; t++)
        {
            decisions.Data[t] += Biases[t % decisions.Columns];
        }

        return decisions;
    }

    /// <summary>
    /// The classes of new samples. Each pair votes for its first class where its f is above 0, and for its second
    /// elsewhere. Of classes with equally many votes the first is taken.
    /// </summary>
    /// <inheritdoc cref="Decide(Matrix, int, IProgress{double}, CancellationToken)"/>
    public long[] Predict(Matrix cross, int threads = 1, CancellationToken cancellation = default) =>
        Predict(cross, threads, null, cancellation);

    /// <summary>The classes of new samples, for which the pairs of classes vote.</summary>
    /// <inheritdoc cref="Decide(Matrix, int, IProgress{double}, CancellationToken)"/>
    public long[] Predict(
        Matrix cross, int threads, IProgress<double>? progress, CancellationToken cancellation = default)
    {
        var decisions = Decide(cross, threads, progress, cancellation);
        return
        [
            .. Enumerable.Range(0, cross.Rows)
                .Select(i => _classes[ClassVotes.Winner(decisions.Row(i), _pairs, _classes.Length)]),
        ];
    }

    /// <summary>The machine with the numbers that a folder kept.</summary>
    internal static GramSupportVectorMachine Kept(
        long[] classes, Matrix weights, double[] biases, double violation, long steps) =>
        new(classes, weights, biases) { Violation = violation, Steps = steps };

    /// <summary>The same machine on its support vectors alone.</summary>
    internal GramSupportVectorMachine OnSupport() =>
        new(_classes, MatrixProducts.Rows(Weights, [.. Support]), [.. Biases])
        {
            Violation = Violation,
            Steps = Steps,
        };

    private static GramSupportVectorMachine Of(
        long[] classes, int samples, PairSolution[] solutions, SupportVectorOptions options)
    {
        var weights = new double[MatrixSize.Of(samples, solutions.Length, "Give fewer classes.")];
        for (var p = 0; p < solutions.Length; p++)
        {
            RequireSolved(solutions[p], options);
            for (var t = 0; t < solutions[p].Rows.Length; t++)
            {
                weights[solutions[p].Rows[t] * solutions.Length + p] = solutions[p].Coefficients[t];
            }
        }

        return new(classes, Matrix.Wrap(weights, samples, solutions.Length), Array.ConvertAll(solutions, s => s.Bias))
        {
            Violation = solutions.Max(s => s.Violation),
            Steps = solutions.Sum(s => s.Steps),
        };
    }

    private static void RequireSolved(PairSolution solution, SupportVectorOptions options)
    {
        if (!(solution.Violation <= options.Tolerance))
        {
            throw new ArithmeticException(
                $"the support vector machine stopped after {solution.Steps} steps with a KKT violation of " +
                $"{solution.Violation:G3}, above {options.Tolerance:G3}; " +
                "lower C, scale the rows down or raise the tolerance");
        }
    }
}
