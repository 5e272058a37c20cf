using System.Buffers;
using System.Runtime.CompilerServices;

namespace HadamardNtk;

/// <summary>Reads the numbers of an npy or idx file after its header.</summary>
internal static class NumberBlock
{
    private const int ValuesAtOnce = 1 << 14;

    /// <summary>Reads the rest of the stream as an array of the shape in the header.</summary>
    /// <exception cref="DataFormatException">Bytes and shape do not match, or a value is not finite.</exception>
    public static DataArray Read(string file, Stream stream, long[] claimed, ElementType type, bool fortranOrder)
    {
        var shape = ArrayShape.Checked(file, stream, claimed, type);
        var values = ReadValues(stream, shape.Aggregate(1, (product, d) => product * d), type);
        if (fortranOrder) values = FortranOrder.ToRowMajor(values, shape);
        var array = new DataArray(file, values, shape);
        RequireFinite(array, type);
        return array;
    }

    private static double[] ReadValues(Stream stream, int count, ElementType type)
    {
        var values = new double[count];
        var buffer = ArrayPool<byte>.Shared.Rent(ValuesAtOnce * type.Size);
        for (var start = 0; start < count; start += ValuesAtOnce)
        {
            var some = values.AsSpan(start, Math.Min(ValuesAtOnce, count - start));
            var bytes = buffer.AsSpan(0, some.Length * type.Size);
            stream.ReadExactly(bytes);
            type.Decode(bytes, some);
        }

        ArrayPool<byte>.Shared.Return(buffer);
        return values;
    }

    private static void RequireFinite(DataArray array, ElementType type)
    {
        var bad = FirstNotFinite(array.Values);
        if (bad < 0) return;
        var came = type.Refused ?? $"{array.Values[bad]}";
        throw new DataFormatException(
            array.File, type.Expected, $"{came} in {array.Place(bad)}", "correct or drop that row");
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int FirstNotFinite(double[] values)
    {
        for (var i = 0; i < values.Length; i++)
            if (!double.IsFinite(values[i])) return i;
        return -1;
    }
}
