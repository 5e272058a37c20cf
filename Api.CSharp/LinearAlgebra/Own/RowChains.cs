using System.Runtime.CompilerServices;

namespace HadamardNtk;

/// <summary>
/// A single inner product by the chains of <see cref="RowProducts"/>, four chains at once to hide their latency.
/// </summary>
internal static unsafe class RowChains
{
    private const int Depth = Blocking.Depth;

    /// <summary>The inner product of two rows; 0 for empty ones.</summary>
    /// <param name="a">The first row.</param>
    /// <param name="b">The second row.</param>
    /// <param name="length">The length of both, K.</param>
    internal static double Dot(double* a, double* b, nint length) => length == 0 ? 0 : Sum(a, b, length);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static double Sum(double* a, double* b, nint length)
    {
        var (total, k) = (-0.0, (nint)0); // -0 + s is s, also for s = -0, so that the first chain counts as assigned.
        for (; k + 4 * Depth <= length; k += 4 * Depth)
        {
            total = AddFour(total, a + k, b + k);
        }

        for (; k < length; k += Depth)
        {
            total += Chain(a + k, b + k, nint.Min(Depth, length - k));
        }

        return total;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static double Chain(double* a, double* b, nint length)
    {
        var sum = 0.0;
        for (nint k = 0; k < length; k++)
        {
            sum = Math.FusedMultiplyAdd(a[k], b[k], sum);
        }

        return sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static double AddFour(double total, double* a, double* b)
    {
        double s0 = 0, s1 = 0, s2 = 0, s3 = 0;
        for (nint k = 0; k < Depth; k++)
        {
            s0 = Math.FusedMultiplyAdd(a[k], b[k], s0);
            s1 = Math.FusedMultiplyAdd(a[k + Depth], b[k + Depth], s1);
            s2 = Math.FusedMultiplyAdd(a[k + 2 * Depth], b[k + 2 * Depth], s2);
            s3 = Math.FusedMultiplyAdd(a[k + 3 * Depth], b[k + 3 * Depth], s3);
        }

        return total + s0 + s1 + s2 + s3;
    }
}
