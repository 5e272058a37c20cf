namespace HadamardNtk.Api.Tests;

/// <summary>Numbers to try functions on: of every exponent and sign, spread over a range, and the special ones.</summary>
internal static class Arguments
{
    public static readonly float[] SpecialSingles =
    [
        0f, -0f, 1f, -1f, 0.5f, -0.5f, float.Epsilon, -float.Epsilon, 1.17549435E-38f, float.MaxValue, -float.MaxValue,
        float.PositiveInfinity, float.NegativeInfinity, float.NaN,
    ];

    public static readonly double[] SpecialDoubles =
    [
        0.0, -0.0, 1.0, -1.0, 0.5, -0.5, double.Epsilon, -double.Epsilon, 2.2250738585072014E-308, double.MaxValue,
        -double.MaxValue, double.PositiveInfinity, double.NegativeInfinity, double.NaN,
    ];

    /// <summary>2 n floats of each sign and exponent, and the special ones.</summary>
    public static float[] AllSingles(int n, int seed)
    {
        var random = new Random(seed);
        var bits = Enumerable.Range(0, 255 * 4 * n).Select(i => i / (4 * n) << 23 | random.Next(1 << 23) | i << 31);
        return [.. bits.Select(BitConverter.Int32BitsToSingle), .. SpecialSingles];
    }

    /// <summary>2 n doubles of each sign and exponent, and the special ones.</summary>
    public static double[] AllDoubles(int n, int seed)
    {
        var random = new Random(seed);
        var bits = Enumerable.Range(0, 2047 * 4 * n).Select(i => (long)(i / (4 * n)) << 52 | random.NextInt64(1L << 52) | (long)i << 63);
        return [.. bits.Select(BitConverter.Int64BitsToDouble), .. SpecialDoubles];
    }

    /// <summary>n floats, uniform from low to high.</summary>
    public static float[] Singles(double low, double high, int n, int seed) =>
        [.. Doubles(low, high, n, seed).Select(x => (float)x)];

    /// <summary>n doubles, uniform from low to high.</summary>
    public static double[] Doubles(double low, double high, int n, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, n).Select(_ => low + (high - low) * random.NextDouble())];
    }

    /// <summary>n doubles between 2^low and 2^high, uniform in their logarithm.</summary>
    public static double[] Sizes(double low, double high, int n, int seed) =>
        [.. Doubles(low, high, n, seed).Select(x => Math.Pow(2, x))];
}
