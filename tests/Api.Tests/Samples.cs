using HadamardNtk.Api.Tests.LinearAlgebra;
using Xunit;

namespace HadamardNtk.Api.Tests;

/// <summary>Generated rows, and what it means for numbers to be near or the same.</summary>
internal static class Samples
{
    /// <summary>Rows with entries uniform in (-1, 1).</summary>
    internal static Matrix Random(int rows, int columns, int seed) => Matrix.Wrap(Matrices.Random(rows, columns, seed), rows, columns);

    internal static double Worst(Matrix expected, Matrix actual)
    {
        Assert.Equal((expected.Rows, expected.Columns), (actual.Rows, actual.Columns));
        return expected.Data.Zip(actual.Data, (a, b) => Math.Abs(a - b)).DefaultIfEmpty().Max();
    }

    internal static void SameBits(Matrix expected, Matrix actual, string what = "")
    {
        Assert.Equal((expected.Rows, expected.Columns), (actual.Rows, actual.Columns));
        Matrices.SameBits(expected.Data, actual.Data, what);
    }

    /// <summary>Largest entry in absolute value, to scale tolerances with.</summary>
    internal static double Size(Matrix m) => m.Data.Max(Math.Abs);
}
