namespace HadamardNtk;

/// <summary>
/// K ≈ F Fᵀ with F n × k: k steps of Cholesky's factorisation at pivots S, F Fᵀ = K[:, S] K[S, S]⁻¹ K[S, :]. What is left,
/// K − F Fᵀ, is positive semidefinite. Holds k n numbers.
/// </summary>
/// <remarks>
/// Pivots are drawn, each with the probability that is its share of the diagonal of what is left. A block of them is
/// proposed at once and those are kept that the same draws one after the other would have kept, by rejection: proposal i,
/// whose entry was u, is kept with probability h/u when h is left of it.
/// Source: Chen, Epperly, Tropp and Webber (2022); Epperly, Tropp and Webber, Embrace rejection (2024).
/// </remarks>
internal sealed class PartialCholesky
{
    /// <summary>Pivots that are proposed at once.</summary>
    internal const int Block = 96;

    private readonly double[] _rows;
    private readonly double[] _least;
    private readonly List<int> _pivots = [];

    private PartialCholesky(int count, int rank, double[] diagonal)
    {
        (Count, _rows, Rest) = (count, new double[(long)count * rank], (double[])diagonal.Clone());
        (_least, Trace) = (Array.ConvertAll(diagonal, d => count * Math.Pow(2, -52) * d), diagonal.Sum());
    }

    /// <summary>n.</summary>
    internal int Count { get; }

    /// <summary>S, none twice, in the order of the steps.</summary>
    internal IReadOnlyList<int> Pivots => _pivots;

    /// <summary>k.</summary>
    internal int Rank => _pivots.Count;

    /// <summary>Fᵀ, k × n, a copy without the room that was not used.</summary>
    internal Matrix Transposed => new(Rank, Count, _rows.Length == Rank * Count ? _rows : _rows[..(Rank * Count)]);

    /// <summary>L = F[S, :], k × k: lower triangular with K[S, S] = L Lᵀ.</summary>
    internal Matrix Triangle()
    {
        var upper = Chosen([.. _pivots]);
        var lower = new double[Rank * Rank];
        Transposition.Copy<double>(upper.Data, Rank, Rank, Rank, lower, Rank);
        return new(Rank, Rank, lower);
    }

    /// <summary>The diagonal of K − F Fᵀ; 0 where it is rounding, below n 2⁻⁵² of K's.</summary>
    internal double[] Rest { get; }

    /// <summary>tr K.</summary>
    internal double Trace { get; }

    /// <summary>At most so many steps, fewer where nothing is left.</summary>
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

    /// <summary>Those of the proposals that are kept, and L with L Lᵀ what is left of K between them.</summary>
    private int[] Kept(KernelRows kernel, int[] proposed, PivotDraws draws, out Matrix triangle)
    {
        var left = kernel.Square(proposed);
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
            // Nothing was eliminated, so this is what is left of them: the next round starts from it, and comes to an end.
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

    // Column i becomes the factor's, and its products leave what is right of it.
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

        return new(kept.Count, kept.Count, l);
    }

    /// <summary>Adds L⁻¹ (K[T, :] − F[T, :] Fᵀ) to Fᵀ.</summary>
    private void Take(KernelRows kernel, int[] kept, Matrix triangle)
    {
        if (kept.Length == 0)
        {
            return;
        }

        var added = kernel.Rows(kept);
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

    // Columns of Fᵀ: k × m.
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

        return new(Rank, samples.Length, columns);
    }

    private unsafe void Subtract(Matrix known, Matrix from, Workers workers)
    {
        fixed (double* f = _rows, a = known.Data, c = from.Data)
        {
            Product.Subtract(
                new MatrixView(a, known.Rows, known.Columns, known.Columns).Transpose, new MatrixView(f, Rank, Count, Count).Transpose,
                new(c, from.Rows, Count, Count), workers);
        }
    }
}
