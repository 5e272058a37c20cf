using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace HadamardNtk;

/// <summary>4 double lanes in a vector of 256 bits.</summary>
internal readonly unsafe struct Double256 : ILanes<Double256, double>
{
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    private readonly Vector256<double> _x;

    [MethodImpl(Inline)]
    private Double256(Vector256<double> x) => _x = x;

    public static int Count => Vector256<double>.Count;

    [MethodImpl(Inline)]
    public static Double256 Create(double x) => new(Vector256.Create(x));

    [MethodImpl(Inline)]
    public static Double256 Number(double x) => new(Vector256.Create(x));

    [MethodImpl(Inline)]
    public static double Rounded(double x) => x;

    [MethodImpl(Inline)]
    public static Double256 Load(double* from) => new(Vector256.Load(from));

    [MethodImpl(Inline)]
    public static Double256 Widen(float* from)
    {
        var x = Vector128.Load(from);
        return new(
            Avx.IsSupported
                ? Avx.ConvertToVector256Double(x)
                : Vector256.Create(Vector128.WidenLower(x), Vector128.WidenUpper(x)));
    }

    [MethodImpl(Inline)]
    public static void Store(Double256 a, double* to) => Vector256.Store(a._x, to);

    [MethodImpl(Inline)]
    public static Double256 operator +(Double256 a, Double256 b) => new(a._x + b._x);

    [MethodImpl(Inline)]
    public static Double256 operator -(Double256 a, Double256 b) => new(a._x - b._x);

    [MethodImpl(Inline)]
    public static Double256 operator *(Double256 a, Double256 b) => new(a._x * b._x);

    [MethodImpl(Inline)]
    public static Double256 operator /(Double256 a, Double256 b) => new(a._x / b._x);

    [MethodImpl(Inline)]
    public static Double256 operator -(Double256 a) => new(-a._x);

    [MethodImpl(Inline)]
    public static Double256 operator &(Double256 a, Double256 b) => new(a._x & b._x);

    [MethodImpl(Inline)]
    public static Double256 operator |(Double256 a, Double256 b) => new(a._x | b._x);

    [MethodImpl(Inline)]
    public static Double256 operator ^(Double256 a, Double256 b) => new(a._x ^ b._x);

    [MethodImpl(Inline)]
    public static Double256 Without(Double256 a, Double256 b) => new(Vector256.AndNot(a._x, b._x));

    [MethodImpl(Inline)]
    public static Double256 Less(Double256 a, Double256 b) => new(Vector256.LessThan(a._x, b._x));

    [MethodImpl(Inline)]
    public static Double256 AtMost(Double256 a, Double256 b) => new(Vector256.LessThanOrEqual(a._x, b._x));

    [MethodImpl(Inline)]
    public static Double256 Equal(Double256 a, Double256 b) => new(Vector256.Equals(a._x, b._x));

    [MethodImpl(Inline)]
    public static Double256 Select(Double256 mask, Double256 a, Double256 b) =>
        new(Vector256.ConditionalSelect(mask._x, a._x, b._x));

    [MethodImpl(Inline)]
    public static bool Any(Double256 mask) => Vector256.ExtractMostSignificantBits(mask._x) != 0;

    [MethodImpl(Inline)]
    public static uint Bits(Double256 mask) => Vector256.ExtractMostSignificantBits(mask._x);

    [MethodImpl(Inline)]
    public static Double256 Fma(Double256 a, Double256 b, Double256 c) =>
        new(Vector256.FusedMultiplyAdd(a._x, b._x, c._x));

    [MethodImpl(Inline)]
    public static Double256 Sqrt(Double256 a) => new(Vector256.Sqrt(a._x));

    [MethodImpl(Inline)]
    public static Double256 Abs(Double256 a) => new(Vector256.Abs(a._x));

    [MethodImpl(Inline)]
    public static Double256 Min(Double256 a, Double256 b) => new(Vector256.MinNative(a._x, b._x));

    [MethodImpl(Inline)]
    public static Double256 Max(Double256 a, Double256 b) => new(Vector256.MaxNative(a._x, b._x));

    [MethodImpl(Inline)]
    public static Double256 Round(Double256 a) => new(Vector256.Round(a._x));

    // n + 1.5 2^52 has n in its lowest bits: no conversion is needed.
    [MethodImpl(Inline)]
    public static Double256 PowerOfTwo(Double256 n) =>
        new((((n._x + Vector256.Create(Magic)).AsInt64() + Vector256.Create(1023L)) << 52).AsDouble());

    private const double Magic = 6755399441055744.0;
}
