using System.Globalization;
using HadamardNtk.Core;
using Xunit;

namespace HadamardNtk.Api.Tests;

/// <summary>
/// The functions of double lanes at chosen arguments: of all sizes, where they bend, and next to where an algorithm changes.
/// TrueValues.py computed the true values with 60 digits.
/// </summary>
public class TrueValues
{
    private static readonly ILookup<string, double[]> Table =
        File.ReadLines(Repository.Place("tests", "Api.Tests", "Backends", "Vectors", "TrueValues.txt"))
            .Select(line => line.Split(' '))
            .ToLookup(words => words[0], words => words[1..].Select(Parse).ToArray());

    private static double Parse(string word) => double.Parse(word, CultureInfo.InvariantCulture);

    [Fact]
    public void Acos_is_true() => Within<DoubleLanes.Acos>("Acos", 1.3);

    [Fact]
    public void Exp_is_true() => Within<DoubleLanes.Exp>("Exp", 1.9);

    [Fact]
    public void Atan2_is_true() => Within<DoubleLanes.Atan2>("Atan2", 1.6);

    [Fact]
    public void AtanRight_is_true() => Within<DoubleLanes.AtanRight>("AtanRight", 1.6);

    // A row: the arguments, then the value as the sum of two doubles.
    private static void Within<F>(string name, double bound)
        where F : struct, ILaneFunction<double>
    {
        var rows = Table[name].ToArray();
        var actual = Elementwise.Apply<F, Double256, double>([.. rows.Select(r => r[0])], [.. rows.Select(r => r[^3])]);
        var (error, i) = rows.Select((r, i) => (Ulps.Of(actual[i], new DoubleDouble(r[^2], r[^1])), i)).Max();
        Assert.True(rows.Length >= 200, $"{rows.Length} rows");
        Assert.True(error <= bound, $"{error:F3} ulp at {string.Join(", ", rows[i])}: {actual[i]:R}");
    }
}
