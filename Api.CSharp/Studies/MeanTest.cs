using MathNet.Numerics.Distributions;

namespace HadamardNtk;

/// <summary>
/// The test of Student's t whether a mean, or a difference of two means, is above or below 0. Its level is that of two
/// standard deviations of a normal distribution: a value of 0 is taken for one above 0 in 2.3 percent of all cases,
/// however few values the mean is of.
/// </summary>
/// <param name="Value">The mean or the difference.</param>
/// <param name="Error">Its standard error.</param>
/// <param name="Freedom">The degrees of freedom of the error.</param>
internal readonly record struct MeanTest(double Value, double Error, double Freedom)
{
    // The probability that a normal variable is below its mean plus two standard deviations.
    private const double Level = 0.97724986805182079;

    /// <summary>The number of standard errors that count: 2.87 of 5 values, 2.14 of 20, 2 of very many.</summary>
    internal double Quantile => Freedom > 0 ? StudentT.InvCDF(0, 1, Freedom, Level) : double.NaN;

    /// <summary>The greatest value, up or down, that may be chance.</summary>
    internal double Bound => Error == 0 ? 0 : Quantile * Error;

    /// <summary>
    /// Found where the value is above 0 by more than chance, not found where it is below 0 by more than chance, and
    /// else reported.
    /// </summary>
    internal ClaimVerdict Verdict => Value > Bound ? ClaimVerdict.Found
        : Value < -Bound ? ClaimVerdict.NotFound
        : ClaimVerdict.Reported;

    /// <summary>The same test of the value with the other sign.</summary>
    internal MeanTest Opposite => this with { Value = -Value };

    /// <summary>Whether a mean is above 0, with J − 1 degrees of freedom.</summary>
    internal static MeanTest Of(SampleMean mean) => new(mean.Mean, mean.Error, mean.Count - 1);

    /// <summary>
    /// Whether one mean is above another. The error is √(e² + f²) of both errors, and its degrees of freedom are those
    /// of Welch, (e² + f²)²/(e⁴/(J − 1) + f⁴/(K − 1)).
    /// </summary>
    internal static MeanTest Between(SampleMean greater, SampleMean less)
    {
        var (one, other) = (greater.Error * greater.Error, less.Error * less.Error);
        var freedom = (one + other) * (one + other)
            / ((one * one / (greater.Count - 1)) + (other * other / (less.Count - 1)));
        return new(greater.Mean - less.Mean, Math.Sqrt(one + other), freedom);
    }

    /// <summary>Whether all means are above 0; not found if one is below 0 by more than chance.</summary>
    internal static ClaimVerdict Above(IEnumerable<SampleMean> means) => All(means.Select(mean => Of(mean).Verdict));

    /// <summary>The verdict on all of several: not found if one is not, and found if all are.</summary>
    internal static ClaimVerdict All(IEnumerable<ClaimVerdict> verdicts)
    {
        ClaimVerdict[] all = [.. verdicts];
        return all.Contains(ClaimVerdict.NotFound) ? ClaimVerdict.NotFound
            : all.Contains(ClaimVerdict.Reported) ? ClaimVerdict.Reported
            : ClaimVerdict.Found;
    }

    /// <summary>The rule in a sentence's end, for means of some number of values.</summary>
    internal static string Rule(int count) =>
        $"{StudyNumbers.Text(new MeanTest(0, 1, count - 1).Quantile)} standard errors count (Student's t)";
}
