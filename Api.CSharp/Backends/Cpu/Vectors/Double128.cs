using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace HadamardNtk;

/// <summary>2 double lanes in a vector of 128 bits.</summary>
internal readonly unsafe struct Double128 : ILanes<Double128, double>
{
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    private readonly Vector128<double> _x;

    [MethodImpl(Inline)]
    private Double128(Vector128<double> x) => _x = x;

    public static int Count => Vector128<double>.Count;

    [MethodImpl(Inline)]
    public static Double128 Create(double x) => new(Vector128.Create(x));

    [MethodImpl(Inline)]
    public static Double128 Number(double x) => new(Vector128.Create(x));

    [MethodImpl(Inline)]
    public static double Rounded(double x) => x;

    [MethodImpl(Inline)]
    public static Double128 Load(double* from) => new(Vector128.Load(from));

    [MethodImpl(Inline)]
    public static Double128 Widen(float* from) =>
        new(Vector128.WidenLower(Vector128.Create(Vector64.Load(from), default)));

    [MethodImpl(Inline)]
    public static void Store(Double128 a, double* to) => Vector128.Store(a._x, to);

    [MethodImpl(Inline)]
    public static Double128 operator +(Double128 a, Double128 b) => new(a._x + b._x);

    [MethodImpl(Inline)]
    public static Double128 operator -(Double128 a, Double128 b) => new(a._x - b._x);

    [MethodImpl(Inline)]
    public static Double128 operator *(Double128 a, Double128 b) => new(a._x * b._x);

    [MethodImpl(Inline)]
    public static Double128 operator /(Double128 a, Double128 b) => new(a._x / b._x);

    [MethodImpl(Inline)]
    public static Double128 operator -(Double128 a) => new(-a._x);

    [MethodImpl(Inline)]
    public static Double128 operator &(Double128 a, Double128 b) => new(a._x & b._x);

    [MethodImpl(Inline)]
    public static Double128 operator |(Double128 a, Double128 b) => new(a._x | b._x);

    [MethodImpl(Inline)]
    public static Double128 operator ^(Double128 a, Double128 b) => new(a._x ^ b._x);

    [MethodImpl(Inline)]
    public static Double128 Without(Double128 a, Double128 b) => new(Vector128.AndNot(a._x, b._x));

    [MethodImpl(Inline)]
    public static Double128 Less(Double128 a, Double128 b) => new(Vector128.LessThan(a._x, b._x));

    [MethodImpl(Inline)]
    public static Double128 AtMost(Double128 a, Double128 b) => new(Vector128.LessThanOrEqual(a._x, b._x));

    [MethodImpl(Inline)]
    public static Double128 Equal(Double128 a, Double128 b) => new(Vector128.Equals(a._x, b._x));

    [MethodImpl(Inline)]
    public static Double128 Select(Double128 mask, Double128 a, Double128 b) =>
        new(Vector128.ConditionalSelect(mask._x, a._x, b._x));

    [MethodImpl(Inline)]
    public static bool Any(Double128 mask) => Vector128.ExtractMostSignificantBits(mask._x) != 0;

    [MethodImpl(Inline)]
    public static uint Bits(Double128 mask) => Vector128.ExtractMostSignificantBits(mask._x);

    [MethodImpl(Inline)]
    public static Double128 Fma(Double128 a, Double128 b, Double128 c) =>
        new(Vector128.FusedMultiplyAdd(a._x, b._x, c._x));

    [MethodImpl(Inline)]
    public static Double128 Sqrt(Double128 a) => new(Vector128.Sqrt(a._x));

    [MethodImpl(Inline)]
    public static Double128 Abs(Double128 a) => new(Vector128.Abs(a._x));

    [MethodImpl(Inline)]
    public static Double128 Min(Double128 a, Double128 b) => new(Vector128.MinNative(a._x, b._x));

    [MethodImpl(Inline)]
    public static Double128 Max(Double128 a, Double128 b) => new(Vector128.MaxNative(a._x, b._x));

    [MethodImpl(Inline)]
    public static Double128 Round(Double128 a) => new(Vector128.Round(a._x));

    // n + 1.5 2^52 has n in its lowest bits: no conversion is needed.
    [MethodImpl(Inline)]
    public static Double128 PowerOfTwo(Double128 n) =>
        new((((n._x + Vector128.Create(Magic)).AsInt64() + Vector128.Create(1023L)) << 52).AsDouble());

    private const double Magic = 6755399441055744.0;
}
