using System.Runtime.CompilerServices;

namespace HadamardNtk;

/// <summary>
/// Elementary functions of double lanes. Every width has the same operations, so that the bits of a lane depend on its
/// argument alone. An error of 1 ulp is the distance of the two doubles around the true value.
/// </summary>
/// <remarks>
/// The polynomials are minimax polynomials (Remez). Each coefficient is fitted after those before it were rounded.
/// </remarks>
internal static partial class DoubleFunctions
{
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;
}
