using System.Runtime.CompilerServices;

namespace HadamardNtk;

/// <summary>The sign bits of lanes.</summary>
internal static class LaneSign<V, T>
    where V : struct, ILanes<V, T>
    where T : unmanaged
{
    /// <summary>|x| with the sign of y if x is not negative; in general the product of both signs.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static V Times(V x, V y) => x ^ (y & V.Number(-0.0));
}
