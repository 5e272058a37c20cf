using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace HadamardNtk;

/// <summary>8 double lanes in a vector of 512 bits.</summary>
internal readonly unsafe struct Double512 : ILanes<Double512, double>
{
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    private readonly Vector512<double> _x;

    [MethodImpl(Inline)]
    private Double512(Vector512<double> x) => _x = x;

    public static int Count => Vector512<double>.Count;

    [MethodImpl(Inline)]
    public static Double512 Create(double x) => new(Vector512.Create(x));

    [MethodImpl(Inline)]
    public static Double512 Number(double x) => new(Vector512.Create(x));

    [MethodImpl(Inline)]
    public static double Rounded(double x) => x;

    [MethodImpl(Inline)]
    public static Double512 Load(double* from) => new(Vector512.Load(from));

    [MethodImpl(Inline)]
    public static Double512 Widen(float* from)
    {
        var x = Vector256.Load(from);
        return new(
            Avx512F.IsSupported
                ? Avx512F.ConvertToVector512Double(x)
                : Vector512.Create(Vector256.WidenLower(x), Vector256.WidenUpper(x)));
    }

    [MethodImpl(Inline)]
    public static void Store(Double512 a, double* to) => Vector512.Store(a._x, to);

    [MethodImpl(Inline)]
    public static Double512 operator +(Double512 a, Double512 b) => new(a._x + b._x);

    [MethodImpl(Inline)]
    public static Double512 operator -(Double512 a, Double512 b) => new(a._x - b._x);

    [MethodImpl(Inline)]
    public static Double512 operator *(Double512 a, Double512 b) => new(a._x * b._x);

    [MethodImpl(Inline)]
    public static Double512 operator /(Double512 a, Double512 b) => new(a._x / b._x);

    [MethodImpl(Inline)]
    public static Double512 operator -(Double512 a) => new(-a._x);

    [MethodImpl(Inline)]
    public static Double512 operator &(Double512 a, Double512 b) => new(a._x & b._x);

    [MethodImpl(Inline)]
    public static Double512 operator |(Double512 a, Double512 b) => new(a._x | b._x);

    [MethodImpl(Inline)]
    public static Double512 operator ^(Double512 a, Double512 b) => new(a._x ^ b._x);

    [MethodImpl(Inline)]
    public static Double512 Without(Double512 a, Double512 b) => new(Vector512.AndNot(a._x, b._x));

    [MethodImpl(Inline)]
    public static Double512 Less(Double512 a, Double512 b) => new(Vector512.LessThan(a._x, b._x));

    [MethodImpl(Inline)]
    public static Double512 AtMost(Double512 a, Double512 b) => new(Vector512.LessThanOrEqual(a._x, b._x));

    [MethodImpl(Inline)]
    public static Double512 Equal(Double512 a, Double512 b) => new(Vector512.Equals(a._x, b._x));

    [MethodImpl(Inline)]
    public static Double512 Select(Double512 mask, Double512 a, Double512 b) =>
        new(Vector512.ConditionalSelect(mask._x, a._x, b._x));

    [MethodImpl(Inline)]
    public static bool Any(Double512 mask) => Vector512.ExtractMostSignificantBits(mask._x) != 0;

    [MethodImpl(Inline)]
    public static uint Bits(Double512 mask) => (uint)Vector512.ExtractMostSignificantBits(mask._x);

    [MethodImpl(Inline)]
    public static Double512 Fma(Double512 a, Double512 b, Double512 c) =>
        new(Vector512.FusedMultiplyAdd(a._x, b._x, c._x));

    [MethodImpl(Inline)]
    public static Double512 Sqrt(Double512 a) => new(Vector512.Sqrt(a._x));

    [MethodImpl(Inline)]
    public static Double512 Abs(Double512 a) => new(Vector512.Abs(a._x));

    [MethodImpl(Inline)]
    public static Double512 Min(Double512 a, Double512 b) => new(Vector512.MinNative(a._x, b._x));

    [MethodImpl(Inline)]
    public static Double512 Max(Double512 a, Double512 b) => new(Vector512.MaxNative(a._x, b._x));

    [MethodImpl(Inline)]
    public static Double512 Round(Double512 a) => new(Vector512.Round(a._x));

    // n + 1.5 2^52 has n in its lowest bits: no conversion is needed.
    [MethodImpl(Inline)]
    public static Double512 PowerOfTwo(Double512 n) =>
        new((((n._x + Vector512.Create(Magic)).AsInt64() + Vector512.Create(1023L)) << 52).AsDouble());

    private const double Magic = 6755399441055744.0;
}
