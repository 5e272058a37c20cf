namespace HadamardNtk;

/// <summary>The factorization of K + r I that standard deviations are computed by.</summary>
/// <param name="By">The solver that factorizes, and that the memory is planned for.</param>
/// <param name="Factorize">
/// Factorizes in K's memory, given K, r, the workers and the library, which is null for the fastest on the host.
/// </param>
internal sealed record Factorization(
    DirectSolver By, Func<Matrix, double, Workers, DenseLibrary?, IPosterior> Factorize)
{
    /// <summary>The factorization for a model that this solver solved.</summary>
    /// <exception cref="NotSupportedException">The model does not keep the samples that deviations need.</exception>
    internal static Factorization For(Solver solver) => solver.Match(new Cases());

    private sealed class Cases : ISolverCases<Factorization>
    {
        public Factorization Of(CholeskySolver solver) =>
            new(solver, (gram, ridge, workers, library) => new RidgeSystem(gram, ridge, workers, library));

        public Factorization Of(EigenSolver solver) => new(solver, EigenSystem.Of);

        public Factorization Of(ConjugateGradientSolver solver) => Of(Solver.Cholesky);

        public Factorization Of(FalkonSolver solver) => throw new NotSupportedException(
            "A falkon model keeps its centers alone, and standard deviations need all training samples; " +
            "fit with cholesky, eigen or cg.");
    }
}
