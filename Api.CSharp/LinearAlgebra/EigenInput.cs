using System.Numerics;

namespace HadamardNtk;

/// <summary>Checks the input of an eigendecomposition.</summary>
internal static class EigenInput
{
    /// <summary>Checks the shape, the number of eigenvalues, and the numbers of the lower triangle.</summary>
    /// <exception cref="ArgumentException">One of them is invalid.</exception>
    internal static void Require<T>(T[] a, int n, int leading)
        where T : IBinaryFloatingPointIeee754<T>
    {
        if (a.Length != (long)n * n)
        {
            throw new ArgumentException($"expected a symmetric matrix of order {n}, not {a.Length} numbers", nameof(a));
        }

        if (leading < 0 || leading > n)
        {
            throw new ArgumentException(
                $"expected a number of eigenvalues from 0 to {n}, the order of the matrix, not {leading}",
                nameof(leading));
        }

        for (var i = 0; i < n; i++)
        {
            RequireFinite(a.AsSpan(i * n, i + 1), i);
        }
    }

    private static void RequireFinite<T>(ReadOnlySpan<T> row, int i)
        where T : IBinaryFloatingPointIeee754<T>
    {
        for (var j = 0; j < row.Length; j++)
        {
            if (!T.IsFinite(row[j]))
            {
                throw new ArgumentException(
                    $"expected finite numbers, not {row[j]} at row {i}, column {j} of the matrix", nameof(row));
            }
        }
    }
}
