namespace HadamardNtk;

/// <summary>
/// A power of two for each output, which brings its largest target into [1, 2). A solver squares and adds numbers of
/// that size for targets of any size. Its bits are those without a scale as long as nothing overflows or vanishes.
/// </summary>
internal sealed class TargetScale
{
    private readonly int[] _exponents;

    private readonly VarianceScale _variance;

    private TargetScale(int[] exponents, VarianceScale variance) => (_exponents, _variance) = (exponents, variance);

    /// <summary>The scale of y, n × C finite numbers, and the scale of variances that scores have.</summary>
    internal static TargetScale Of(Matrix y, VarianceScale variance = VarianceScale.Unit)
    {
        var largest = new double[y.Columns];
        for (var t = 0; t < y.Data.Length; t++)
        {
            ref var most = ref largest[t % y.Columns];
            most = Math.Max(most, Math.Abs(y.Data[t]));
        }

        return new(Array.ConvertAll(largest, most => most > 0 ? Math.ILogB(most) : 0), variance);
    }

    /// <summary>The scale of targets that stay as they are.</summary>
    internal static TargetScale Plain(Matrix y, VarianceScale variance) => new(new int[y.Columns], variance);

    /// <summary>The targets in units of the scale.</summary>
    internal Matrix Scaled(Matrix y) => Times(y, -1);

    /// <summary>The numbers whose values in units of the scale are given.</summary>
    internal Matrix Restored(Matrix scaled) => Times(scaled, 1);

    /// <summary>
    /// √(mean over n samples and all outputs), from each output's sum of squares in units of the scale.
    /// </summary>
    internal double RootMeanSquare(double[] squares, int samples)
    {
        var top = _exponents.Where((_, c) => squares[c] > 0).DefaultIfEmpty(0).Max();
        var sum = squares.Select((square, c) => Math.ScaleB(square, 2 * (_exponents[c] - top))).Sum();
        return Math.ScaleB(Math.Sqrt(sum / (samples * (double)squares.Length)), top);
    }

    /// <summary>
    /// The part of −2 log p(y) that depends on y, summed over the outputs, from the quadratic form q = yᵀ(K + r I)⁻¹y
    /// of each in units of the scale: q where variances have unit scale, and q/s² + n log s² = n (1 + log s²) at
    /// s² = q/n, NaN if that is 0.
    /// </summary>
    internal double Misfit(double[] forms, int samples) => forms.Select((form, c) =>
        _variance == VarianceScale.Unit ? Math.ScaleB(form, 2 * _exponents[c])
        : form > 0 ? samples * (1 + Math.Log(form / samples) + 2 * _exponents[c] * Math.Log(2))
        : double.NaN).Sum();

    /// <summary>
    /// s = √(q/n) of each output, from the quadratic form q = yᵀ(K + r I)⁻¹y in units of the scale; null where
    /// variances have unit scale.
    /// </summary>
    /// <exception cref="ArithmeticException">A form is below 0 by rounding, or s is beyond float64.</exception>
    internal double[]? Deviations(Func<double[]> forms, int samples) => _variance == VarianceScale.Unit
        ? null
        : [.. forms().Select((form, c) => Known(Math.ScaleB(Math.Sqrt(form / samples), _exponents[c]), form, c))];

    private static double Known(double deviation, double form, int output) =>
        double.IsFinite(deviation) && (deviation > 0 || form == 0)
            ? deviation
            : throw new ArithmeticException(
                $"expected a scale of variances y^T (K + r I)^-1 y / n of at least 0 for output {output} (counted from "
                + $"0); rounding gave {deviation:G3} for its root; raise the ridge, or take the unit scale");

    private Matrix Times(Matrix m, int sign)
    {
        var scaled = new double[m.Data.Length];
        for (var t = 0; t < scaled.Length; t++)
        {
            scaled[t] = Math.ScaleB(m.Data[t], sign * _exponents[t % m.Columns]);
        }

        return Matrix.Wrap(scaled, m.Rows, m.Columns);
    }
}
