namespace HadamardNtk.Cli.Commands;

/// <summary>What fit chooses among networks and their parameters.</summary>
/// <param name="Criterion">What it is chosen by.</param>
/// <param name="Tuned">The parameters to search.</param>
/// <param name="Restarts">The number of further starts.</param>
/// <param name="Seed">The seed of the further starts.</param>
internal sealed record Selecting(SelectionCriterion Criterion, string[] Tuned, int Restarts, int Seed)
{
    /// <summary>The key of the score in a result.</summary>
    internal string Key => Criterion.Name switch
    {
        "evidence" => "log_marginal_likelihood",
        "loo" => "loo_rmse",
        _ => "cv_rmse",
    };

    /// <summary>The same choice for a classifier, with folds that have their share of every class.</summary>
    internal Selecting Stratified(long[] places) => this with { Criterion = Criterion.Stratified(places) };

    /// <summary>Requires a solver that knows the score of a fit.</summary>
    /// <exception cref="UsageException">It does not.</exception>
    internal void Require(Solver solver)
    {
        if (Criterion.Folds == 0 && solver is not (CholeskySolver or EigenSolver))
        {
            throw new UsageException(
                $"--select {Criterion.Name} needs --solver cholesky or eigen, which know the score of a fit; "
                + "take one of them, or --select folds.");
        }
    }

    /// <summary>The best of several networks, each with the ridge and the parameters that suit it best.</summary>
    /// <param name="kernels">The kernels of the networks.</param>
    /// <param name="x">Training samples.</param>
    /// <param name="y">Targets, n × C.</param>
    /// <param name="options">The options of the fit.</param>
    /// <param name="stop">Stops the work.</param>
    internal Selected Best(
        IReadOnlyList<InfiniteKernel> kernels, Matrix x, Matrix y, RegressionOptions options, CancellationToken stop)
    {
        var candidates = kernels.Select(kernel => Named(kernel, kernels.Count, x, y, options, stop)).ToArray();
        var best = Criterion.Name == "evidence"
            ? candidates.MaxBy(candidate => candidate.Score)!
            : candidates.MinBy(candidate => candidate.Score)!;
        return new(best, candidates);
    }

    // A failure of one of several networks says which one it was.
    private Candidate Named(
        InfiniteKernel kernel, int count, Matrix x, Matrix y, RegressionOptions options, CancellationToken stop)
    {
        try
        {
            return Candidate(kernel, x, y, options, stop);
        }
        catch (ArithmeticException e) when (count > 1)
        {
            throw new ArithmeticException($"{kernel.Network}: {e.Message}", e);
        }
    }

    private Candidate Candidate(
        InfiniteKernel kernel, Matrix x, Matrix y, RegressionOptions options, CancellationToken stop)
    {
        options = options.RidgeBy is null ? options : options with { RidgeBy = Criterion };
        var isChosen = options.RidgeBy is not null;
        var (tuned, ridge) = (default(TunedKernel), options.Ridge);
        if (Tuned.Length > 0)
        {
            if (isChosen)
            {
                var mean = KernelRegression.Fit(kernel, x, y, options with { IsScored = false }, stop).Ridge;
                ridge = Ridge.Absolute(mean);
            }

            tuned = KernelTuning.Maximize(
                kernel, Tuned, x, y, options with { Ridge = ridge, RidgeBy = null },
                new() { Criterion = Criterion, Restarts = Restarts, Seed = Seed, KeepRidge = !isChosen }, stop);
            (kernel, options) = (tuned.Kernel, options with { Ridge = tuned.Ridge, RidgeBy = null });
        }

        var model = KernelRegression.Fit(kernel, x, y, options, stop);
        options = options with { Ridge = Ridge.Absolute(model.Ridge), RidgeBy = null };
        var folds = Criterion.Folds > 0 ? CrossValidation.Run(kernel, x, y, Criterion, options, stop) : null;
        var score = folds?.Rmse ?? (Criterion.Name == "loo" ? model.LeaveOneOutRmse : model.LogMarginalLikelihood);
        return new(kernel, options, score!.Value, folds, tuned);
    }
}

/// <summary>A network that fit may choose.</summary>
/// <param name="Kernel">Its kernel, with the parameters that were found.</param>
/// <param name="Options">The options of its fit, with the ridge that was found.</param>
/// <param name="Score">The score.</param>
/// <param name="Folds">The cross-validation, if there was one.</param>
/// <param name="Tuned">The search for its parameters, if there was one.</param>
internal sealed record Candidate(
    InfiniteKernel Kernel, RegressionOptions Options, double Score, CrossValidationResult? Folds, TunedKernel? Tuned);

/// <summary>The network that was chosen, and all that were tried.</summary>
internal sealed record Selected(Candidate Best, IReadOnlyList<Candidate> All);
