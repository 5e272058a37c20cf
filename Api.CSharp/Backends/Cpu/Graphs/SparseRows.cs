namespace HadamardNtk;

/// <summary>A sparse matrix B (m × n) by rows, which makes positions from others: M ← B M B′ᵀ.</summary>
/// <param name="Starts">The first term of each row, and the number of terms at the end.</param>
/// <param name="Places">The columns of the terms.</param>
/// <param name="Weights">The values of the terms.</param>
internal sealed record SparseRows(int[] Starts, int[] Places, double[] Weights)
{
    // So many rows of B M are multiplied by B′ᵀ together, which reads each term of B′ once for all of them.
    private const int Together = 4;

    /// <summary>m, the number of rows.</summary>
    internal int Count => Starts.Length - 1;

    /// <summary>The matrix with the given terms in its rows.</summary>
    internal static SparseRows Of(IReadOnlyList<IReadOnlyList<(int Place, double Weight)>> rows)
    {
        var starts = new int[rows.Count + 1];
        for (var p = 0; p < rows.Count; p++)
        {
            starts[p + 1] = starts[p] + rows[p].Count;
        }

        return new(
            starts, [.. rows.SelectMany(row => row.Select(term => term.Place))],
            [.. rows.SelectMany(row => row.Select(term => term.Weight))]);
    }

    /// <summary>B v.</summary>
    internal unsafe void Times(double* v, double* result)
    {
        for (var p = 0; p < Count; p++)
        {
            var sum = 0.0;
            for (var t = Starts[p]; t < Starts[p + 1]; t++)
            {
                sum += Weights[t] * v[Places[t]];
            }

            result[p] = sum;
        }
    }

    /// <summary>
    /// B M B′ᵀ, where B is this matrix. An entry has the same bits wherever it stands, so that those of equal vertices
    /// are equal.
    /// </summary>
    /// <param name="block">M, with rows of <paramref name="stride"/> numbers.</param>
    /// <param name="stride">The distance of M's rows.</param>
    /// <param name="column">B′.</param>
    /// <param name="result">The result.</param>
    /// <param name="resultStride">The distance of its rows.</param>
    /// <param name="room">Working memory of 4 rows of M.</param>
    internal unsafe void Times(
        double* block, int stride, SparseRows column, double* result, int resultStride, double* room)
    {
        for (var p = 0; p < Count; p += Together)
        {
            var count = Math.Min(Together, Count - p);
            for (var r = 0; r < Together; r++)
            {
                Row(Math.Min(p + r, Count - 1), block, stride, room + r * stride);
            }

            if (count == Together)
            {
                column.Four(room, stride, result + (long)p * resultStride, resultStride);
                continue;
            }

            for (var r = 0; r < count; r++)
            {
                column.Times(room + r * stride, result + (long)(p + r) * resultStride);
            }
        }
    }

    // Row p of B M.
    private unsafe void Row(int p, double* block, int stride, double* row)
    {
        var sum = new Span<double>(row, stride);
        sum.Clear();
        for (var t = Starts[p]; t < Starts[p + 1]; t++)
        {
            Add(Weights[t], new(block + (long)Places[t] * stride, stride), sum);
        }
    }

    private static void Add(double weight, ReadOnlySpan<double> row, Span<double> sum)
    {
        var (scale, j) = (new System.Numerics.Vector<double>(weight), 0);
        for (; j <= row.Length - System.Numerics.Vector<double>.Count; j += System.Numerics.Vector<double>.Count)
        {
            var old = new System.Numerics.Vector<double>(sum[j..]);
            (old + scale * new System.Numerics.Vector<double>(row[j..])).CopyTo(sum[j..]);
        }

        for (; j < row.Length; j++)
        {
            sum[j] += weight * row[j];
        }
    }

    private unsafe void Four(double* rows, int stride, double* result, int resultStride)
    {
        double* second = rows + stride, third = second + stride, fourth = third + stride;
        fixed (int* places = Places)
        fixed (double* weights = Weights)
        {
            for (var p = 0; p < Count; p++)
            {
                double a = 0, b = 0, c = 0, d = 0;
                for (var t = Starts[p]; t < Starts[p + 1]; t++)
                {
                    var (q, weight) = (places[t], weights[t]);
                    a += weight * rows[q];
                    b += weight * second[q];
                    c += weight * third[q];
                    d += weight * fourth[q];
                }

                result[p] = a;
                result[p + resultStride] = b;
                result[p + 2 * resultStride] = c;
                result[p + 3 * resultStride] = d;
            }
        }
    }
}
