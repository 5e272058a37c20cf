namespace HadamardNtk;

/// <summary>
/// Rounds samples to the precision that a model keeps them in. They are rounded before the fit, so that the model is
/// fitted on the samples that it keeps.
/// </summary>
internal static class KeptSamples
{
    // Rounding to float32 moves a row by at most 2^-24 of its size. It loses more only outside float32's range.
    private static readonly double MostLost = Math.ScaleB(1, -23);

    // The largest part of the targets' spread by which rounding the samples may move a prediction.
    private const double MostMoved = 1e-3;

    private const int Tried = 512;

    /// <summary>The rows in the precision that they are kept in.</summary>
    /// <exception cref="ArgumentException">A row is beyond float32's range.</exception>
    internal static Matrix Round(Matrix rows, Precision precision)
    {
        if (precision == Precision.Float64)
        {
            return rows;
        }

        var kept = Matrix.Wrap(Array.ConvertAll(rows.Data, v => (double)(float)v), rows.Rows, rows.Columns);
        for (var i = 0; i < rows.Rows; i++)
        {
            RequireKept(rows.Row(i), kept.Row(i), i);
        }

        return kept;
    }

    /// <summary>Whether every number is representable in this precision.</summary>
    internal static bool AreOf(Matrix rows, Precision precision) =>
        precision == Precision.Float64 || Array.TrueForAll(rows.Data, v => v == (float)v);

    /// <summary>Requires that the model predicts nearly the same at the given rows as at the kept ones.</summary>
    /// <param name="y">The targets of the rows.</param>
    /// <param name="given">Computes the model's predictions at some training rows before they are rounded.</param>
    /// <param name="kept">Computes its predictions at the same rows as it keeps them.</param>
    /// <exception cref="ArithmeticException">A prediction moves by more than is allowed.</exception>
    internal static void RequireSame(Matrix y, Func<int[], Matrix> given, Func<int[], Matrix> kept)
    {
        int[] tried =
        [
            .. Enumerable.Range(0, Math.Min(Tried, y.Rows))
                .Select(k => (int)((long)k * y.Rows / Math.Min(Tried, y.Rows))),
        ];
        var (here, there) = (given(tried), kept(tried));
        for (var c = 0; c < y.Columns; c++)
        {
            var moved = Enumerable.Range(0, tried.Length).Max(i => Math.Abs(here[i, c] - there[i, c]));
            var allowed = MostMoved * Spread(y, c);
            if (!(moved <= allowed))
            {
                throw new ArithmeticException(
                    $"to round the samples to float32 moves predictions at training rows by up to {moved:G3}, " +
                    $"more than {allowed:G3}, a thousandth of the targets' spread; " +
                    "keep the samples in float64, center the rows or raise the ridge");
            }
        }
    }

    // Half the range of the targets of an output. If they are all equal, it is the size of one.
    private static double Spread(Matrix y, int c)
    {
        var column = Enumerable.Range(0, y.Rows).Select(i => y[i, c]).ToArray();
        var spread = column.Max() / 2 - column.Min() / 2;
        return spread > 0 ? spread : Math.Abs(column[0]);
    }

    /// <summary>Requires that a row is within float32's range.</summary>
    /// <exception cref="ArgumentException">It is beyond it.</exception>
    internal static void RequireKept(ReadOnlySpan<double> row, ReadOnlySpan<double> kept, int index)
    {
        var (most, lost) = (0.0, 0.0);
        for (var j = 0; j < row.Length; j++)
        {
            most = Math.Max(most, Math.Abs(row[j]));
            lost = Math.Max(lost, Math.Abs(row[j] - kept[j]));
        }

        if (!(lost <= MostLost * most))
        {
            throw new ArgumentException(
                $"Expected samples within float32's range; row {index} (counted from 0) has a largest number of " +
                $"{most:G3}, which float32 does not hold. " +
                "Keep the samples in float64, or scale them.");
        }
    }
}
