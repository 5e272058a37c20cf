using HadamardNtk.Core;

namespace HadamardNtk;

/// <summary>
/// The partial Cholesky factorization K ≈ F Fᵀ with F n × k, of k steps at the pivots S: F Fᵀ = K[:, S] K[S, S]⁻¹ K[S,
/// :]. The remainder K − F Fᵀ is positive semidefinite. The factorization holds k n numbers.
/// </summary>
/// <remarks>
/// Each pivot is drawn with a probability proportional to its diagonal entry of the remainder. A block of pivots is
/// proposed at once. Rejection keeps those that the same draws one after the other would have kept: proposal i, whose
/// entry was u, is kept with probability h/u if its entry of the remainder is now h.
/// Source: Chen, Epperly, Tropp and Webber (2022); Epperly, Tropp and Webber, Embrace rejection (2024).
/// </remarks>
internal sealed class PartialCholesky
{
    /// <summary>The number of pivots that are proposed at once.</summary>
    internal const int Block = 96;

    private readonly double[] _rows;
    private readonly double[] _least;
    private readonly List<int> _pivots = [];

    private PartialCholesky(int count, int rank, double[] diagonal)
    {
        (Count, _rows, Rest) = (count, new double[(long)count * rank], (double[])diagonal.Clone());
        (_least, Trace) = (Array.ConvertAll(diagonal, d => Roundoff.ofSum(count) * d), diagonal.Sum());
    }

    /// <summary>n, the number of samples.</summary>
    internal int Count { get; }

    /// <summary>S, all different, in the order of the steps.</summary>
    internal IReadOnlyList<int> Pivots => _pivots;

    /// <summary>k, the number of pivots.</summary>
    internal int Rank => _pivots.Count;

    /// <summary>Fᵀ, k × n, without the memory that is not used.</summary>
    internal Matrix Transposed =>
        Matrix.Wrap(_rows.Length == Rank * Count ? _rows : _rows[..(Rank * Count)], Rank, Count);

    /// <summary>L = F[S, :], k × k: lower triangular with K[S, S] = L Lᵀ.</summary>
    internal Matrix Triangle()
    {
        var upper = Chosen([.. _pivots]);
        var lower = new double[Rank * Rank];
        Transposition.Copy<double>(upper.Data, Rank, Rank, Rank, lower, Rank);
        return Matrix.Wrap(lower, Rank, Rank);
    }

    /// <summary>The diagonal of K − F Fᵀ. Entries below n 2⁻⁵² of those of K are rounding and are set to 0.</summary>
    internal double[] Rest { get; }

    /// <summary>The trace of K.</summary>
    internal double Trace { get; }

    /// <summary>Takes steps until there are this many, or until nothing remains of K.</summary>
    internal static PartialCholesky Draw(KernelRows kernel, int rank, long seed, IProgress<double>? progress)
    {
        var partial = new PartialCholesky(kernel.Count, rank, kernel.Diagonal());
        var draws = new PivotDraws(seed);
        while (partial.Rank < rank)
        {
            var proposed = draws.Choose(partial.Rest, Math.Min(Block, rank - partial.Rank));
            if (proposed.Length == 0)
            {
                break;
            }

            partial.Take(kernel, partial.Kept(kernel, proposed, draws, out var triangle), triangle);
            progress?.Report(partial.Rank / (double)rank);
        }

        return partial;
    }

    /// <summary>The proposals that are kept, and the L for which L Lᵀ is the remainder of K between them.</summary>
    private int[] Kept(KernelRows kernel, int[] proposed, PivotDraws draws, out Matrix triangle)
    {
        var left = kernel.Only(proposed).Gram();
        var known = Chosen(proposed);
        MatrixProducts.SubtractTransposeTimes(known, known, left, kernel.Workers);
        var first = Array.ConvertAll(proposed, s => Rest[s]);
        var kept = new List<int>();
        for (var i = 0; i < proposed.Length; i++)
        {
            var pivot = left.Data[i * left.Columns + i];
            if (!(pivot > _least[proposed[i]]))
            {
                Rest[proposed[i]] = 0;
            }
            else if (draws.Next() * first[i] < pivot)
            {
                kept.Add(i);
                Eliminate(left, i, Math.Sqrt(pivot));
            }
        }

        if (kept.Count == 0)
        {
            // Nothing was eliminated, so this is still the remainder of K between the proposals. The next round starts
            // from its diagonal, so that the loop comes to an end.
            LowerTo(left, proposed);
        }

        triangle = Triangle(left, kept);
        return [.. kept.Select(i => proposed[i])];
    }

    private void LowerTo(Matrix left, int[] proposed)
    {
        for (var i = 0; i < proposed.Length; i++)
        {
            ref var rest = ref Rest[proposed[i]];
            rest = Math.Min(rest, left.Data[i * left.Columns + i]);
        }
    }

    // Column i becomes a column of the factor, and its products are subtracted from the columns to the right of it.
    private static void Eliminate(Matrix left, int i, double root)
    {
        var (a, n) = (left.Data, left.Columns);
        for (var j = i; j < n; j++)
        {
            a[j * n + i] /= root;
        }

        for (var j = i + 1; j < n; j++)
        {
            for (var k = i + 1; k <= j; k++)
            {
                a[j * n + k] -= a[j * n + i] * a[k * n + i];
            }
        }
    }

    private static Matrix Triangle(Matrix left, List<int> kept)
    {
        var l = new double[kept.Count * kept.Count];
        for (var i = 0; i < kept.Count; i++)
        {
            for (var j = 0; j <= i; j++)
            {
                l[i * kept.Count + j] = left.Data[kept[i] * left.Columns + kept[j]];
            }
        }

        return Matrix.Wrap(l, kept.Count, kept.Count);
    }

    /// <summary>Appends L⁻¹ (K[T, :] − F[T, :] Fᵀ) to Fᵀ, where T holds the pivots that were kept.</summary>
    private void Take(KernelRows kernel, int[] kept, Matrix triangle)
    {
        if (kept.Length == 0)
        {
            return;
        }

        var added = kernel.Only(kept).Cross(kernel);
        Subtract(Chosen(kept), added, kernel.Workers);
        MatrixProducts.SolveForward(triangle, added, kernel.Workers);
        added.Data.CopyTo(_rows.AsSpan(Rank * Count));
        for (var k = 0; k < kept.Length; k++)
        {
            LowerRest(added.Row(k));
        }

        _pivots.AddRange(kept);
        Array.ForEach(kept, s => Rest[s] = 0);
    }

    private void LowerRest(ReadOnlySpan<double> row)
    {
        for (var i = 0; i < Rest.Length; i++)
        {
            var rest = Rest[i] - row[i] * row[i];
            Rest[i] = rest > _least[i] ? rest : 0;
        }
    }

    // The columns of Fᵀ for some samples, k × m.
    private Matrix Chosen(int[] samples)
    {
        var columns = new double[Rank * samples.Length];
        for (var p = 0; p < Rank; p++)
        {
            for (var k = 0; k < samples.Length; k++)
            {
                columns[p * samples.Length + k] = _rows[p * Count + samples[k]];
            }
        }

        return Matrix.Wrap(columns, Rank, samples.Length);
    }

    private unsafe void Subtract(Matrix known, Matrix from, Workers workers)
    {
        fixed (double* f = _rows, a = known.Data, c = from.Data)
        {
            Product.Subtract(
                new MatrixView<double>(a, known.Rows, known.Columns, known.Columns).Transpose,
                new MatrixView<double>(f, Rank, Count, Count).Transpose,
                new(c, from.Rows, Count, Count), workers);
        }
    }
}
