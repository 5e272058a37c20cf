using System.Globalization;

namespace HadamardNtk;

/// <summary>The size of a fit: n samples of d features, C outputs.</summary>
internal readonly record struct FitSize(int Samples, int Features, int Outputs);

/// <summary>What a fit will hold in memory, told before it begins.</summary>
/// <param name="Solver">The solver, with everything in it settled: no automatic storage.</param>
/// <param name="Bytes">The most bytes that it holds.</param>
internal sealed record SolverMemory(Solver Solver, long Bytes)
{
    /// <summary>Copies of an n × n matrix while eigenvalues are computed: the matrix, its eigenvectors and the room for both.</summary>
    private const int EigenCopies = 5;

    /// <summary>n × C matrices of conjugate gradients: y, x, r, z, p, A p and one in the making.</summary>
    private const int Vectors = 8;

    /// <summary>What the runtime, code and the kernel's blocks take.</summary>
    private const long Base = 100_000_000;

    /// <summary>The memory that this process may have.</summary>
    internal static long Available => GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;

    /// <summary>The plan, whether it fits or not; automatic storage is the first that fits, or none.</summary>
    internal static SolverMemory Plan(Solver solver, FitSize size, long available)
    {
        if (solver is not { Kind: SolverKind.ConjugateGradients, Storage: GramStorage.Automatic })
        {
            return new(solver, Needed(solver, size));
        }

        var plans = new[] { GramStorage.Float64, GramStorage.Float32, GramStorage.None }
            .Select(storage => Plan(solver with { Storage = storage }, size, available)).ToArray();
        return Array.Find(plans, plan => plan.Bytes <= available) ?? plans[^1];
    }

    /// <summary>The plan of a fit that fits.</summary>
    /// <param name="solver">How it is to be solved.</param>
    /// <param name="size">Its size.</param>
    /// <param name="available">The bytes that there are.</param>
    /// <param name="mend">What to do where it does not fit; a solver that does if null.</param>
    /// <exception cref="ArgumentException">It does not.</exception>
    internal static SolverMemory Require(Solver solver, FitSize size, long available, string? mend = null)
    {
        var plan = Plan(solver, size, available);
        return plan.Bytes <= available && IsArray(solver, size)
            ? plan
            : throw new ArgumentException(
                $"Expected a fit that fits into the {Gigabytes(available)} of memory that there are; {Name(solver)} of {size.Samples} samples " +
                $"needs {Gigabytes(plan.Bytes)}{Limit(solver, size)}; {mend ?? Suggestion(solver, size, available)}.");
    }

    private static long Needed(Solver solver, FitSize size)
    {
        var (n, matrix) = (size.Samples, 8L * size.Samples * size.Samples);
        var always = Base + 8L * n * (3L * size.Features + Vectors * (long)size.Outputs);
        return always + solver.Kind switch
        {
            SolverKind.Cholesky => matrix + 8L * n * Math.Min(n, InverseDiagonal.Width),
            SolverKind.Eigen => EigenCopies * matrix,
            SolverKind.ConjugateGradients => Kept(solver.Storage, matrix) + Preconditioning(n, solver.RankFor(n)),
            _ => Centred(size, solver.CentersFor(n), solver.KeptNumbers),
        };
    }

    private static long Kept(GramStorage storage, long matrix) => storage switch
    {
        GramStorage.Float64 => matrix,
        GramStorage.Float32 => matrix / 2,
        _ => 0,
    };

    // The factor, two blocks of rows, and three small squares.
    private static long Preconditioning(long n, long rank) => 8 * (n * (rank + 2L * PartialCholesky.Block) + 3 * rank * rank);

    // The factor, and its triangle twice or with the preconditioner; a block of rows and what makes it; the features if they are kept.
    private static long Centred(FitSize size, long centers, long keptNumbers)
    {
        var candidates = FalkonSystem.Candidates(size.Samples, (int)centers);
        var (triangles, block) = (3 * centers * centers, 2L * Math.Max(FalkonSystem.BlockRows, PartialCholesky.Block) * centers);
        var features = candidates < size.Samples ? Math.Min(size.Samples * centers, keptNumbers) : 0;
        return 8 * (features + candidates * (centers + 2L * PartialCholesky.Block + size.Features) + triangles + block
            + centers * (size.Features + Vectors * (long)size.Outputs));
    }

    /// <summary>The entries of the largest array of a solver.</summary>
    private static long Entries(Solver solver, FitSize size) => solver.Kind switch
    {
        SolverKind.ConjugateGradients => (long)size.Samples * solver.RankFor(size.Samples),
        SolverKind.Falkon => (long)FalkonSystem.Candidates(size.Samples, solver.CentersFor(size.Samples)) * solver.CentersFor(size.Samples),
        _ => (long)size.Samples * size.Samples,
    };

    private static bool IsArray(Solver solver, FitSize size) => Entries(solver, size) <= Array.MaxLength;

    private static string Limit(Solver solver, FitSize size) =>
        IsArray(solver, size) ? "" : $", and its {Entries(solver, size)} entries more than one array";

    private static string Suggestion(Solver solver, FitSize size, long available)
    {
        var gradients = Plan(Solver.ConjugateGradients, size, available);
        if (solver.Kind is SolverKind.Cholesky or SolverKind.Eigen && gradients.Bytes <= available)
        {
            return $"take conjugate gradients (cg), {Storage(gradients.Solver.Storage)}: {Gigabytes(gradients.Bytes)}";
        }

        if (solver.Kind == SolverKind.ConjugateGradients && solver.Storage != GramStorage.Automatic && gradients.Bytes <= available)
        {
            return $"leave the storage to the solver: {Gigabytes(gradients.Bytes)}, {Storage(gradients.Solver.Storage)}";
        }

        var centers = MostCenters(size, available);
        return centers >= 1
            ? $"take falkon with {centers} centres or fewer: {Gigabytes(Needed(Solver.Falkon with { Centers = centers }, size))}"
            : "give fewer samples or features";
    }

    private static int MostCenters(FitSize size, long available)
    {
        var (fits, fails) = (0, size.Samples + 1);
        while (fails - fits > 1)
        {
            var middle = fits + (fails - fits) / 2;
            var some = Solver.Falkon with { Centers = middle };
            var isEnough = Needed(some, size) <= available && IsArray(some, size);
            (fits, fails) = isEnough ? (middle, fails) : (fits, middle);
        }

        return fits;
    }

    private static string Name(Solver solver) => solver switch
    {
        { Kind: SolverKind.Cholesky } => "the Cholesky factorisation",
        { Kind: SolverKind.Eigen } => "the eigen-decomposition",
        { Kind: SolverKind.Falkon } => "falkon",
        _ => $"conjugate gradients, {Storage(solver.Storage)},",
    };

    private static string Storage(GramStorage storage) => storage switch
    {
        GramStorage.Float64 => "the matrix in float64",
        GramStorage.Float32 => "the matrix in float32",
        GramStorage.File => "the matrix in a file",
        _ => "the matrix never stored",
    };

    /// <summary>Bytes as a text, "4.1 GB".</summary>
    internal static string Gigabytes(long bytes) => (bytes / 1e9).ToString("F1", CultureInfo.InvariantCulture) + " GB";
}
