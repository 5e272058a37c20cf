namespace HadamardNtk;

/// <summary>The mean of a sample with its spread.</summary>
/// <param name="Mean">The mean; NaN without values.</param>
/// <param name="Deviation">
/// The standard deviation of one value, √(Σ (v − mean)²/(J − 1)) of J values; NaN of fewer than two.
/// </param>
/// <param name="Count">J, the number of values.</param>
internal readonly record struct SampleMean(double Mean, double Deviation, int Count)
{
    /// <summary>The standard error of the mean, Deviation/√J.</summary>
    internal double Error => Deviation / Math.Sqrt(Count);

    /// <summary>The mean and the deviation of values.</summary>
    internal static SampleMean Of(IEnumerable<double> values)
    {
        double[] all = [.. values];
        var mean = all.DefaultIfEmpty(double.NaN).Average();
        return new(
            mean, all.Length < 2 ? double.NaN : Math.Sqrt(all.Sum(v => (v - mean) * (v - mean)) / (all.Length - 1)),
            all.Length);
    }
}
