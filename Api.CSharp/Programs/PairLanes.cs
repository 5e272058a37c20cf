namespace HadamardNtk;

/// <summary>
/// The lanes of escalated pairs, which are computed one at a time and counted. Equal rows have the value of their own
/// recursion. The interpreter computes the others, in double-double where float64 does not resolve the angle, and by
/// quadrature where a series is too long.
/// </summary>
internal sealed class PairLanes(SampleSet rows, SampleSet columns, Lanes counts)
{
    // This is the error of a kernel in float32, relative to √(K_ii K_jj).
    private const double Negligible = 2e-6;

    /// <summary>The least normal number of float32.</summary>
    internal const double LeastSingle = 1.17549435e-38;

    private readonly PairMemory _memory = rows.NewScratch();

    /// <summary>Whether two rows are equal.</summary>
    internal bool AreEqual(int i, int j) =>
        (rows == columns && i == j) || rows.X.Row(i).SequenceEqual(columns.X.Row(j));

    /// <summary>Whether a row is zero.</summary>
    internal bool IsZero(int i) => rows.Norm(i) == 0;

    /// <summary>The inner product of two rows in float64.</summary>
    internal double Product(int i, int j) => RowProducts.Dot(rows.X.Row(i), columns.X.Row(j));

    /// <summary>The kernel of a row with itself.</summary>
    internal KernelValue Self(int i)
    {
        counts.CountEqual();
        return rows.Self(i, _memory);
    }

    /// <summary>Rounds an entry to float32.</summary>
    /// <exception cref="KernelUndefinedException">
    /// The entry is too large, or it is below the normal numbers and not negligible beside the two samples' own
    /// kernels.
    /// </exception>
    internal float Single(int i, int j, double value, KernelKind kind)
    {
        var rounded = (float)value;
        return float.IsFinite(rounded)
            && (value == 0 || Math.Abs(value) >= LeastSingle || IsNegligible(i, j, value, kind))
            ? rounded
            : throw new KernelUndefinedException(
                new("the read-out in float32, where float64 has room", value, rows.Norm(i)), i);
    }

    private bool IsNegligible(int i, int j, double value, KernelKind kind) =>
        IsNegligible(value, rows.Self(i, _memory)[kind], columns.Self(j, _memory)[kind]);

    /// <summary>
    /// Whether an entry is below the error of float32 beside both samples' own kernels, which are in float32's range.
    /// </summary>
    internal static bool IsNegligible(double value, double row, double column)
    {
        var (a, b) = (Math.Abs(row), Math.Abs(column));
        return Math.Min(a, b) >= LeastSingle && Math.Abs(value) < Negligible * Math.Sqrt(a) * Math.Sqrt(b);
    }

    /// <summary>Computes the kernel of a pair in double-double.</summary>
    internal KernelValue Exact(int i, int j)
    {
        counts.CountExact();
        (i, j) = InOrder(i, j);
        return rows.Exact(i, columns, j, _memory);
    }

    /// <summary>Computes the kernel of a pair that strips cannot compute.</summary>
    internal KernelValue Pair(int i, int j)
    {
        (i, j) = InOrder(i, j);
        return rows.Pair(i, columns, j, Product(i, j) / rows.X.Columns, _memory, counts);
    }

    // Both orders of a pair of one set of rows give the same kernel, to the last bit.
    private (int I, int J) InOrder(int i, int j) => rows == columns && j < i ? (j, i) : (i, j);
}

/// <summary>The numbers of pairs in each lane.</summary>
internal sealed class Lanes
{
    /// <summary>The number of pairs of equal rows.</summary>
    internal long Equal { get; private set; }

    /// <summary>The number of float32 pairs that were computed in float64.</summary>
    internal long Double { get; private set; }

    /// <summary>The number of pairs that were computed in double-double.</summary>
    internal long Exact { get; private set; }

    /// <summary>The number of pairs that were computed by quadrature.</summary>
    internal long Quadrature { get; private set; }

    /// <summary>Counts a pair of equal rows.</summary>
    internal void CountEqual() => Equal++;

    /// <summary>Counts a pair in float64.</summary>
    internal void CountDouble() => Double++;

    /// <summary>Counts <paramref name="pairs"/> pairs in float64.</summary>
    internal void CountDouble(long pairs) => Double += pairs;

    /// <summary>Counts a pair in double-double.</summary>
    internal void CountExact() => Exact++;

    /// <summary>Counts a pair by quadrature.</summary>
    internal void CountQuadrature() => Quadrature++;

    /// <summary>Adds the counts of another thread.</summary>
    internal void Add(Lanes other)
    {
        (Equal, Double) = (Equal + other.Equal, Double + other.Double);
        (Exact, Quadrature) = (Exact + other.Exact, Quadrature + other.Quadrature);
    }
}
