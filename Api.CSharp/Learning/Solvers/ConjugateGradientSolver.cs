using System.Diagnostics;

namespace HadamardNtk;

/// <summary>Where conjugate gradients keep the Gram matrix.</summary>
public enum GramStorage
{
    /// <summary>The first of float64, float32 and nothing that fits into memory.</summary>
    Automatic,

    /// <summary>In memory, 8 n² bytes.</summary>
    Float64,

    /// <summary>
    /// In memory, rounded to float32: 4 n² bytes. Sums are in float64, and the solution is refined in float64, by
    /// residuals of the kernel that is not rounded, until those are at the tolerance.
    /// </summary>
    Float32,

    /// <summary>In a temporary file, mapped into memory.</summary>
    File,

    /// <summary>Nowhere: computed again in every step.</summary>
    None,
}

/// <summary>
/// Solves by conjugate gradients, preconditioned by a randomly pivoted partial Cholesky factorization: exact to a
/// tolerance, with n² numbers, half of them, or none.
/// </summary>
public sealed record ConjugateGradientSolver : IterativeSolver
{
    // Automatic storage is the first of these that fits.
    private static readonly GramStorage[] Preferred = [GramStorage.Float64, GramStorage.Float32, GramStorage.None];

    private readonly int? _rank;
    private readonly GramStorage _storage;

    /// <inheritdoc/>
    public override SolverKind Kind => SolverKind.ConjugateGradients;

    /// <summary>
    /// k, the most steps of the partial factorization, at least 0: k n numbers, k² n operations. 0 stands for plain
    /// conjugate gradients, null for the larger of 500 and 10 √n, or n where that is less.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The rank is negative.</exception>
    public int? Rank
    {
        get => _rank;
        init => _rank = value is { } rank ? AtLeast(0, rank, "a rank") : null;
    }

    /// <summary>Where the Gram matrix is kept; automatic unless set.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is none of the enumeration.</exception>
    public GramStorage Storage
    {
        get => _storage;
        init => _storage = Enum.IsDefined(value)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, $"Expected a GramStorage, not {value}.");
    }

    /// <summary>The folder of the temporary file of <see cref="GramStorage.File"/>; the system's own if null.</summary>
    public string? Folder { get; init; }

    /// <inheritdoc/>
    internal override string Description => $"conjugate gradients, {Described(Storage)},";

    /// <inheritdoc/>
    internal override long OwnBytes(FitSize size) =>
        StoredBytes(size) + PreconditionerBytes(size.Samples, RankFor(size.Samples));

    /// <inheritdoc/>
    internal override long LargestArray(FitSize size) => (long)size.Samples * RankFor(size.Samples);

    /// <summary>This solver, with automatic storage replaced by the first one that fits, or by none at all.</summary>
    internal override ConjugateGradientSolver Resolve(FitSize size, long available)
    {
        if (Storage != GramStorage.Automatic)
        {
            return this;
        }

        var choices = Array.ConvertAll(Preferred, storage => this with { Storage = storage });
        return Array.Find(choices, choice => SolverMemory.Needed(choice, size) <= available) ?? choices[^1];
    }

    /// <inheritdoc/>
    internal override DirectSolver ForDeviations() => Cholesky;

    /// <inheritdoc/>
    internal override string Suggestion(FitSize size, long available)
    {
        var resolved = ConjugateGradients.Resolve(size, available);
        var bytes = SolverMemory.Needed(resolved, size);
        return Storage != GramStorage.Automatic && bytes <= available
            ? $"leave the storage to the solver: {SolverMemory.Gigabytes(bytes)}, {Described(resolved.Storage)}"
            : FalkonSolver.SuggestedCenters(size, available);
    }

    /// <summary>Conjugate gradients as another solver's suggestion; null where they do not fit either.</summary>
    internal static string? Suggested(FitSize size, long available)
    {
        var resolved = ConjugateGradients.Resolve(size, available);
        var bytes = SolverMemory.Needed(resolved, size);
        return bytes <= available
            ? $"take conjugate gradients (cg), {Described(resolved.Storage)}: {SolverMemory.Gigabytes(bytes)}"
            : null;
    }

    /// <inheritdoc/>
    internal override Solution Solve(Problem problem) => ConjugateGradientSystem.Solve(problem, this);

    /// <summary>The rank for n samples.</summary>
    internal int RankFor(int samples) => Math.Min(samples, Rank ?? Math.Max(500, (int)(10 * Math.Sqrt(samples))));

    private long StoredBytes(FitSize size) => Storage switch
    {
        GramStorage.Float64 => size.MatrixBytes,
        GramStorage.Float32 => size.MatrixBytes / 2,
        GramStorage.File or GramStorage.None => 0,
        _ => throw new UnreachableException("Automatic storage has no size before it is resolved."),
    };

    // The partial factor, two blocks of rows, and three small squares.
    private static long PreconditionerBytes(long n, long rank) =>
        8 * (n * (rank + 2L * PartialCholesky.Block) + 3 * rank * rank);

    private static string Described(GramStorage storage) => storage switch
    {
        GramStorage.Float64 => "the matrix in float64",
        GramStorage.Float32 => "the matrix in float32",
        GramStorage.File => "the matrix in a file",
        GramStorage.None => "the matrix never stored",
        _ => throw new UnreachableException("Automatic storage has no description before it is resolved."),
    };
}
