namespace HadamardNtk;

/// <summary>
/// Chooses hyper-parameters of a network (w, b, options of activations) and the ridge by the gradient of a criterion:
/// the evidence, or the error of samples left out.
/// </summary>
public static class KernelTuning
{
    /// <summary>Maximizes the evidence, or minimizes the error of samples left out, from a network on.</summary>
    /// <remarks>
    /// The criterion's gradient is Σ_ij W_ij ∂K_ij/∂p with exact derivatives of K, at about the cost of one more Gram
    /// matrix for each parameter. Scales and the ridge are searched by their logarithms, within a factor of 1000 of the
    /// start and the ridge from 1e-16 to 1e16 of K's mean diagonal there, by the BFGS method.
    /// <see cref="MarginalLikelihood"/> needs no derivatives, and takes any parameters of any kernel.
    /// </remarks>
    /// <param name="kernel">The kernel to start from.</param>
    /// <param name="parameters">
    /// The names of the parameters, such as w, b, w@2 or leaky_relu.alpha. If there are none, the ridge alone is
    /// searched.
    /// </param>
    /// <param name="x">Training samples, n × d.</param>
    /// <param name="y">Targets, n × C.</param>
    /// <param name="options">
    /// Preparation of rows and targets, the scale of variances, and the ridge to start from. The ridge stays absolute
    /// or relative, as it is given. The solver is not used.
    /// </param>
    /// <param name="tuning">The options of the search; the defaults if null.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="ArgumentException">
    /// The network has no such parameter, a scale or the ridge is 0 at the start, there is nothing to search, or x and
    /// y do not fit each other.
    /// </exception>
    /// <exception cref="NetworkRefusedException">A derivative by one of the parameters is not known.</exception>
    /// <exception cref="ArithmeticException">
    /// The criterion exists at no point of the search, as where K + r I is never positive definite.
    /// </exception>
    /// <example><code>
    /// var tuned = KernelTuning.Maximize(network.Nngp(), ["w", "b"], x, y, new() { Scale = VarianceScale.Estimated });
    /// var model = KernelRegression.Fit(tuned.Kernel, x, y, new() { Ridge = tuned.Ridge });
    /// </code></example>
    public static TunedKernel Maximize(
        InfiniteKernel kernel,
        IReadOnlyList<string> parameters,
        Matrix x,
        Matrix y,
        RegressionOptions? options = null,
        TuningOptions? tuning = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        (options, tuning) = (options ?? new(), tuning ?? new());
        tuning.Require();
        options.RequireGivenRidge();
        TrainingData.Require(kernel, x, y);
        y = FittedTargets.Centered(y, options.CenterTargets).Targets;
        var preparation = Preparation.Learn(x, options.Center, options.Unit, options.Samples);
        SelectionScore.RequireMemory(y, x.Columns);
        var samples = preparation.Round(preparation.Apply(x), options.Samples);
        var space = TuningSpace.Of(kernel, parameters, options.Ridge, tuning, kernel.Diagonal(samples, cancellation));
        var search = new TuningSearch(space, samples, y, options, tuning, cancellation);
        var starts = Enumerable.Range(0, tuning.Restarts + 1).Select(space.Start);
        return search.Best([.. starts.Select(search.From)]);
    }
}
