using System.Runtime.CompilerServices;

namespace HadamardNtk;

/// <summary>The part of the angle of a point that differs between the precisions.</summary>
internal interface IArctangent<V>
{
    /// <summary>The least positive number.</summary>
    static abstract double Least { get; }

    /// <summary>offset + atan(t) for |t| at most 1, where offset is a multiple of pi/2.</summary>
    static abstract V Turned(V t, V offset);
}

/// <summary>
/// The angle of the point (x, y): atan(t) for t = min(|x|, |y|)/max(|x|, |y|), taken from pi/2 where |y| is greater and
/// from pi where x is negative. All type arguments are structs, so that each choice of them is compiled without calls.
/// </summary>
internal static class Angle<V, T, TArctangent>
    where V : struct, ILanes<V, T>
    where T : unmanaged
    where TArctangent : struct, IArctangent<V>
{
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    /// <summary>The angle, from -pi to pi. The sign is y's; zeros of either sign are those of Math.Atan2.</summary>
    [MethodImpl(Inline)]
    internal static V Whole(V y, V x)
    {
        V high = V.Abs(y);
        V wide = V.Abs(x);
        V steep = V.Less(wide, high);
        V sign = x & V.Number(-0.0);
        V quarter = V.Number(Math.PI / 2);
        // 0 or pi, by the sign of x, or pi/2.
        V offset = V.Select(steep, quarter, quarter - (quarter | sign));
        V t = Slope(V.Select(steep, wide, high), V.Select(steep, high, wide));
        return LaneSign<V, T>.Times(TArctangent.Turned(t ^ sign ^ (steep & V.Number(-0.0)), offset), y);
    }

    /// <summary>The angle where x is at least +0, from -pi/2 to pi/2.</summary>
    [MethodImpl(Inline)]
    internal static V Right(V y, V x)
    {
        V high = V.Abs(y);
        V steep = V.Less(x, high);
        V t = Slope(V.Select(steep, x, high), V.Select(steep, high, x));
        V turned = TArctangent.Turned(t ^ (steep & V.Number(-0.0)), steep & V.Number(Math.PI / 2));
        return LaneSign<V, T>.Times(turned, y);
    }

    // a/b for 0 <= a <= b, and 0 for a = b = 0.
    [MethodImpl(Inline)]
    private static V Slope(V a, V b) => a / V.Max(V.Number(TArctangent.Least), b);
}
