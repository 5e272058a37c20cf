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

    /// <summary>
    /// Computes Φᵀ from K[:, S] in blocks of rows, or at once where other machines compute the kernels.
    /// </summary>
    internal static KeptFeatures Of(KernelRows rows, KernelRows centers, Matrix triangle)
    {
        if (rows.IsElsewhere)
        {
            var whole = centers.Cross(rows);
            MatrixProducts.SolveForward(triangle, whole, rows.Workers);
            return new(whole, rows.Workers);
        }

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
