namespace HadamardNtk;

/// <summary>
/// A power of two for each output, which brings its largest target into [1, 2). A solver squares and adds numbers of
/// that size for targets of any size. Its bits are those without a scale as long as nothing overflows or vanishes.
/// </summary>
internal sealed class TargetScale
{
    private readonly int[] _exponents;

    private TargetScale(int[] exponents) => _exponents = exponents;

    /// <summary>The scale of y, n × C finite numbers.</summary>
    internal static TargetScale Of(Matrix y)
    {
        var largest = new double[y.Columns];
        for (var t = 0; t < y.Data.Length; t++)
        {
            ref var most = ref largest[t % y.Columns];
            most = Math.Max(most, Math.Abs(y.Data[t]));
        }

        return new(Array.ConvertAll(largest, most => most > 0 ? Math.ILogB(most) : 0));
    }

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

    /// <summary>The sum over the outputs of one quadratic form for each, given in units of the scale.</summary>
    internal double Sum(double[] forms) => forms.Select((form, c) => Math.ScaleB(form, 2 * _exponents[c])).Sum();

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
