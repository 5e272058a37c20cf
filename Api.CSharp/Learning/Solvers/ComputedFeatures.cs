namespace HadamardNtk;

/// <summary>Features of which none is stored: every product with Φ is one with K[:, S], and one with L⁻¹.</summary>
internal abstract class ComputedFeatures(KernelRows rows, Matrix triangle, PartialCholesky partial) : CenterFeatures
{
    internal override int Rank => triangle.Rows;

    /// <summary>
    /// The condition of L, which is estimated from its diagonal. Every product computes L⁻¹ K[S, :] and K[:, S] L⁻ᵀ.
    /// </summary>
    internal override double RoundingGrowth
    {
        get
        {
            var diagonal = Enumerable.Range(0, Rank).Select(i => triangle[i, i]).ToArray();
            return diagonal.Max() / diagonal.Min();
        }
    }

    /// <summary>The samples.</summary>
    protected KernelRows Rows => rows;

    /// <summary>n/q times ΦᵀΦ of the q samples that were candidates for centers.</summary>
    internal override Matrix Square()
    {
        var square = MatrixProducts.LowerSquares(partial.Transposed, null, rows.Workers);
        return Entrywise.Combine(rows.Count / (double)partial.Count, square, 0, square);
    }

    internal override Matrix Pull(Matrix? y, Matrix? gamma)
    {
        var sum = Gather(y, gamma is null ? null : Back(gamma));
        MatrixProducts.SolveForward(triangle, sum, rows.Workers);
        return sum;
    }

    /// <summary>K[S, :] (Y − K[:, S] α), k × C, with 0 for a Y or α that is null.</summary>
    private protected abstract Matrix Gather(Matrix? y, Matrix? alpha);

    private Matrix Back(Matrix gamma)
    {
        var alpha = Matrix.Wrap((double[])gamma.Data.Clone(), gamma.Rows, gamma.Columns);
        MatrixProducts.SolveBackward(triangle, alpha, rows.Workers);
        return alpha;
    }
}

/// <summary>Computes K[:, S] again in blocks of rows for every product with Φ, and never stores it.</summary>
internal sealed class PassingFeatures(
    KernelRows rows, KernelRows centers, Matrix triangle, PartialCholesky partial)
    : ComputedFeatures(rows, triangle, partial)
{
    private protected override Matrix Gather(Matrix? y, Matrix? alpha)
    {
        var outputs = (y ?? alpha)!.Columns;
        var sum = Matrix.Wrap(new double[Rank * outputs], Rank, outputs);
        for (var i = 0; i < Rows.Count; i += BlockRows)
        {
            var block = Rows.Range(i, Math.Min(BlockRows, Rows.Count - i)).Cross(centers);
            var made = alpha is null ? null : MatrixProducts.Times(block, alpha, Rows.Workers);
            MatrixProducts.SubtractTransposeTimes(block, Rest(y?.SelectRows(i, block.Rows), made), sum, Rows.Workers);
        }

        for (var i = 0; i < sum.Data.Length; i++)
        {
            sum.Data[i] = -sum.Data[i];
        }

        return sum;
    }
}

/// <summary>
/// Lets other machines multiply by K[:, S] and by K[S, :], of which each keeps rows. A row of a product is one sum over
/// a whole row, so that the bits do not depend on the machines.
/// </summary>
internal sealed class DistantFeatures : ComputedFeatures
{
    private readonly CancellationToken _cancellation;
    private readonly IDistantProducts _tall;
    private readonly IDistantProducts _wide;

    internal DistantFeatures(KernelRows rows, KernelRows centers, Matrix triangle, PartialCholesky partial)
        : base(rows, triangle, partial)
    {
        _cancellation = rows.Workers.Cancellation;
        _tall = rows.BeginElsewhere(Precision.Float64, centers)!;
        try
        {
            _wide = centers.BeginElsewhere(Precision.Float64, rows)!;
        }
        catch
        {
            _tall.Dispose();
            throw;
        }
    }

    public override void Dispose()
    {
        _tall.Dispose();
        _wide.Dispose();
    }

    private protected override Matrix Gather(Matrix? y, Matrix? alpha) => _wide.Multiply(
        Rest(y, alpha is null ? null : _tall.Multiply(alpha, _cancellation)), _cancellation);
}
