using static TorchSharp.torch;

namespace HadamardNtk;

/// <summary>
/// Mehler's series on tensors, T = Σ a_k(q1) a_k(q2) ρ^k, by Horner's rule. For a matrix, the number of terms suffices
/// for all pairs but a few. These are not a number, and are computed again in a list. A pair of a list whose tail is
/// too long at every rung is not a number either.
/// </summary>
internal static class TensorSeries
{
    /// <summary>At most one pair of a matrix in this number may be left to a list.</summary>
    private const int Few = 64;

    /// <summary>The series of table t at the correlations ρ, which are kept.</summary>
    internal static Tensor Sum(TensorPairs pairs, int t, Tensor rho, bool single)
    {
        using var scope = NewDisposeScope();
        var (size, left) = (rho.abs(), pairs.IsList ? 0 : rho.numel() / Few);
        var (terms, limit) = Rung(pairs, t, size, left, Rungs.Tolerance(single));
        var sum = Horner(pairs, t, rho, terms);
        var beyond = pairs.IsList && terms == Rungs.Terms[^1]
            ? TooLong(pairs, t, size, Rungs.Tolerance(single))
            : Held.With(limit, size.gt);
        return sum.masked_fill_(beyond, Held.NaN).MoveToOuterDisposeScope();
    }

    // Finds the first rung at which |ρ|^K √(t_K t'_K) is below the tolerance for all pairs but a few. It bisects,
    // because each test waits for the device.
    private static (int Terms, double Limit) Rung(TensorPairs pairs, int t, Tensor size, long left, double tolerance)
    {
        var (from, to) = (0, Rungs.Count - 1);
        while (from < to)
        {
            var middle = (from + to) / 2;
            (from, to) = Count(size, Limit(pairs, t, middle, tolerance)) <= left ? (from, middle) : (middle + 1, to);
        }

        return (Rungs.Terms[from], Limit(pairs, t, from, tolerance));
    }

    private static double Limit(TensorPairs pairs, int t, int rung, double tolerance)
    {
        var tail = pairs.GreatestTail(t, rung);
        return tail > 0 ? Math.Pow(tolerance / tail, 1.0 / Rungs.Terms[rung]) : double.PositiveInfinity;
    }

    private static long Count(Tensor size, double limit)
    {
        using var scope = NewDisposeScope();
        return TensorTransfer.Download<long>(Held.With(limit, size.gt).sum())[0];
    }

    private static Tensor TooLong(TensorPairs pairs, int t, Tensor size, double tolerance) =>
        Held.With(tolerance, Held.With((double)Rungs.Terms[^1], size.pow)
            .mul_(pairs.OfRow(pairs.Rows.Tables[t]!.LastTails))
            .mul_(pairs.OfColumn(pairs.Columns.Tables[t]!.LastTails))
            .gt);

    private static Tensor Horner(TensorPairs pairs, int t, Tensor rho, int terms)
    {
        var (own, other) = (pairs.Rows.Tables[t]!, pairs.Columns.Tables[t]!);
        var last = Math.Min(own.StoredOf(terms), other.StoredOf(terms)) - 1;
        var (rows, columns) = (
            pairs.OfRow(own.Coefficients.narrow(0, 0, last + 1)),
            pairs.OfColumn(other.Coefficients.narrow(0, 0, last + 1)));
        var x = own.Step == 2 ? rho.mul(rho) : rho;
        var sum = zeros_like(rho);
        for (var k = last; k >= 0; k--)
        {
            using var term = NewDisposeScope();
            sum.mul_(x).addcmul_(rows.select(0, k), columns.select(0, k), Held.One);
        }

        return own.First == 1 ? sum.mul_(rho) : sum;
    }
}
