using System.Diagnostics;

namespace HadamardNtk;

/// <summary>The size of a fit: n samples of d features, C outputs.</summary>
internal readonly record struct FitSize(int Samples, int Features, int Outputs)
{
    /// <summary>The bytes of an n × n matrix of float64.</summary>
    internal long MatrixBytes => 8L * Samples * Samples;
}

/// <summary>The memory that solvers hold.</summary>
internal static class SolverBytes
{
    /// <summary>
    /// The number of n × C matrices of conjugate gradients: y, x, r, z, p, A p and those that are being computed.
    /// </summary>
    private const int Vectors = 8;

    /// <summary>The bytes of the runtime, code and the kernel's blocks.</summary>
    private const long Base = 100_000_000;

    /// <summary>Float64 is chosen where the matrix takes at most this part of the memory.</summary>
    private const int FloatPart = 4;

    /// <summary>The solver with every choice made that depends on the available memory.</summary>
    internal static Solver Resolve(Solver solver, FitSize size, long available) =>
        solver.Match(new Choices(size, available));

    /// <summary>
    /// Conjugate gradients, with automatic storage replaced: by float64 where that takes at most a quarter of the
    /// memory, else by float32 where that fits, else by none at all.
    /// </summary>
    internal static ConjugateGradientSolver Resolve(ConjugateGradientSolver solver, FitSize size, long available)
    {
        if (solver.Storage != GramStorage.Automatic)
        {
            return solver;
        }

        var (exact, rounded) = (
            solver with { Storage = GramStorage.Float64 }, solver with { Storage = GramStorage.Float32 });
        return Needed(exact, size) <= available / FloatPart ? exact
            : Needed(rounded, size) <= available ? rounded
            : solver with { Storage = GramStorage.None };
    }

    /// <summary>The most bytes that a resolved solver holds.</summary>
    internal static long Needed(Solver solver, FitSize size) =>
        Base + 8L * size.Samples * (3L * size.Features + Vectors * (long)size.Outputs)
        + solver.Match(new Holdings(size)).Bytes;

    /// <summary>Whether a resolved solver fits into memory, and .NET allows its largest array.</summary>
    internal static bool Fits(Solver solver, FitSize size, long available) =>
        Needed(solver, size) <= available && IsArray(solver, size);

    /// <summary>Whether .NET allows the largest array of a resolved solver.</summary>
    internal static bool IsArray(Solver solver, FitSize size) => LargestArray(solver, size) <= Array.MaxLength;

    /// <summary>The entries of a resolved solver's largest array.</summary>
    internal static long LargestArray(Solver solver, FitSize size) => solver.Match(new Holdings(size)).LargestArray;

    /// <summary>The memory of one solver beyond that of every solver.</summary>
    /// <param name="Bytes">The bytes in total.</param>
    /// <param name="LargestArray">The entries of its largest array.</param>
    private readonly record struct Held(long Bytes, long LargestArray);

    private sealed class Holdings(FitSize size) : ISolverCases<Held>
    {
        /// <summary>
        /// The number of n × n matrices of a decomposition: the matrix, its eigenvectors and the room for both.
        /// </summary>
        private const int EigenMatrices = 5;

        private long Entries => (long)size.Samples * size.Samples;

        public Held Of(CholeskySolver solver) => new(
            size.MatrixBytes + 8L * size.Samples * Math.Min(size.Samples, InverseDiagonal.Width), Entries);

        public Held Of(EigenSolver solver) => new(EigenMatrices * size.MatrixBytes, Entries);

        public Held Of(ConjugateGradientSolver solver)
        {
            var rank = solver.RankFor(size.Samples, size.Outputs);
            return new(
                StoredBytes(solver.Storage) + PreconditionerBytes(size.Samples, rank), (long)size.Samples * rank);
        }

        // Falkon holds the features if they are kept, the factor, its triangle twice or with the preconditioner, and a
        // block of rows with its room.
        public Held Of(FalkonSolver solver)
        {
            var centers = (long)solver.CentersFor(size.Samples);
            var candidates = solver.CandidatesFor(size.Samples);
            var factor = candidates * (centers + 2L * PartialCholesky.Block + size.Features);
            var triangles = 3 * centers * centers;
            var block = 2L * Math.Max(CenterFeatures.BlockRows, PartialCholesky.Block) * centers;
            var all = candidates < size.Samples ? size.Samples * centers : 0;
            var isRounded = all > solver.KeptNumbers && all <= solver.RoundedNumbers;
            var features = isRounded
                ? Math.Max(solver.KeptNumbers, all / 2 + 4L * Blocking.Sides * 8 * centers)
                : Math.Min(all, solver.KeptNumbers);
            var weights = centers * (size.Features + Vectors * (long)size.Outputs);
            return new(8 * (features + factor + triangles + block + weights), candidates * centers);
        }

        private long TriangleNumbers => new TriangleLayout(size.Samples).Count * TriangleLayout.Square;

        private long StoredBytes(GramStorage storage) => storage switch
        {
            GramStorage.Float64 => 8 * TriangleNumbers,
            GramStorage.Float32 => 4 * TriangleNumbers,
            GramStorage.File or GramStorage.None => 0,
            _ => throw new UnreachableException("Automatic storage has no size before it is resolved."),
        };

        // The preconditioner takes the partial factor, two blocks of rows, and three small squares.
        private static long PreconditionerBytes(long n, long rank) =>
            8 * (n * (rank + 2L * PartialCholesky.Block) + 3 * rank * rank);
    }

    private sealed class Choices(FitSize size, long available) : ISolverCases<Solver>
    {
        public Solver Of(CholeskySolver solver) => solver;

        public Solver Of(EigenSolver solver) => solver;

        public Solver Of(ConjugateGradientSolver solver) => Resolve(solver, size, available);

        public Solver Of(FalkonSolver solver) => Needed(solver, size) <= available / FloatPart
            ? solver
            : solver with { RoundedNumbers = 0 };
    }
}
