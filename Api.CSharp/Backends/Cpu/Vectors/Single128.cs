using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace HadamardNtk;

/// <summary>4 float lanes in a vector of 128 bits.</summary>
internal readonly unsafe struct Single128 : ILanes<Single128, float>
{
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    private readonly Vector128<float> _x;

    [MethodImpl(Inline)]
    private Single128(Vector128<float> x) => _x = x;

    public static int Count => Vector128<float>.Count;

    [MethodImpl(Inline)]
    public static Single128 Create(float x) => new(Vector128.Create(x));

    [MethodImpl(Inline)]
    public static Single128 Number(double x) => new(Vector128.Create((float)x));

    [MethodImpl(Inline)]
    public static float Rounded(double x) => (float)x;

    [MethodImpl(Inline)]
    public static Single128 Load(float* from) => new(Vector128.Load(from));

    [MethodImpl(Inline)]
    public static Single128 Widen(float* from) => Load(from);

    [MethodImpl(Inline)]
    public static void Store(Single128 a, float* to) => Vector128.Store(a._x, to);

    [MethodImpl(Inline)]
    public static Single128 operator +(Single128 a, Single128 b) => new(a._x + b._x);

    [MethodImpl(Inline)]
    public static Single128 operator -(Single128 a, Single128 b) => new(a._x - b._x);

    [MethodImpl(Inline)]
    public static Single128 operator *(Single128 a, Single128 b) => new(a._x * b._x);

    [MethodImpl(Inline)]
    public static Single128 operator /(Single128 a, Single128 b) => new(a._x / b._x);

    [MethodImpl(Inline)]
    public static Single128 operator -(Single128 a) => new(-a._x);

    [MethodImpl(Inline)]
    public static Single128 operator &(Single128 a, Single128 b) => new(a._x & b._x);

    [MethodImpl(Inline)]
    public static Single128 operator |(Single128 a, Single128 b) => new(a._x | b._x);

    [MethodImpl(Inline)]
    public static Single128 operator ^(Single128 a, Single128 b) => new(a._x ^ b._x);

    [MethodImpl(Inline)]
    public static Single128 Without(Single128 a, Single128 b) => new(Vector128.AndNot(a._x, b._x));

    [MethodImpl(Inline)]
    public static Single128 Less(Single128 a, Single128 b) => new(Vector128.LessThan(a._x, b._x));

    [MethodImpl(Inline)]
    public static Single128 AtMost(Single128 a, Single128 b) => new(Vector128.LessThanOrEqual(a._x, b._x));

    [MethodImpl(Inline)]
    public static Single128 Equal(Single128 a, Single128 b) => new(Vector128.Equals(a._x, b._x));

    [MethodImpl(Inline)]
    public static Single128 Select(Single128 mask, Single128 a, Single128 b) =>
        new(Vector128.ConditionalSelect(mask._x, a._x, b._x));

    [MethodImpl(Inline)]
    public static bool Any(Single128 mask) => Vector128.ExtractMostSignificantBits(mask._x) != 0;

    [MethodImpl(Inline)]
    public static uint Bits(Single128 mask) => Vector128.ExtractMostSignificantBits(mask._x);

    [MethodImpl(Inline)]
    public static Single128 Fma(Single128 a, Single128 b, Single128 c) =>
        new(Vector128.FusedMultiplyAdd(a._x, b._x, c._x));

    [MethodImpl(Inline)]
    public static Single128 Sqrt(Single128 a) => new(Vector128.Sqrt(a._x));

    [MethodImpl(Inline)]
    public static Single128 Abs(Single128 a) => new(Vector128.Abs(a._x));

    [MethodImpl(Inline)]
    public static Single128 Min(Single128 a, Single128 b) => new(Vector128.MinNative(a._x, b._x));

    [MethodImpl(Inline)]
    public static Single128 Max(Single128 a, Single128 b) => new(Vector128.MaxNative(a._x, b._x));

    [MethodImpl(Inline)]
    public static Single128 Round(Single128 a) => new(Vector128.Round(a._x));

    // n + 1.5 2^23 has n in its lowest bits: no conversion is needed.
    [MethodImpl(Inline)]
    public static Single128 PowerOfTwo(Single128 n) =>
        new((((n._x + Vector128.Create(Magic)).AsInt32() + Vector128.Create(127)) << 23).AsSingle());

    private const float Magic = 12582912;
}
