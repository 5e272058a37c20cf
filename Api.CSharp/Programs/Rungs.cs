namespace HadamardNtk;

/// <summary>
/// The numbers of terms after which a series may end. Every rung is twice the one before the last.
/// </summary>
internal static class Rungs
{
    /// <summary>The numbers of terms.</summary>
    internal static readonly int[] Terms = [8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512];

    /// <summary>The number of rungs.</summary>
    internal const int Count = 13;

    /// <summary>
    /// The first rung that a precision uses. In float64 few pairs need less than 16 terms, and those are not worth the
    /// search.
    /// </summary>
    internal static int First(bool single) => single ? 0 : 2;

    /// <summary>The K-th root of the tolerance for every rung K.</summary>
    internal static double[] Limits(bool single) =>
        Array.ConvertAll(Terms, terms => Math.Pow(Tolerance(single), 1.0 / terms));

    /// <summary>The tail that is neglected, relative to √(E f(u)² E f(v)²).</summary>
    internal static double Tolerance(bool single) => single ? 1e-7 : 4e-15;
}
