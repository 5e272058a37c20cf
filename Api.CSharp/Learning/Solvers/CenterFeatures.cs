namespace HadamardNtk;

/// <summary>
/// The features Φ = K[:, S] L⁻ᵀ, n × k, with K[S, S] = L Lᵀ: k numbers for every sample. ΦΦᵀ = K[:, S] K[S, S]⁻¹ K[S,
/// :] is the kernel that the centers S give.
/// </summary>
internal abstract class CenterFeatures : IDisposable
{
    /// <summary>The number of rows of K[:, S] that are in memory at once.</summary>
    internal const int BlockRows = 512;

    /// <summary>k, the number of features.</summary>
    internal abstract int Rank { get; }

    /// <summary>
    /// Φᵀ (Y − Φ Γ), k × C, with 0 for a Y or Γ that is null. The difference is taken before the product with Φᵀ, so
    /// that rounding is relative to Y − Φ Γ and not to Φᵀ Y.
    /// </summary>
    internal abstract Matrix Pull(Matrix? y, Matrix? gamma);

    /// <summary>The features that residuals are computed with, which are not rounded: these, unless they are.</summary>
    internal virtual CenterFeatures Exact => this;

    public virtual void Dispose()
    {
    }

    /// <summary>The lower triangle of ΦᵀΦ, k × k, or an estimate of it.</summary>
    internal abstract Matrix Square();

    /// <summary>The factor by which the rounding of ΦᵀΦ exceeds 2⁻⁵² |Φ|².</summary>
    internal abstract double RoundingGrowth { get; }

    /// <summary>Y − Φ Γ of some rows of Φ.</summary>
    private protected static Matrix Rest(Matrix? y, Matrix? fitted) =>
        (y, fitted) switch
        {
            ({ } have, { } made) => Entrywise.Add(have, made, -1),
            ({ } have, null) => have,
            (null, { } made) => Matrix.Wrap(Array.ConvertAll(made.Data, v => -v), made.Rows, made.Columns),
            _ => throw new ArgumentException("Expected targets or weights; there are neither."),
        };
}

/// <summary>Keeps Φᵀ in memory, k × n.</summary>
internal sealed class KeptFeatures(Matrix transposed, Workers workers) : CenterFeatures
{
    internal override int Rank => transposed.Rows;

    internal override double RoundingGrowth => 1;

    internal override Matrix Square() => MatrixProducts.LowerSquares(transposed, null, workers);

    internal override Matrix Pull(Matrix? y, Matrix? gamma) => MatrixProducts.Times(
        transposed, Rest(y, gamma is null ? null : MatrixProducts.TransposeTimes(transposed, gamma, workers)), workers);

    /// <summary>Computes Φᵀ from K[:, S] in blocks of rows.</summary>
    internal static KeptFeatures Of(KernelRows rows, KernelRows centers, Matrix triangle)
    {
        var (n, k) = (rows.Count, centers.Count);
        var kept = new double[(long)n * k];
        for (var i = 0; i < n; i += BlockRows)
        {
            var cross = rows.Range(i, Math.Min(BlockRows, n - i)).Cross(centers);
            var block = Matrix.Wrap(new double[cross.Data.Length], k, cross.Rows);
            Transposition.Copy<double>(cross.Data, cross.Rows, k, k, block.Data, cross.Rows);
            MatrixProducts.SolveForward(triangle, block, rows.Workers);
            for (var j = 0; j < k; j++)
            {
                block.Row(j).CopyTo(kept.AsSpan(j * n + i));
            }
        }

        return new(Matrix.Wrap(kept, k, n), rows.Workers);
    }
}

/// <summary>Computes K[:, S] again in blocks of rows for every product with Φ, and never stores it.</summary>
internal sealed class PassingFeatures(
    KernelRows rows, KernelRows centers, Matrix triangle, PartialCholesky partial) : CenterFeatures
{
    internal override int Rank => centers.Count;

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

    /// <summary>n/q times ΦᵀΦ of the q samples that were candidates for centers.</summary>
    internal override Matrix Square()
    {
        var square = MatrixProducts.LowerSquares(partial.Transposed, null, rows.Workers);
        return Entrywise.Combine(rows.Count / (double)partial.Count, square, 0, square);
    }

    internal override Matrix Pull(Matrix? y, Matrix? gamma)
    {
        var alpha = gamma is null ? null : Back(gamma);
        var outputs = (y ?? gamma)!.Columns;
        var sum = Matrix.Wrap(new double[Rank * outputs], Rank, outputs);
        for (var i = 0; i < rows.Count; i += BlockRows)
        {
            var block = rows.Range(i, Math.Min(BlockRows, rows.Count - i)).Cross(centers);
            var made = alpha is null ? null : MatrixProducts.Times(block, alpha, rows.Workers);
            MatrixProducts.SubtractTransposeTimes(block, Rest(y?.SelectRows(i, block.Rows), made), sum, rows.Workers);
        }

        Negate(sum);
        MatrixProducts.SolveForward(triangle, sum, rows.Workers);
        return sum;
    }

    private Matrix Back(Matrix gamma)
    {
        var alpha = Matrix.Wrap((double[])gamma.Data.Clone(), gamma.Rows, gamma.Columns);
        MatrixProducts.SolveBackward(triangle, alpha, rows.Workers);
        return alpha;
    }

    private static void Negate(Matrix sum)
    {
        for (var i = 0; i < sum.Data.Length; i++)
        {
            sum.Data[i] = -sum.Data[i];
        }
    }
}
