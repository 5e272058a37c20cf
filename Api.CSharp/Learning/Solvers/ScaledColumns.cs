using System.Numerics;
using System.Runtime.InteropServices;

namespace HadamardNtk;

/// <summary>
/// The columns of V one after the other, each filled up with zeros. In float32 a column is multiplied by a power of 2,
/// so that neither it nor its products with K leave the range of the type.
/// </summary>
/// <typeparam name="T">The type of the numbers: float or double.</typeparam>
internal sealed unsafe class ScaledColumns<T> : IDisposable where T : unmanaged, INumberBase<T>
{
    // The largest number of a column times that of K is about 2^40, and the largest of a column at most 2^100.
    private const int ProductExponent = 40;
    private const int MostExponent = 100;

    private readonly NativeBuffer<T> _values;
    private readonly double[] _units;

    /// <param name="v">V, n × C.</param>
    /// <param name="length">The length of a column with its zeros, at least n.</param>
    /// <param name="largest">The largest number of K.</param>
    internal ScaledColumns(Matrix v, int length, double largest)
    {
        (Count, Length, _values) = (v.Columns, length, new((nint)length * v.Columns));
        _units = new double[Count];
        for (var o = 0; o < Count; o++)
        {
            var exponent = typeof(T) == typeof(float) ? Exponent(v, o, largest) : 0;
            var factor = Math.ScaleB(1, exponent);
            var column = Start + (nint)o * length;
            _units[o] = 1 / factor;
            for (var i = 0; i < v.Rows; i++)
            {
                column[i] = T.CreateTruncating(factor * v.Data[i * Count + o]);
            }
        }
    }

    /// <summary>C, the number of columns.</summary>
    internal int Count { get; }

    /// <summary>The distance from a column to the next.</summary>
    internal nint Length { get; }

    /// <summary>The first number of the first column, on a cache line.</summary>
    internal T* Start => _values.Start;

    public void Dispose() => _values.Dispose();

    /// <summary>Writes products with column o without its factor.</summary>
    internal void Unscale(int o, ReadOnlySpan<T> products, Span<double> to)
    {
        if (typeof(T) == typeof(float))
        {
            Widening.Scale(MemoryMarshal.Cast<T, float>(products), _units[o], to);
        }
        else
        {
            MemoryMarshal.Cast<T, double>(products).CopyTo(to);
        }
    }

    // The limit keeps the factor and its inverse in the range of float64 where a column is very small or large.
    private static int Exponent(Matrix v, int column, double largest)
    {
        var size = 0.0;
        for (var i = column; i < v.Data.Length; i += v.Columns)
        {
            size = Math.Max(size, Math.Abs(v.Data[i]));
        }

        var aim = Math.Min(ProductExponent - Of(largest), MostExponent);
        return Math.Clamp(Math.Max(aim, -MostExponent) - Of(size), -1000, 1000);
    }

    private static int Of(double size) => size > 0 && double.IsFinite(size) ? Math.ILogB(size) : 0;
}
