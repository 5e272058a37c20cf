using HadamardNtk.Api.Tests.LinearAlgebra;
using Xunit;

namespace HadamardNtk.Api.Tests.Kernels;

/// <summary>
/// The tolerance of a kernel: relative to √(K_ii K_jj), 1e-11 for the NNGP and 1e-10 for the NTK; where the truth or the
/// backend is the reference, 5e-8 for the NTK of two different rows with 1 − |ρ| below 1e-9, whose angle float64 inner
/// products no longer know.
/// </summary>
internal static class KernelNearness
{
    internal static void Near(
        Func<int, int, double> truth,
        Matrix actual,
        Matrix x,
        Matrix other,
        Func<int, double> row,
        Func<int, double> column,
        KernelKind kind,
        double nearlyCollinear = 5e-8)
    {
        for (var i = 0; i < actual.Rows; i++)
        {
            for (var j = 0; j < actual.Columns; j++)
            {
                var error = Math.Abs(actual[i, j] - truth(i, j));
                var tolerance = Tolerance(x.Row(i), other.Row(j), kind, nearlyCollinear) * Math.Sqrt(row(i) * column(j));
                Assert.True(
                    error <= tolerance,
                    $"{kind} ({i}, {j}): {actual[i, j]:R}, not {truth(i, j):R}; off by {error:E2} of {tolerance:E2}");
            }
        }
    }

    private static double Tolerance(ReadOnlySpan<double> x, ReadOnlySpan<double> other, KernelKind kind, double nearlyCollinear) =>
        kind == KernelKind.Nngp ? 1e-11 : IsNearCollinear(x, other) ? nearlyCollinear : 1e-10;

    private static bool IsNearCollinear(ReadOnlySpan<double> x, ReadOnlySpan<double> other)
    {
        if (x.SequenceEqual(other))
        {
            return false;
        }

        var norms = Math.Sqrt(Dot(x, x) * Dot(other, other));
        return norms > 0 && 1 - Math.Abs(Dot(x, other)) / norms < 1e-9;
    }

    private static double Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        var sum = 0.0;
        for (var i = 0; i < a.Length; i++)
        {
            sum += a[i] * b[i];
        }

        return sum;
    }
}
