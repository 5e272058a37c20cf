namespace HadamardNtk;

/// <summary>
/// The lanes of higher precision: pairs that a precision does not know well enough, one at a time. Equal rows have their
/// own recursion's value; others come from the interpreter, in double-double where float64 does not know the angle and
/// by quadrature where a series is too long. Counted.
/// </summary>
internal sealed class PairLanes(SampleSet rows, SampleSet columns, Lanes counts)
{
    // What float32 costs a kernel, relative to √(K_ii K_jj).
    private const double Negligible = 2e-6;

    /// <summary>The least normal number of float32.</summary>
    internal const double LeastSingle = 1.17549435e-38;

    private readonly PairMemory _memory = rows.NewScratch();

    /// <summary>Whether two rows are equal.</summary>
    internal bool AreEqual(int i, int j) => (rows == columns && i == j) || rows.X.Row(i).SequenceEqual(columns.X.Row(j));

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

    /// <summary>An entry in float32.</summary>
    /// <exception cref="KernelUndefinedException">
    /// It is too large, or below the normal numbers and not negligible beside the two samples' own kernels.
    /// </exception>
    internal float Single(int i, int j, double value, KernelKind kind)
    {
        var rounded = (float)value;
        return float.IsFinite(rounded) && (value == 0 || Math.Abs(value) >= LeastSingle || IsNegligible(i, j, value, kind))
            ? rounded
            : throw new KernelUndefinedException(new("the read-out in float32, where float64 has room", value, rows.Norm(i)), i);
    }

    // Less than float32 costs beside both samples' own kernels, for which it has room.
    private bool IsNegligible(int i, int j, double value, KernelKind kind)
    {
        var (row, column) = (Math.Abs(rows.Self(i, _memory)[kind]), Math.Abs(columns.Self(j, _memory)[kind]));
        return Math.Min(row, column) >= LeastSingle && Math.Abs(value) < Negligible * Math.Sqrt(row) * Math.Sqrt(column);
    }

    /// <summary>The kernel of a pair that float64 does not know.</summary>
    internal KernelValue Exact(int i, int j)
    {
        counts.CountExact();
        (i, j) = InOrder(i, j);
        return rows.Exact(i, columns, j, _memory);
    }

    /// <summary>The kernel of a pair that strips cannot compute.</summary>
    internal KernelValue Pair(int i, int j)
    {
        (i, j) = InOrder(i, j);
        return rows.Pair(i, columns, j, Product(i, j) / rows.X.Columns, _memory, counts);
    }

    // Of one set of rows both orders of a pair are one, to the last bit.
    private (int I, int J) InOrder(int i, int j) => rows == columns && j < i ? (j, i) : (i, j);
}

/// <summary>How many pairs took which lane.</summary>
internal sealed class Lanes
{
    /// <summary>Pairs of equal rows.</summary>
    internal long Equal { get; private set; }

    /// <summary>float32 pairs computed in float64.</summary>
    internal long Double { get; private set; }

    /// <summary>Pairs computed in double-double.</summary>
    internal long Exact { get; private set; }

    /// <summary>Pairs whose series are too long.</summary>
    internal long Quadrature { get; private set; }

    /// <summary>One more of equal rows.</summary>
    internal void CountEqual() => Equal++;

    /// <summary>One more in float64.</summary>
    internal void CountDouble() => Double++;

    /// <summary>So many more in float64.</summary>
    internal void CountDouble(long pairs) => Double += pairs;

    /// <summary>One more in double-double.</summary>
    internal void CountExact() => Exact++;

    /// <summary>One more by quadrature.</summary>
    internal void CountQuadrature() => Quadrature++;

    /// <summary>Adds what another thread counted.</summary>
    internal void Add(Lanes other)
    {
        (Equal, Double) = (Equal + other.Equal, Double + other.Double);
        (Exact, Quadrature) = (Exact + other.Exact, Quadrature + other.Quadrature);
    }
}
