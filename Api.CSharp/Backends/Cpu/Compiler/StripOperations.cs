using System.Runtime.CompilerServices;
using HadamardNtk.Core;

namespace HadamardNtk;

/// <summary>The operations on vectors. Each method is named after its <see cref="StripOperation"/>.</summary>
/// <typeparam name="F">The elementary functions.</typeparam>
/// <typeparam name="V">The vector type.</typeparam>
/// <typeparam name="T">float or double.</typeparam>
internal static class StripOperations<F, V, T>
    where F : struct, IFunctionSet<V, T>
    where V : struct, ILanes<V, T>
    where T : unmanaged
{
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    [MethodImpl(Inline)]
    public static V Add(V a, V b) => a + b;

    [MethodImpl(Inline)]
    public static V Subtract(V a, V b) => a - b;

    [MethodImpl(Inline)]
    public static V Multiply(V a, V b) => a * b;

    [MethodImpl(Inline)]
    public static V Divide(V a, V b) => a / b;

    [MethodImpl(Inline)]
    public static V Fma(V a, V b, V c) => V.Fma(a, b, c);

    [MethodImpl(Inline)]
    public static V Sqrt(V a) => V.Sqrt(a);

    [MethodImpl(Inline)]
    public static V Exp(V a) => F.Exp(a);

    [MethodImpl(Inline)]
    public static V Atan2(V a, V b) => F.Atan2(a, b);

    [MethodImpl(Inline)]
    public static V AtanRight(V a, V b) => F.AtanRight(a, b);

    [MethodImpl(Inline)]
    public static V Correlation(V a, V b, V c) => a * (b * c);

    // With this order of the bounds the result of a NaN is NaN.
    [MethodImpl(Inline)]
    public static V Clamped(V a) => V.Max(V.Number(-1), V.Min(V.Number(1), a));

    // The correlation of equal moments has a few roundings. The sign of 1 is that of a.
    [MethodImpl(Inline)]
    public static V Aligned(V a) =>
        V.Select(V.Less(V.Abs(a), V.Number(1 - (typeof(T) == typeof(float) ? 3e-7 : 6e-16))), a, SignOf(a));

    [MethodImpl(Inline)]
    private static V SignOf(V a) => V.Select(V.Less(a, default), V.Number(-1), V.Number(1) + (a - a));

    [MethodImpl(Inline)]
    public static V Angle(V a) => F.Acos(a);

    [MethodImpl(Inline)]
    public static V Sine(V a) => V.Sqrt(SineSquared(a));

    [MethodImpl(Inline)]
    public static V Greatest(V a, V b) => V.Max(a, V.Abs(b));

    [MethodImpl(Inline)]
    public static V Cancelled(V a, V b) =>
        V.Number(2) & V.Less(V.Number(Great), b) & V.Less(V.Number(Small), V.Fma(b, V.Number(Blur), a));

    [MethodImpl(Inline)]
    public static V Strained(V a, V b) =>
        V.Fma(V.Abs(a) - V.Number(1), V.Min(V.Number(1), b), V.Number(1));

    // Because of the offset, a pair at |a| = 1 is not in doubt where b is large.
    [MethodImpl(Inline)]
    public static V Near(V a, V b) =>
        V.Number(1) - V.Min(V.Number(1), (V.Number(1) - V.Abs(a) + V.Number(1e-18)) * b);

    // From the size "Great" on, the rounding of a term changes an exponential. Below the exponent "Small" it never
    // does.
    private static double Great
    {
        [MethodImpl(Inline)]
        get => typeof(T) == typeof(float) ? SingleCancellation.Great : DoubleCancellation.Great;
    }

    private static double Small
    {
        [MethodImpl(Inline)]
        get => typeof(T) == typeof(float) ? SingleCancellation.Small : DoubleCancellation.Small;
    }

    // The error bound of a sum relative to its greatest term: 32 roundings.
    private static double Blur
    {
        [MethodImpl(Inline)]
        get => typeof(T) == typeof(float) ? SingleCancellation.Blur : DoubleCancellation.Blur;
    }

    [MethodImpl(Inline)]
    public static V SineSquared(V a) => (V.Number(1) - V.Abs(a)) * (V.Number(1) + V.Abs(a));

    [MethodImpl(Inline)]
    public static V OddPart(V a, V b, V c) =>
        V.Select(V.Less(V.Abs(c), V.Number(0.125)), b * (c * F.OddQuotient(c)), V.Number(0.5) * (a - b));

    [MethodImpl(Inline)]
    public static V Turn(V a, V b) =>
        V.Less(default, V.Abs(a)) & ((V.Number(1) & V.Equal(a, b)) | (V.Number(-1) & V.Equal(a, -b)));

    [MethodImpl(Inline)]
    public static V IfZero(V a, V b, V c) => V.Select(V.Equal(a, default), b, c);

    /// <summary>Applies an operation to up to three vectors.</summary>
    internal static V Apply(StripOperation operation, V a, V b, V c) => operation switch
    {
        StripOperation.Add => Add(a, b),
        StripOperation.Subtract => Subtract(a, b),
        StripOperation.Multiply => Multiply(a, b),
        StripOperation.Divide => Divide(a, b),
        StripOperation.Fma => Fma(a, b, c),
        StripOperation.Sqrt => Sqrt(a),
        StripOperation.Exp => Exp(a),
        StripOperation.Atan2 => Atan2(a, b),
        StripOperation.AtanRight => AtanRight(a, b),
        StripOperation.Correlation => Correlation(a, b, c),
        StripOperation.Clamped => Clamped(a),
        StripOperation.Aligned => Aligned(a),
        StripOperation.Angle => Angle(a),
        StripOperation.Sine => Sine(a),
        StripOperation.Greatest => Greatest(a, b),
        StripOperation.SineSquared => SineSquared(a),
        StripOperation.OddPart => OddPart(a, b, c),
        StripOperation.Strained => Strained(a, b),
        StripOperation.Near => Near(a, b),
        StripOperation.Cancelled => Cancelled(a, b),
        StripOperation.Turn => Turn(a, b),
        StripOperation.IfZero => IfZero(a, b, c),
        _ => throw new InvalidOperationException($"{operation} does not act lane by lane."),
    };
}
