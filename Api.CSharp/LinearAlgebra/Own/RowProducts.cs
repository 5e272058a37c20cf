namespace HadamardNtk;

/// <summary>
/// Inner products of rows on one thread: C[i, j] (=, += or -=) sum over k of A[i, k]·B[j, k],
/// with A (m x K), B (n x K), C (m x n).
/// </summary>
/// <remarks>
/// <para>
/// The sum has one definition. The terms are cut into chains of <see cref="Blocking.Depth"/>, counted from k = 0. A
/// chain is s = fma(a, b, s) from s = 0, k ascending. The chains are added, to C too, or subtracted from C, in order.
/// Hence the bits of an entry depend on its two rows (and, for += and -=, on the old entry) alone, not on its position,
/// the shape of the tile, the threads or the processor. The product of a and b equals that of b and a to the last bit.
/// </para>
/// <para>
/// The error of an entry is at most (256 + K / 256)·ε·Σ|A[i, k]·B[j, k]| to first order, ε = 2⁻⁵³.
/// Without a fused multiply-add in hardware the runtime emulates it, slowly but with the same bits.
/// </para>
/// </remarks>
internal static unsafe partial class RowProducts
{
    /// <summary>C = A Bᵀ.</summary>
    /// <param name="a">A, (m x K), in either storage order.</param>
    /// <param name="b">B, (n x K), in either storage order.</param>
    /// <param name="c">C, (m x n), in either storage order; overlaps neither A nor B.</param>
    internal static void Assign(MatrixView<double> a, MatrixView<double> b, MatrixView<double> c) =>
        Run(a, b, c, Write.Assign, PanelProduct.Everywhere);

    /// <summary>C = C - A Bᵀ.</summary>
    /// <param name="a">A, (m x K), in either storage order.</param>
    /// <param name="b">B, (n x K), in either storage order.</param>
    /// <param name="c">C, (m x n), in either storage order; overlaps neither A nor B.</param>
    internal static void Subtract(MatrixView<double> a, MatrixView<double> b, MatrixView<double> c) =>
        Run(a, b, c, Write.Subtract, PanelProduct.Everywhere);

    /// <summary>C = C + A Bᵀ.</summary>
    /// <param name="a">A, (m x K), in either storage order.</param>
    /// <param name="b">B, (n x K), in either storage order.</param>
    /// <param name="c">C, (m x n), in either storage order; overlaps neither A nor B.</param>
    internal static void Add(MatrixView<double> a, MatrixView<double> b, MatrixView<double> c) =>
        Run(a, b, c, Write.Add, PanelProduct.Everywhere);

    /// <summary>C = C - A Bᵀ where j ≤ i + reach; the other entries of C are unchanged.</summary>
    /// <param name="a">A, (m x K), in either storage order.</param>
    /// <param name="b">B, (n x K), in either storage order.</param>
    /// <param name="c">C, (m x n), row-major unless every entry is reached; overlaps neither A nor B.</param>
    /// <param name="reach">The limit of j - i; it is 0 for the lower triangle.</param>
    internal static void SubtractReached(MatrixView<double> a, MatrixView<double> b, MatrixView<double> c, long reach)
    {
        if (reach + c.Rows > 0)
        {
            Run(a, b, c, Write.Subtract, reach);
        }
    }

    private static void Run(MatrixView<double> a, MatrixView<double> b, MatrixView<double> c, Write write, long reach)
    {
        if (!c.IsRowMajor)
        {
            // C B = (B Cᵀ)ᵀ, and the products commute to the last bit.
            Run(b, a, c.Transpose, write, reach);
        }
        else if (a.Columns > 0)
        {
            RunColumns(a, b, c, write, reach);
        }
        else if (write == Write.Assign)
        {
            c.Clear();
        }
    }

    private static void RunColumns(
        MatrixView<double> a, MatrixView<double> b, MatrixView<double> c, Write write, long reach)
    {
        var depth = nint.Min(a.Columns, Blocking.Depth);
        using var packedA = new PackedRoom(nint.Min(a.Rows, Blocking.Rows), Blocking.MicroRows, depth);
        using var packedB = new PackedRoom(nint.Min(b.Rows, Blocking.Columns), Blocking.MicroColumns, depth);
        for (nint j = 0; j < b.Rows; j += Blocking.Columns)
        {
            var width = nint.Min(Blocking.Columns, b.Rows - j);
            RunChains(a, b.RowBlock(j, width), c.ColumnBlock(j, width), write, reach - j, packedA.Start, packedB.Start);
        }
    }

    private static void RunChains(
        MatrixView<double> a, MatrixView<double> b, MatrixView<double> c, Write write, long reach,
        double* packedA, double* packedB)
    {
        for (nint k = 0; k < a.Columns; k += Blocking.Depth)
        {
            var depth = nint.Min(Blocking.Depth, a.Columns - k);
            Packing.Pack(b.ColumnBlock(k, depth), Blocking.MicroColumns, packedB);
            RunRows(a.ColumnBlock(k, depth), c, Chain(write, k), reach, packedA, packedB);
        }
    }

    private static void RunRows(
        MatrixView<double> a, MatrixView<double> c, Write write, long reach, double* packedA, double* packedB)
    {
        for (nint i = 0; i < a.Rows; i += Blocking.Rows)
        {
            var height = nint.Min(Blocking.Rows, a.Rows - i);
            Packing.Pack(a.RowBlock(i, height), Blocking.MicroRows, packedA);
            PanelProduct.Run(packedA, packedB, a.Columns, c.RowBlock(i, height), write, reach + i);
        }
    }

    private static Write Chain(Write write, nint k) => write == Write.Assign && k > 0 ? Write.Add : write;
}
