using System.Globalization;

namespace HadamardNtk;

/// <summary>The size of a fit: n samples of d features, C outputs.</summary>
internal readonly record struct FitSize(int Samples, int Features, int Outputs)
{
    /// <summary>The bytes of an n × n matrix of float64.</summary>
    internal long MatrixBytes => 8L * Samples * Samples;
}

/// <summary>The memory that a fit will hold, planned before it begins.</summary>
/// <param name="Solver">The solver, resolved: its storage is not automatic.</param>
/// <param name="Bytes">The most bytes that it holds.</param>
internal sealed record SolverMemory(Solver Solver, long Bytes)
{
    /// <summary>n × C matrices of conjugate gradients: y, x, r, z, p, A p and one in the making.</summary>
    internal const int Vectors = 8;

    /// <summary>The bytes of the runtime, code and the kernel's blocks.</summary>
    private const long Base = 100_000_000;

    /// <summary>The memory that this process may have.</summary>
    internal static long Available => GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;

    /// <summary>The plan, whether it fits or not; automatic storage is the first that fits, or none.</summary>
    internal static SolverMemory Plan(Solver solver, FitSize size, long available)
    {
        var resolved = solver.Resolve(size, available);
        return new(resolved, Needed(resolved, size));
    }

    /// <summary>The plan of a fit that fits.</summary>
    /// <param name="solver">The solver.</param>
    /// <param name="size">The size of the fit.</param>
    /// <param name="available">The bytes that there are.</param>
    /// <param name="mend">What to do where it does not fit; the solver's own suggestion if null.</param>
    /// <exception cref="ArgumentException">The fit does not fit.</exception>
    internal static SolverMemory Require(Solver solver, FitSize size, long available, string? mend = null)
    {
        var plan = Plan(solver, size, available);
        return Fits(plan.Solver, size, available)
            ? plan
            : throw new ArgumentException(
                $"Expected a fit that fits into the {Gigabytes(available)} of memory that there are; " +
                $"{plan.Solver.Description} of {size.Samples} samples needs " +
                $"{Gigabytes(plan.Bytes)}{Limit(plan.Solver, size)}; {mend ?? solver.Suggestion(size, available)}.");
    }

    /// <summary>The most bytes that a resolved solver holds.</summary>
    internal static long Needed(Solver solver, FitSize size) =>
        Base + 8L * size.Samples * (3L * size.Features + Vectors * (long)size.Outputs) + solver.OwnBytes(size);

    /// <summary>Whether a resolved solver's bytes are there and its largest array is one that .NET can have.</summary>
    internal static bool Fits(Solver solver, FitSize size, long available) =>
        Needed(solver, size) <= available && IsArray(solver, size);

    private static bool IsArray(Solver solver, FitSize size) => solver.LargestArray(size) <= Array.MaxLength;

    private static string Limit(Solver solver, FitSize size) =>
        IsArray(solver, size) ? "" : $", and its {solver.LargestArray(size)} entries more than one array";

    /// <summary>Bytes as a text, "4.1 GB".</summary>
    internal static string Gigabytes(long bytes) => (bytes / 1e9).ToString("F1", CultureInfo.InvariantCulture) + " GB";
}
