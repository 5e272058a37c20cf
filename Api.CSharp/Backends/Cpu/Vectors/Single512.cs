using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace HadamardNtk;

/// <summary>16 float lanes in a vector of 512 bits.</summary>
internal readonly unsafe struct Single512 : ILanes<Single512, float>
{
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    private readonly Vector512<float> _x;

    [MethodImpl(Inline)]
    private Single512(Vector512<float> x) => _x = x;

    public static int Count => Vector512<float>.Count;

    [MethodImpl(Inline)]
    public static Single512 Create(float x) => new(Vector512.Create(x));

    [MethodImpl(Inline)]
    public static Single512 Number(double x) => new(Vector512.Create((float)x));

    [MethodImpl(Inline)]
    public static float Rounded(double x) => (float)x;

    [MethodImpl(Inline)]
    public static Single512 Load(float* from) => new(Vector512.Load(from));

    [MethodImpl(Inline)]
    public static Single512 Widen(float* from) => Load(from);

    [MethodImpl(Inline)]
    public static void Store(Single512 a, float* to) => Vector512.Store(a._x, to);

    [MethodImpl(Inline)]
    public static Single512 operator +(Single512 a, Single512 b) => new(a._x + b._x);

    [MethodImpl(Inline)]
    public static Single512 operator -(Single512 a, Single512 b) => new(a._x - b._x);

    [MethodImpl(Inline)]
    public static Single512 operator *(Single512 a, Single512 b) => new(a._x * b._x);

    [MethodImpl(Inline)]
    public static Single512 operator /(Single512 a, Single512 b) => new(a._x / b._x);

    [MethodImpl(Inline)]
    public static Single512 operator -(Single512 a) => new(-a._x);

    [MethodImpl(Inline)]
    public static Single512 operator &(Single512 a, Single512 b) => new(a._x & b._x);

    [MethodImpl(Inline)]
    public static Single512 operator |(Single512 a, Single512 b) => new(a._x | b._x);

    [MethodImpl(Inline)]
    public static Single512 operator ^(Single512 a, Single512 b) => new(a._x ^ b._x);

    [MethodImpl(Inline)]
    public static Single512 Without(Single512 a, Single512 b) => new(Vector512.AndNot(a._x, b._x));

    [MethodImpl(Inline)]
    public static Single512 Less(Single512 a, Single512 b) => new(Vector512.LessThan(a._x, b._x));

    [MethodImpl(Inline)]
    public static Single512 AtMost(Single512 a, Single512 b) => new(Vector512.LessThanOrEqual(a._x, b._x));

    [MethodImpl(Inline)]
    public static Single512 Equal(Single512 a, Single512 b) => new(Vector512.Equals(a._x, b._x));

    [MethodImpl(Inline)]
    public static Single512 Select(Single512 mask, Single512 a, Single512 b) =>
        new(Vector512.ConditionalSelect(mask._x, a._x, b._x));

    [MethodImpl(Inline)]
    public static bool Any(Single512 mask) => Vector512.ExtractMostSignificantBits(mask._x) != 0;

    [MethodImpl(Inline)]
    public static uint Bits(Single512 mask) => (uint)Vector512.ExtractMostSignificantBits(mask._x);

    [MethodImpl(Inline)]
    public static Single512 Fma(Single512 a, Single512 b, Single512 c) =>
        new(Vector512.FusedMultiplyAdd(a._x, b._x, c._x));

    [MethodImpl(Inline)]
    public static Single512 Sqrt(Single512 a) => new(Vector512.Sqrt(a._x));

    [MethodImpl(Inline)]
    public static Single512 Abs(Single512 a) => new(Vector512.Abs(a._x));

    [MethodImpl(Inline)]
    public static Single512 Min(Single512 a, Single512 b) => new(Vector512.MinNative(a._x, b._x));

    [MethodImpl(Inline)]
    public static Single512 Max(Single512 a, Single512 b) => new(Vector512.MaxNative(a._x, b._x));

    [MethodImpl(Inline)]
    public static Single512 Round(Single512 a) => new(Vector512.Round(a._x));

    // n + 1.5 2^23 has n in its lowest bits: no conversion is needed.
    [MethodImpl(Inline)]
    public static Single512 PowerOfTwo(Single512 n) =>
        new((((n._x + Vector512.Create(Magic)).AsInt32() + Vector512.Create(127)) << 23).AsSingle());

    private const float Magic = 12582912;
}
