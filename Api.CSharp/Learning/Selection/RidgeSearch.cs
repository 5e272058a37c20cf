namespace HadamardNtk;

/// <summary>The search for the ridge that a criterion prefers, along the eigenvalues of K.</summary>
internal static class RidgeSearch
{
    // The ridges that are tried first, in units of the mean eigenvalue: half a decade from one to the next.
    private const double LeastExponent = -14;
    private const double GreatestExponent = 4;
    private const double Step = 0.5;

    // The search between neighbors of the best ends when log10 r is known to this.
    private const double Resolution = 1e-3;

    private static readonly double Golden = (Math.Sqrt(5) - 1) / 2;

    /// <summary>The ridge with the greatest score.</summary>
    /// <param name="mean">The mean eigenvalue of K.</param>
    /// <param name="score">The score of an absolute ridge; NaN where there is none.</param>
    /// <exception cref="ArithmeticException">There is no score at any ridge.</exception>
    internal static double Best(double mean, Func<double, double> score)
    {
        double At(double exponent) => score(mean * Math.Pow(10, exponent)) is var found && double.IsNaN(found)
            ? double.NegativeInfinity
            : found;
        var count = (int)((GreatestExponent - LeastExponent) / Step) + 1;
        var best = Enumerable.Range(0, count)
            .Select(k => LeastExponent + (k * Step))
            .Select(exponent => (Exponent: exponent, Score: At(exponent)))
            .MaxBy(tried => tried.Score);
        return double.IsFinite(best.Score)
            ? mean * Math.Pow(10, Between(best, At))
            : throw new ArithmeticException(
                "no ridge from 1e-14 to 1e4 of K's mean diagonal has a finite score, as where K or the targets are 0 or "
                + "beyond float64; give a ridge");
    }

    // Golden sections between the neighbors of the best point, or between it and the one neighbor of an end. The best
    // point is never left for a worse one.
    private static double Between((double Exponent, double Score) best, Func<double, double> score)
    {
        var left = Math.Max(LeastExponent, best.Exponent - Step);
        var right = Math.Min(GreatestExponent, best.Exponent + Step);
        while (right - left > Resolution)
        {
            var (lower, upper) = (right - (Golden * (right - left)), left + (Golden * (right - left)));
            var (below, above) = (score(lower), score(upper));
            best = below > best.Score ? (lower, below) : best;
            best = above > best.Score ? (upper, above) : best;
            (left, right) = below > above ? (left, upper) : (lower, right);
        }

        return best.Exponent;
    }
}
