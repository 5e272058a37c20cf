using HadamardNtk.Core;

namespace HadamardNtk;

/// <summary>
/// Computes P⁻¹ V with P = F Fᵀ + s I, where F is that of a partial factorization of K. With [Q; Q′] R = [F; √s I] it
/// is (V − Q Qᵀ V)/s, where the columns of [Q; Q′] are orthonormal to rounding. The preconditioner changes the number
/// of steps, never the solution.
/// </summary>
internal sealed class Preconditioner
{
    private readonly Matrix _q;
    private readonly double _shift;
    private readonly Workers _workers;

    private Preconditioner(Matrix q, double shift, Workers workers) => (_q, _shift, _workers) = (q, shift, workers);

    /// <summary>The preconditioner of K + r I.</summary>
    /// <param name="partial">K's partial factorization; its memory may be overwritten.</param>
    /// <param name="ridge">The ridge r.</param>
    /// <param name="workers">The threads.</param>
    internal static Preconditioner Of(PartialCholesky partial, double ridge, Workers workers)
    {
        var shift = Shift(partial, ridge);
        var q = partial.Transposed;
        if (q.Rows > 0)
        {
            Orthogonalize(q, shift, workers);
        }

        return new(q, shift, workers);
    }

    /// <summary>P⁻¹ V, n × C, in memory of its own.</summary>
    internal Matrix Apply(Matrix v)
    {
        var applied = _q.Rows > 0
            ? ThinProjection.Apply(_q, v, _workers)
            : Matrix.Wrap((double[])v.Data.Clone(), v.Rows, v.Columns);
        for (var i = 0; i < applied.Data.Length; i++)
        {
            applied.Data[i] /= _shift;
        }

        return applied;
    }

    // The shift s is the ridge and half the mean eigenvalue of the remainder of K. F Fᵀ + r I alone takes half as many
    // steps again (105, not 68, on 5000 images of digits at rank 500), and a factor of two or three on the mean hardly
    // matters. Below k 2⁻⁵² tr K, F Fᵀ + s I would not be known to be positive definite. Below 1e-10 of the mean
    // eigenvalue, V − Q Qᵀ V would have few digits where F Fᵀ is all of K.
    private static double Shift(PartialCholesky partial, double ridge)
    {
        var shift = Math.Max(
            ridge + 0.5 * partial.Rest.Sum() / partial.Count,
            Math.Max(Roundoff.ofSum(partial.Rank), 1e-10 / partial.Count) * partial.Trace);
        return shift > 0 ? shift : 1;
    }

    // The columns are multiplied twice by the inverse Cholesky factor of their inner products. The second time they are
    // already nearly orthogonal.
    private static void Orthogonalize(Matrix q, double shift, Workers workers)
    {
        var below = Identity(q.Rows, Math.Sqrt(shift));
        for (var turn = 0; turn < 2; turn++)
        {
            var products = MatrixProducts.LowerSquares(q, below, workers);
            MatrixProducts.Factor(products, workers);
            MatrixProducts.SolveForward(products, q, workers);
            MatrixProducts.SolveForward(products, below, workers);
        }
    }

    private static Matrix Identity(int order, double times)
    {
        var identity = Matrix.Wrap(new double[order * order], order, order);
        MatrixProducts.AddToDiagonal(identity, times);
        return identity;
    }
}
