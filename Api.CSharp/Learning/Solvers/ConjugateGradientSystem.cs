namespace HadamardNtk;

/// <summary>Solves (K + r I) α = y by preconditioned conjugate gradients.</summary>
internal static class ConjugateGradientSystem
{
    // The part of a residual that one run leaves where K is rounded to float32.
    private const double RoundedRun = 1e-5;

    internal static Solution Solve(Problem problem, ConjugateGradientSolver solver)
    {
        var rows = problem.Rows;
        var checkpoint = GradientCheckpoint.Of(problem, solver);
        using var elsewhere = DistantOperator.TryCreate(rows, solver.Storage);
        var rank = solver.RankFor(rows.Count, problem.Targets.Columns);
        var partial = PartialCholesky.Draw(rows, rank, solver.Seed, problem.Stage("pivots"));
        var ridge = problem.Ridge.For(rows.Diagonal());
        var preconditioner = Preconditioner.Of(partial, ridge, rows.Workers);
        using var stored = (KernelOperator?)elsewhere ?? KernelOperator.Create(rows, solver, problem.Stage("gram"));
        var isRounded = solver.Storage == GramStorage.Float32 || problem.Gram.Precision == Precision.Float32;
        var gradients = new BlockConjugateGradients(v => Shifted(stored.Multiply(v), ridge, v), preconditioner.Apply);
        var refinement = new Refinement(
            gradients,
            v => Entrywise.Add(
                problem.Targets, Shifted(isRounded ? rows.Multiply(v) : stored.Multiply(v), ridge, v), -1),
            partial.Trace + ridge,
            isRounded ? RoundedRun : 0);
        var solved = refinement.Solve(
            problem.Targets, solver, problem.Steps(solver.Tolerance),
            "raise the ridge, the rank, the iterations or the tolerance, or solve a singular system by eigenvalues" +
            (isRounded ? ", or keep the matrix in float64" : ""),
            checkpoint?.Load(),
            checkpoint is null ? null : checkpoint.Keep);
        return new(solved.Solution, ridge, new(solver.Kind)
        {
            Iterations = solved.Iterations,
            Residual = solved.Residual,
            Rank = partial.Rank,
            Storage = solver.Storage,
        });
    }

    private static Matrix Shifted(Matrix product, double ridge, Matrix v)
    {
        for (var i = 0; i < product.Data.Length; i++)
        {
            product.Data[i] += ridge * v.Data[i];
        }

        return product;
    }
}
