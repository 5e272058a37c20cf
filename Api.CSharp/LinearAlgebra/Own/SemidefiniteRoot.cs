namespace HadamardNtk;

/// <summary>A = L Lᵀ with a lower triangular L, for positive semidefinite A that may be singular.</summary>
internal static unsafe class SemidefiniteRoot
{
    private const int Block = 96;

    /// <summary>
    /// Puts L into the lower triangle of A, and zeros above it. The first rows of L depend on the first rows of A
    /// alone. A column of L is 0 if its pivot is 0 but for rounding: the row then depends on those before it.
    /// </summary>
    /// <param name="a">A, n × n, of which the lower triangle is read.</param>
    /// <param name="workers">The threads; the bits do not depend on them.</param>
    internal static void Factor(Matrix a, Workers workers)
    {
        var n = a.Rows;
        var least = new double[n];
        for (var i = 0; i < n; i++)
        {
            least[i] = Core.Roundoff.ofSum(i + 1) * a.Data[((long)i * n) + i];
            Array.Clear(a.Data, (i * n) + i + 1, n - i - 1);
        }

        fixed (double* data = a.Data)
        {
            var entries = data;
            for (var start = 0; start < n; start += Block)
            {
                var size = Math.Min(Block, n - start);
                var (first, behind) = (start, start + size);
                Corner(entries, n, first, size, least);
                workers.For(n - behind, i => Row(entries, n, first, size, behind + i));
                if (behind < n)
                {
                    var panel = new MatrixView<double>(entries + (behind * (nint)n) + start, n - behind, size, n);
                    var rest = new MatrixView<double>(entries + (behind * (nint)n) + behind, n - behind, n - behind, n);
                    Product.SubtractSquare(panel, rest, workers);
                }
            }
        }
    }

    // The triangle of one block, row by row.
    private static void Corner(double* a, nint n, int start, int size, double[] least)
    {
        for (var i = 0; i < size; i++)
        {
            var row = a + ((start + i) * n) + start;
            Row(a, n, start, i, start + i);
            var pivot = row[i];
            for (var k = 0; k < i; k++)
            {
                pivot -= row[k] * row[k];
            }

            // What is not a number stays so, and is not taken for a row that depends on others.
            row[i] = pivot <= least[start + i] ? 0 : Math.Sqrt(pivot);
        }
    }

    // One row of L in the columns of a block whose triangle is known: forward substitution.
    private static void Row(double* a, nint n, int start, int size, nint i)
    {
        var row = a + (i * n) + start;
        for (var j = 0; j < size; j++)
        {
            var known = a + ((start + j) * n) + start;
            var sum = row[j];
            for (var k = 0; k < j; k++)
            {
                sum -= row[k] * known[k];
            }

            row[j] = known[j] > 0 ? sum / known[j] : 0;
        }
    }
}
