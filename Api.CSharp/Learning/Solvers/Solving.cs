namespace HadamardNtk;

/// <summary>Solves a problem by the solver that it was planned for.</summary>
internal sealed class Solving(Problem problem) : ISolverCases<Solution>
{
    /// <summary>Solves a regression with the targets in units of their scale.</summary>
    internal static Solution Solve(
        KernelRows rows, Matrix targets, RegressionOptions options, SolverMemory plan, int features)
    {
        var scale = TargetScale.Of(targets, options.Scale);
        var problem = new Problem(rows, scale.Scaled(targets), options.Ridge, plan, options.Gram)
        {
            Scale = scale,
            RidgeBy = options.RidgeBy,
            IsScored = options.IsScored,
            Features = features,
        };
        var solved = plan.Solver.Match(new Solving(problem));
        return solved with
        {
            Weights = scale.Restored(solved.Weights),
            Scales = scale.Deviations(
                () => BlockConjugateGradients.Dots(problem.Targets, solved.Weights), targets.Rows),
        };
    }

    public Solution Of(CholeskySolver solver) => RidgeSystem.Solve(problem);

    public Solution Of(EigenSolver solver) => EigenSystem.Solve(problem);

    public Solution Of(ConjugateGradientSolver solver) => ConjugateGradientSystem.Solve(problem, solver);

    public Solution Of(FalkonSolver solver) => FalkonSystem.Solve(problem, solver);
}
