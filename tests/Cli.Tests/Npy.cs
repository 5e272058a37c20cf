using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;
using Xunit;

namespace HadamardNtk.Cli.Tests;

/// <summary>An .npy file read or written here, independently of the product: version 1, C order.</summary>
public sealed partial record Npy(string Type, int[] Shape, double[] Values)
{
    private const int Prefix = 10;

    public int Rows => Shape[0];

    public double this[int i, int j] => Values[i * Shape[1] + j];

    public static Npy Read(string path)
    {
        var bytes = File.ReadAllBytes(path);
        Assert.Equal([0x93, .. "NUMPY"u8, 1, 0], bytes[..8]);
        var start = Prefix + BitConverter.ToUInt16(bytes, 8);
        var match = Header().Match(Encoding.ASCII.GetString(bytes, Prefix, start - Prefix));
        Assert.True(match.Success && start % 64 == 0, "an npy header as numpy writes it");
        var shape = match.Groups[2].Value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(n => int.Parse(n, CultureInfo.InvariantCulture)).ToArray();
        var values = Numbers(match.Groups[1].Value, bytes.AsSpan(start));
        Assert.Equal(shape.Aggregate(1, (a, b) => a * b), values.Length);
        return new(match.Groups[1].Value, shape, values);
    }

    public static byte[] Bytes(double[,] rows) => Shaped(rows, $"({rows.GetLength(0)}, {rows.GetLength(1)})");

    /// <summary>A file with the entries of a matrix in another shape.</summary>
    public static byte[] Shaped(double[,] rows, string shape) =>
        Bytes("<f8", shape, MemoryMarshal.AsBytes<double>(rows.Cast<double>().ToArray()));

    /// <summary>A file with any header and any data, right or wrong.</summary>
    public static byte[] Bytes(string type, string shape, ReadOnlySpan<byte> data)
    {
        var text = $"{{'descr': '{type}', 'fortran_order': False, 'shape': {shape}, }}";
        text = text.PadRight((Prefix + text.Length + 64) / 64 * 64 - Prefix - 1) + "\n";
        return [0x93, .. "NUMPY"u8, 1, 0, (byte)text.Length, (byte)(text.Length >> 8), .. Encoding.ASCII.GetBytes(text), .. data];
    }

    /// <summary>Entries agree up to a fraction of the geometric mean of the diagonal entries (of the larger where one is 0).</summary>
    public void IsNear(Npy expected, double tolerance)
    {
        Assert.Equal(expected.Shape, Shape);
        for (var i = 0; i < Shape[0]; i++)
        {
            for (var j = 0; j < Shape[1]; j++)
            {
                var scale = Math.Sqrt(Math.Abs(expected[i, i] * expected[j, j]));
                var error = Math.Abs(this[i, j] - expected[i, j]);
                Assert.True(error <= tolerance * scale, $"({i}, {j}): {this[i, j]:R} instead of {expected[i, j]:R}, scale {scale:R}");
            }
        }
    }

    public void IsExactly(int[] shape, params double[] values)
    {
        Assert.Equal(shape, Shape);
        Assert.Equal(values, Values);
    }

    private static double[] Numbers(string type, ReadOnlySpan<byte> data) => type switch
    {
        "<f8" => MemoryMarshal.Cast<byte, double>(data).ToArray(),
        "<f4" => Array.ConvertAll(MemoryMarshal.Cast<byte, float>(data).ToArray(), x => (double)x),
        "<i8" => Array.ConvertAll(MemoryMarshal.Cast<byte, long>(data).ToArray(), x => (double)x),
        _ => throw new InvalidDataException(type),
    };

    [GeneratedRegex(@"^\{'descr': '([^']+)', 'fortran_order': False, 'shape': \(([0-9, ]*)\), \} *\n$")]
    private static partial Regex Header();
}
