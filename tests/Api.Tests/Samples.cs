using HadamardNtk.Api.Tests.LinearAlgebra;
using Xunit;

namespace HadamardNtk.Api.Tests;

/// <summary>Generated rows, and what it means for numbers to be near or the same.</summary>
internal static class Samples
{
    /// <summary>Rows with entries uniform in (-1, 1).</summary>
    internal static Matrix Random(int rows, int columns, int seed) => Matrix.Wrap(Matrices.Random(rows, columns, seed), rows, columns);

    /// <summary>The largest difference between two matrices of one shape; infinite where one has a NaN.</summary>
    internal static double Worst(Matrix expected, Matrix actual)
    {
        Assert.Equal((expected.Rows, expected.Columns), (actual.Rows, actual.Columns));

        // The maximum of numbers passes over a NaN.
        return expected.Data.Zip(actual.Data, (a, b) => a == b ? 0 : Math.Abs(a - b))
            .Select(difference => double.IsNaN(difference) ? double.PositiveInfinity : difference).DefaultIfEmpty().Max();
    }

    /// <summary>Two matrices have one shape, and each entry is near its own.</summary>
    internal static void Near(Matrix expected, Matrix actual, double tolerance) =>
        Assert.InRange(Worst(expected, actual), 0, tolerance);

    internal static void SameBits(Matrix expected, Matrix actual, string what = "")
    {
        Assert.Equal((expected.Rows, expected.Columns), (actual.Rows, actual.Columns));
        Matrices.SameBits(expected.Data, actual.Data, what);
    }

    /// <summary>Largest entry in absolute value, to scale tolerances with.</summary>
    internal static double Size(Matrix m) => m.Data.Max(Math.Abs);
}
