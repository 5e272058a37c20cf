using System.Runtime.CompilerServices;
using HadamardNtk.Core;
using Microsoft.FSharp.Core;

namespace HadamardNtk;

/// <summary>
/// Chooses a ridge and any positive parameters of a kernel (w, b of a network's layers) by the log marginal likelihood
/// −½ yᵀ(K + r I)⁻¹y − ½ log det(K + r I) − n/2 log 2π, summed over the outputs.
/// </summary>
public static class MarginalLikelihood
{
    /// <summary>
    /// Maximizes the log marginal likelihood from a start, by the simplex method of Nelder and Mead in the logarithms
    /// of all parameters.
    /// </summary>
    /// <param name="family">Makes the kernel for given parameters.</param>
    /// <param name="start">
    /// The parameters to start from, each positive. If there are none, the ridge alone is searched.
    /// </param>
    /// <param name="x">Training samples.</param>
    /// <param name="y">Targets, one row a sample.</param>
    /// <param name="options">
    /// Preparation and number type of rows, targets, the scale of variances, and the ridge to start from. The ridge
    /// stays absolute or relative, as it is given. With the estimated scale each point has the scale that is the best
    /// there.
    /// </param>
    /// <param name="search">The options of the search; the defaults if null.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <returns>The best point that was found.</returns>
    /// <exception cref="ArgumentException">
    /// The start is not positive, x and y do not fit each other, or the memory does not suffice.
    /// </exception>
    /// <exception cref="KernelUndefinedException">The kernel is not finite at any point of the search.</exception>
    /// <exception cref="NotPositiveDefiniteException">
    /// K + r I is not positive definite at any point of the search; start at a greater ridge.
    /// </exception>
    /// <exception cref="ArithmeticException">The likelihood is not finite at any point of the search.</exception>
    /// <seealso cref="KernelTuning"/>
    /// <example><code>
    /// MarginalLikelihood.Maximize(p => Network.Input.Dense(p[0]).Relu().Dense().Ntk(), [1.0], x, y);
    /// </code></example>
    [OverloadResolutionPriority(1)]
    public static EvidenceStep Maximize<TSamples>(
        Func<IReadOnlyList<double>, IKernel<TSamples>> family,
        IReadOnlyList<double> start,
        TSamples x,
        Matrix y,
        RegressionOptions? options = null,
        EvidenceOptions? search = null,
        CancellationToken cancellation = default)
        where TSamples : class
    {
        ArgumentNullException.ThrowIfNull(family);
        ArgumentNullException.ThrowIfNull(start);
        (options, search) = (options ?? new(), search ?? new());
        options.RequireGivenRidge();
        ArgumentOutOfRangeException.ThrowIfLessThan(search.MaximumEvaluations, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(search.Tolerance);
        double[] first = [.. start, options.Ridge.Value];
        if (!Array.TrueForAll(first, p => double.IsFinite(p) && p > 0))
        {
            throw new ArgumentException(
                $"Expected a start of finite, positive parameters and a positive ridge; "
                + $"came ({string.Join(", ", start)}) and the ridge {options.Ridge.Value}.",
                nameof(start));
        }

        TrainingData.Require(family(start), x, y);
        y = FittedTargets.Centered(y, options.CenterTargets).Targets;
        var preparation = Preparation.Learn(x, options.Center, options.Unit, options.Samples);
        SelectionScore.RequireMemory(y, preparation.Features(x));
        var samples = preparation.Round(preparation.Apply(x), options.Samples);
        var at = new Evaluation<TSamples>(family, samples, y, options, cancellation);
        var (best, value) = Evidence.maximize(
            search.Tolerance,
            search.MaximumEvaluations,
            FuncConvert.FromAction((int count, double[] parameters, double found) =>
                search.Progress?.Report(at.Step(count, parameters, found))),
            FuncConvert.FromFunc<double[], double>(at.Value),
            first);
        return double.IsFinite(value) ? at.Step(at.Count, best, value) : throw at.Failure
            ?? new ArithmeticException(
                "the log marginal likelihood is not finite wherever the search looked; " +
                "scale the targets down or start at a greater ridge");
    }

    /// <summary>Maximizes the log marginal likelihood of networks' kernels on rows of features from a start.</summary>
    /// <inheritdoc cref="Maximize{TSamples}(Func{IReadOnlyList{double}, IKernel{TSamples}}, IReadOnlyList{double}, TSamples, Matrix, RegressionOptions, EvidenceOptions, CancellationToken)"/>
    [OverloadResolutionPriority(1)]
    public static EvidenceStep Maximize(
        Func<IReadOnlyList<double>, InfiniteKernel> family,
        IReadOnlyList<double> start,
        Matrix x,
        Matrix y,
        RegressionOptions? options = null,
        EvidenceOptions? search = null,
        CancellationToken cancellation = default) =>
        Maximize<Matrix>(family, start, x, y, options, search, cancellation);

    /// <summary>Maximizes the log marginal likelihood of networks' kernels with one output from a start.</summary>
    /// <inheritdoc cref="Maximize{TSamples}(Func{IReadOnlyList{double}, IKernel{TSamples}}, IReadOnlyList{double}, TSamples, double[], RegressionOptions, EvidenceOptions, CancellationToken)"/>
    public static EvidenceStep Maximize(
        Func<IReadOnlyList<double>, InfiniteKernel> family,
        IReadOnlyList<double> start,
        Matrix x,
        double[] y,
        RegressionOptions? options = null,
        EvidenceOptions? search = null,
        CancellationToken cancellation = default) =>
        Maximize<Matrix>(family, start, x, y, options, search, cancellation);

    /// <summary>Maximizes the log marginal likelihood of one output from a start.</summary>
    /// <param name="family">Makes the kernel for given parameters.</param>
    /// <param name="start">The parameters to start from, each positive; none to search the ridge alone.</param>
    /// <param name="x">Training samples.</param>
    /// <param name="y">Targets, one for each sample.</param>
    /// <param name="options">Preparation of rows and targets, the scale of variances, the ridge to start from.</param>
    /// <param name="search">The options of the search; the defaults if null.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <returns>The best point that was found.</returns>
    /// <exception cref="ArgumentException">The start is not positive, or x and y do not fit each other.</exception>
    /// <exception cref="KernelUndefinedException">The kernel is not finite at any point of the search.</exception>
    /// <exception cref="NotPositiveDefiniteException">
    /// K + r I is not positive definite at any point of the search; start at a greater ridge.
    /// </exception>
    /// <exception cref="ArithmeticException">The likelihood is not finite at any point of the search.</exception>
    public static EvidenceStep Maximize<TSamples>(
        Func<IReadOnlyList<double>, IKernel<TSamples>> family,
        IReadOnlyList<double> start,
        TSamples x,
        double[] y,
        RegressionOptions? options = null,
        EvidenceOptions? search = null,
        CancellationToken cancellation = default)
        where TSamples : class =>
        Maximize(family, start, x, TrainingData.Column(y), options, search, cancellation);

    private sealed class Evaluation<TSamples>(
        Func<IReadOnlyList<double>, IKernel<TSamples>> family,
        TSamples x,
        Matrix y,
        RegressionOptions options,
        CancellationToken cancellation)
        where TSamples : class
    {
        private readonly GramOptions _gram = options.Gram.Exact with { Progress = null };
        private readonly TargetScale _scale = TargetScale.Of(y, options.Scale);
        private readonly Matrix _targets = TargetScale.Of(y).Scaled(y);

        internal int Count { get; private set; }

        internal ArithmeticException? Failure { get; private set; }

        internal EvidenceStep Step(int count, double[] parameters, double value) =>
            new(count, parameters[..^1], RidgeOf(parameters), value);

        internal double Value(double[] parameters)
        {
            cancellation.ThrowIfCancellationRequested();
            Count++;
            var workers = _gram.Workers(cancellation);
            try
            {
                var gram = family(parameters[..^1]).Gram(x, _gram, cancellation);
                var system = new RidgeSystem(gram, RidgeOf(parameters).For(gram), workers, _gram.Dense);
                return system.LogMarginalLikelihood(_targets, system.Solve(_targets, workers), _scale);
            }
            catch (Exception e) when (e is NotPositiveDefiniteException or KernelUndefinedException)
            {
                Failure = (ArithmeticException)e;
                return double.NegativeInfinity;
            }
        }

        private Ridge RidgeOf(double[] parameters) =>
            options.Ridge.IsRelative ? Ridge.Relative(parameters[^1]) : Ridge.Absolute(parameters[^1]);
    }
}
