using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace HadamardNtk;

/// <summary>8 float lanes in a vector of 256 bits.</summary>
internal readonly unsafe struct Single256 : ILanes<Single256, float>
{
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    private readonly Vector256<float> _x;

    [MethodImpl(Inline)]
    private Single256(Vector256<float> x) => _x = x;

    public static int Count => Vector256<float>.Count;

    [MethodImpl(Inline)]
    public static Single256 Create(float x) => new(Vector256.Create(x));

    [MethodImpl(Inline)]
    public static Single256 Number(double x) => new(Vector256.Create((float)x));

    [MethodImpl(Inline)]
    public static float Rounded(double x) => (float)x;

    [MethodImpl(Inline)]
    public static Single256 Load(float* from) => new(Vector256.Load(from));

    [MethodImpl(Inline)]
    public static Single256 Widen(float* from) => Load(from);

    [MethodImpl(Inline)]
    public static void Store(Single256 a, float* to) => Vector256.Store(a._x, to);

    [MethodImpl(Inline)]
    public static Single256 operator +(Single256 a, Single256 b) => new(a._x + b._x);

    [MethodImpl(Inline)]
    public static Single256 operator -(Single256 a, Single256 b) => new(a._x - b._x);

    [MethodImpl(Inline)]
    public static Single256 operator *(Single256 a, Single256 b) => new(a._x * b._x);

    [MethodImpl(Inline)]
    public static Single256 operator /(Single256 a, Single256 b) => new(a._x / b._x);

    [MethodImpl(Inline)]
    public static Single256 operator -(Single256 a) => new(-a._x);

    [MethodImpl(Inline)]
    public static Single256 operator &(Single256 a, Single256 b) => new(a._x & b._x);

    [MethodImpl(Inline)]
    public static Single256 operator |(Single256 a, Single256 b) => new(a._x | b._x);

    [MethodImpl(Inline)]
    public static Single256 operator ^(Single256 a, Single256 b) => new(a._x ^ b._x);

    [MethodImpl(Inline)]
    public static Single256 Without(Single256 a, Single256 b) => new(Vector256.AndNot(a._x, b._x));

    [MethodImpl(Inline)]
    public static Single256 Less(Single256 a, Single256 b) => new(Vector256.LessThan(a._x, b._x));

    [MethodImpl(Inline)]
    public static Single256 AtMost(Single256 a, Single256 b) => new(Vector256.LessThanOrEqual(a._x, b._x));

    [MethodImpl(Inline)]
    public static Single256 Equal(Single256 a, Single256 b) => new(Vector256.Equals(a._x, b._x));

    [MethodImpl(Inline)]
    public static Single256 Select(Single256 mask, Single256 a, Single256 b) =>
        new(Vector256.ConditionalSelect(mask._x, a._x, b._x));

    [MethodImpl(Inline)]
    public static bool Any(Single256 mask) => Vector256.ExtractMostSignificantBits(mask._x) != 0;

    [MethodImpl(Inline)]
    public static uint Bits(Single256 mask) => Vector256.ExtractMostSignificantBits(mask._x);

    [MethodImpl(Inline)]
    public static Single256 Fma(Single256 a, Single256 b, Single256 c) =>
        new(Vector256.FusedMultiplyAdd(a._x, b._x, c._x));

    [MethodImpl(Inline)]
    public static Single256 Sqrt(Single256 a) => new(Vector256.Sqrt(a._x));

    [MethodImpl(Inline)]
    public static Single256 Abs(Single256 a) => new(Vector256.Abs(a._x));

    [MethodImpl(Inline)]
    public static Single256 Min(Single256 a, Single256 b) => new(Vector256.MinNative(a._x, b._x));

    [MethodImpl(Inline)]
    public static Single256 Max(Single256 a, Single256 b) => new(Vector256.MaxNative(a._x, b._x));

    [MethodImpl(Inline)]
    public static Single256 Round(Single256 a) => new(Vector256.Round(a._x));

    // n + 1.5 2^23 has n in its lowest bits: no conversion is needed.
    [MethodImpl(Inline)]
    public static Single256 PowerOfTwo(Single256 n) =>
        new((((n._x + Vector256.Create(Magic)).AsInt32() + Vector256.Create(127)) << 23).AsSingle());

    private const float Magic = 12582912;
}
