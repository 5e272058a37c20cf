namespace HadamardNtk;

/// <summary>The memory that a fit will hold, planned before it begins.</summary>
/// <param name="Solver">The resolved solver, whose storage is not automatic.</param>
/// <param name="Bytes">The most bytes that it holds.</param>
internal sealed record SolverMemory(Solver Solver, long Bytes)
{
    /// <summary>The plan, whether it fits or not. Automatic storage becomes the first that fits, or none.</summary>
    internal static SolverMemory Plan(Solver solver, FitSize size, long available)
    {
        var resolved = SolverBytes.Resolve(solver, size, available);
        return new(resolved, SolverBytes.Needed(resolved, size));
    }

    /// <summary>The plan of a fit, which has to fit into memory.</summary>
    /// <param name="solver">The solver.</param>
    /// <param name="size">The size of the fit.</param>
    /// <param name="available">The bytes of memory that are available.</param>
    /// <param name="mend">
    /// The change that the message proposes where the fit does not fit; the solver's own suggestion if null.
    /// </param>
    /// <exception cref="ArgumentException">The fit does not fit into memory.</exception>
    internal static SolverMemory Require(Solver solver, FitSize size, long available, string? mend = null)
    {
        var plan = Plan(solver, size, available);
        return SolverBytes.Fits(plan.Solver, size, available)
            ? plan
            : throw new ArgumentException(
                $"Expected a fit that fits into the {MemoryPlan.Gigabytes(available)} of memory that there are; " +
                $"{plan.Solver.Description} of {size.Samples} samples needs " +
                $"{MemoryPlan.Gigabytes(plan.Bytes)}{Limit(plan.Solver, size)}; " +
                $"{mend ?? SmallerFit.Suggestion(solver, size, available)}.");
    }

    /// <summary>
    /// The plan of a fit whose matrix other machines compute and keep. Conjugate gradients hold vectors and the
    /// preconditioner here; automatic storage is float64, whose bits do not depend on how much of it is kept. Falkon
    /// holds its features here where they are few, and else none of them.
    /// </summary>
    /// <exception cref="ArgumentException">It does not fit into memory, or would keep the matrix in a file.</exception>
    internal static SolverMemory Elsewhere(Solver solver, FitSize size, long available)
    {
        if (solver is FalkonSolver falkon)
        {
            return Require(falkon with { RoundedNumbers = 0 }, size, available);
        }

        if (solver is not ConjugateGradientSolver gradients)
        {
            return Require(solver, size, available);
        }

        var plan = Require(gradients with { Storage = GramStorage.None }, size, available);
        return gradients.Storage switch
        {
            GramStorage.File => throw new ArgumentException(
                "Expected the storage auto, f64, f32 or none where other machines keep the matrix; file came. "
                + "Leave the storage out."),
            GramStorage.Automatic => plan with { Solver = gradients with { Storage = GramStorage.Float64 } },
            _ => plan with { Solver = gradients },
        };
    }

    private static string Limit(Solver solver, FitSize size) => SolverBytes.IsArray(solver, size)
        ? ""
        : $", and its {SolverBytes.LargestArray(solver, size)} entries more than one array";
}
