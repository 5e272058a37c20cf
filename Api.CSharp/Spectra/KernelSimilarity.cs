using HadamardNtk.Core;

namespace HadamardNtk;

/// <summary>The similarity of two Gram matrices of the same samples, whatever their scales.</summary>
/// <remarks>
/// Sources: Fort et al., Deep learning versus kernel learning (2020), kernel distance; Cortes, Mohri and Rostamizadeh,
/// Algorithms for learning kernels based on centered alignment (2012).
/// </remarks>
public static class KernelSimilarity
{
    /// <summary>
    /// ⟨A, B⟩/(|A| |B|) with the Frobenius product: 1 for positive multiples of each other, 0 if one of them is 0.
    /// </summary>
    /// <param name="a">A, n × n, symmetric.</param>
    /// <param name="b">B, n × n, symmetric.</param>
    /// <exception cref="ArgumentException">The matrices are not square, or differ in size.</exception>
    public static double Cosine(Matrix a, Matrix b)
    {
        Require(a, b);
        return Cosine(a.Data, b.Data);
    }

    /// <summary>The kernel distance 1 − ⟨A, B⟩/(|A| |B|).</summary>
    /// <inheritdoc cref="Cosine(Matrix, Matrix)"/>
    public static double Distance(Matrix a, Matrix b) => 1 - Cosine(a, b);

    /// <summary>
    /// The centered kernel alignment: the cosine of H A H and H B H, where H takes the mean away; 0 if one of them is
    /// 0.
    /// </summary>
    /// <inheritdoc cref="Cosine(Matrix, Matrix)"/>
    public static double CenteredAlignment(Matrix a, Matrix b)
    {
        Require(a, b);
        return Cosine(OrNothing(Centered(a), a), OrNothing(Centered(b), b));
    }

    // A matrix whose entries are all the same, but for rounding, is 0 without its mean.
    private static double[] OrNothing(double[] centered, Matrix a)
    {
        var (size, all) = (RowProducts.Dot(centered, centered), RowProducts.Dot(a.Data, a.Data));
        return Math.Sqrt(size) <= Roundoff.ofSum(a.Rows) * Math.Sqrt(all) ? new double[centered.Length] : centered;
    }

    private static double Cosine(double[] a, double[] b)
    {
        var size = Math.Sqrt(RowProducts.Dot(a, a)) * Math.Sqrt(RowProducts.Dot(b, b));
        return size > 0 ? RowProducts.Dot(a, b) / size : 0;
    }

    // (H A H)_ij = A_ij - m_i - m_j + m with the means m_i of rows and m of all entries.
    private static double[] Centered(Matrix a)
    {
        double[] means = [.. Enumerable.Range(0, a.Rows).Select(i => Mean(a.Row(i)))];
        var mean = Mean(means);
        var centered = new double[a.Data.Length];
        for (var i = 0; i < a.Rows; i++)
        {
            var row = a.Row(i);
            var to = centered.AsSpan(i * a.Columns, a.Columns);
            for (var j = 0; j < to.Length; j++)
            {
                to[j] = row[j] - means[i] - means[j] + mean;
            }
        }

        return centered;
    }

    private static double Mean(ReadOnlySpan<double> values)
    {
        var sum = 0.0;
        foreach (var value in values)
        {
            sum += value;
        }

        return sum / values.Length;
    }

    private static void Require(Matrix a, Matrix b)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        if (a.Rows != a.Columns || b.Rows != b.Columns || a.Rows != b.Rows)
        {
            throw new ArgumentException(
                $"Expected two Gram matrices of one size; came {a.Rows} x {a.Columns} and {b.Rows} x {b.Columns}.",
                nameof(b));
        }
    }
}
