using System.Runtime.CompilerServices;

namespace HadamardNtk;

/// <summary>
/// Elementary functions of double lanes: each lane by the same operations in every width, so its bits depend on its
/// argument alone. An error of 1 ulp is the distance of the two doubles around the true value.
/// </summary>
/// <remarks>The polynomials are minimax ones (Remez), fitted to the rounded coefficients before each.</remarks>
internal static partial class DoubleFunctions
{
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    // |x| with the sign of y, for x that has none; for any x, the product of the signs.
    [MethodImpl(Inline)]
    private static V WithSign<V>(V x, V y)
        where V : struct, ILanes<V, double> =>
        x ^ (y & V.Number(-0.0));
}
