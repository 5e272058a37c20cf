namespace HadamardNtk;

/// <summary>The suggestion that ends the message where a fit does not fit into memory.</summary>
internal sealed class SmallerFit(FitSize size, long available) : ISolverCases<string>
{
    internal static string Suggestion(Solver solver, FitSize size, long available) =>
        solver.Match(new SmallerFit(size, available));

    public string Of(CholeskySolver solver) => Iterations();

    public string Of(EigenSolver solver) => Iterations();

    public string Of(ConjugateGradientSolver solver)
    {
        var (storage, bytes) = ConjugateGradients();
        return solver.Storage != GramStorage.Automatic && bytes <= available
            ? $"leave the storage to the solver: {MemoryPlan.Gigabytes(bytes)}, {storage}"
            : Centers();
    }

    public string Of(FalkonSolver solver) => Centers();

    // Suggests conjugate gradients, or falkon where they do not fit either.
    private string Iterations()
    {
        var (storage, bytes) = ConjugateGradients();
        return bytes <= available
            ? $"take conjugate gradients (cg), {storage}: {MemoryPlan.Gigabytes(bytes)}"
            : Centers();
    }

    // The place where conjugate gradients would keep the matrix, and the bytes that they would hold.
    private (string Storage, long Bytes) ConjugateGradients()
    {
        var resolved = SolverBytes.Resolve(Solver.ConjugateGradients, size, available);
        return (ConjugateGradientSolver.Described(resolved.Storage), SolverBytes.Needed(resolved, size));
    }

    // Suggests falkon with as many centers as fit.
    private string Centers()
    {
        var centers = MostCenters();
        if (centers == 0)
        {
            return "give fewer samples or features";
        }

        var bytes = SolverBytes.Needed(Passing(centers), size);
        return $"take falkon with {centers} centers or fewer: {MemoryPlan.Gigabytes(bytes)}";
    }

    // Where little fits, falkon keeps no features in float32.
    private static FalkonSolver Passing(int centers) => new() { Centers = centers, RoundedNumbers = 0 };

    // The memory grows with the number of centers, so bisection finds the greatest number that fits.
    private int MostCenters()
    {
        var (fits, fails) = (0, size.Samples + 1);
        while (fails - fits > 1)
        {
            var middle = fits + (fails - fits) / 2;
            var isEnough = SolverBytes.Fits(Passing(middle), size, available);
            (fits, fails) = isEnough ? (middle, fails) : (fits, middle);
        }

        return fits;
    }
}
