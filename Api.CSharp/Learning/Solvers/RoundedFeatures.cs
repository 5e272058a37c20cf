namespace HadamardNtk;

/// <summary>
/// Keeps Φ in float32, n × k numbers, for the steps of conjugate gradients. Residuals are computed from K[:, S] in
/// float64, which is computed again for each of them.
/// </summary>
internal sealed unsafe class RoundedFeatures : CenterFeatures
{
    /// <summary>The number of rows of K[:, S] that are solved at once: eight parts of a triangular solve.</summary>
    private const int Solved = 8 * Blocking.Sides;

    // The rows whose products with Φᵀ are summed apart, and those that are widened at once.
    private const int Several = 1024;
    private const int Height = 48;

    private readonly PassingFeatures _exact;
    private readonly int _rows;
    private readonly Workers _workers;
    private readonly NativeBuffer<float> _values;

    /// <param name="rows">The samples.</param>
    /// <param name="centers">The centers among them.</param>
    /// <param name="triangle">L.</param>
    /// <param name="exact">The same features, computed again for every product.</param>
    internal RoundedFeatures(KernelRows rows, KernelRows centers, Matrix triangle, PassingFeatures exact)
    {
        (_exact, _rows, _workers) = (exact, rows.Count, rows.Workers);
        _values = new((nint)rows.Count * Rank, clear: false);
        try
        {
            for (var i = 0; i < rows.Count; i += Solved)
            {
                Put(i, rows.Range(i, Math.Min(Solved, rows.Count - i)).Cross(centers), triangle);
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    internal override int Rank => _exact.Rank;

    internal override CenterFeatures Exact => _exact;

    internal override double RoundingGrowth => _exact.RoundingGrowth;

    internal override Matrix Square() => _exact.Square();

    public override void Dispose() => _values.Dispose();

    internal override Matrix Pull(Matrix? y, Matrix? gamma)
    {
        var outputs = (y ?? gamma)!.Columns;
        var parts = new Matrix[Blocking.Count(_rows, Several)];
        _workers.For(parts.Length, p =>
        {
            var part = Matrix.Wrap(new double[Rank * outputs], Rank, outputs);
            var first = (int)p * Several;
            Pull(y, gamma, first, Math.Min(Several, _rows - first), part);
            parts[p] = part;
        });
        // The parts are added in order, so that the sum does not depend on the threads.
        return parts.Aggregate((sum, part) => Entrywise.Add(sum, part, 1));
    }

    private void Pull(Matrix? y, Matrix? gamma, int first, int count, Matrix to)
    {
        var (k, outputs) = (Rank, to.Columns);
        using var room = new NativeBuffer<double>((nint)Height * k, clear: false);
        for (var i = first; i < first + count; i += Height)
        {
            var height = Math.Min(Height, first + count - i);
            Widening.Copy(
                new(_values.Start + (nint)i * k, height * k), new Span<double>(room.Start, height * k));
            var block = new MatrixView<double>(room.Start, height, k, k);
            var rest = Rest(y?.SelectRows(i, height), gamma is null ? null : Times(block, gamma));
            fixed (double* r = rest.Data, sum = to.Data)
            {
                RowProducts.Add(
                    block.Transpose,
                    new MatrixView<double>(r, height, outputs, outputs).Transpose,
                    new(sum, k, outputs, outputs));
            }
        }
    }

    private static Matrix Times(MatrixView<double> block, Matrix gamma)
    {
        var product = new double[(int)block.Rows * gamma.Columns];
        fixed (double* from = gamma.Data, to = product)
        {
            RowProducts.Assign(
                block,
                new MatrixView<double>(from, gamma.Rows, gamma.Columns, gamma.Columns).Transpose,
                new(to, block.Rows, gamma.Columns, gamma.Columns));
        }

        return Matrix.Wrap(product, (int)block.Rows, gamma.Columns);
    }

    // Rounds the rows of K[:, S] L⁻ᵀ from the first one on.
    private void Put(int first, Matrix cross, Matrix triangle)
    {
        var (m, k) = (cross.Rows, Rank);
        var sides = Matrix.Wrap(new double[m * k], k, m);
        Transposition.Copy<double>(cross.Data, m, k, k, sides.Data, m);
        MatrixProducts.SolveForward(triangle, sides, _workers);
        Transposition.Copy<double>(sides.Data, k, m, m, cross.Data, k);
        var to = _values.Start + (nint)first * k;
        for (var t = 0; t < m * k; t++)
        {
            to[t] = (float)cross.Data[t];
        }
    }
}
