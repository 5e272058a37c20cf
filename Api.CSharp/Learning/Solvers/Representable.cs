namespace HadamardNtk;

/// <summary>Requires that float64 can hold the result of a fit.</summary>
internal static class Representable
{
    // Float64 has fewer than 53 bits below this number.
    private static readonly double LeastNormal = Math.ScaleB(1, -1022);

    /// <summary>Requires finite weights with all their bits, and finite scores.</summary>
    /// <exception cref="ArithmeticException">One of these does not hold; the message says what to scale.</exception>
    internal static void Require(Solution solution, Matrix targets)
    {
        if (!Array.TrueForAll(solution.Weights.Data, double.IsFinite))
        {
            throw NotFinite();
        }

        if (IsInfinite(solution.LeaveOneOutRmse) || IsInfinite(solution.LogMarginalLikelihood))
        {
            throw new ArithmeticException(
                "the leave-one-out error or the log marginal likelihood is not finite; " +
                "scale the targets down or raise the ridge");
        }

        RequireNoUnderflow(solution.Weights, targets);
    }

    /// <summary>The error of a solver whose numbers are not finite.</summary>
    internal static ArithmeticException NotFinite() =>
        new("the weights (K + r I)^-1 y are not finite; scale the targets down or raise the ridge");

    private static bool IsInfinite(double? score) => score is { } known && double.IsInfinity(known);

    private static void RequireNoUnderflow(Matrix weights, Matrix targets)
    {
        var (most, wanted) = (Largest(weights), Largest(targets));
        for (var c = 0; c < most.Length; c++)
        {
            if (most[c] > 0 && most[c] < LeastNormal && wanted[c] >= LeastNormal)
            {
                throw new ArithmeticException(
                    $"the weights (K + r I)^-1 y of output {c} (counted from 0) are too small for float64, " +
                    $"{most[c]:G3}; scale the targets up or the samples down");
            }
        }
    }

    private static double[] Largest(Matrix m)
    {
        var largest = new double[m.Columns];
        for (var t = 0; t < m.Data.Length; t++)
        {
            ref var most = ref largest[t % m.Columns];
            most = Math.Max(most, Math.Abs(m.Data[t]));
        }

        return largest;
    }
}
