using HadamardNtk.Core;

namespace HadamardNtk;

/// <summary>
/// The transform of every row before a kernel sees it: centering by the training mean, then scaling to unit norm. A
/// centered number within rounding of the mean is 0, since rounding has no direction.
/// </summary>
internal sealed record RowTransform(double[]? Mean, bool Unit) : Preparation<Matrix>
{
    // The bound on rounding is half a unit in the last place each for the number, the mean and their difference.
    private static readonly double Rounding = 1.5 * Roundoff.epsilon;

    internal static RowTransform Learn(Matrix x, bool center, bool unit)
    {
        var transform = new RowTransform(center ? ColumnMeans.Of(x) : null, unit);
        if (center)
        {
            transform.RequireDifferences(x);
        }

        return transform;
    }

    internal override int Features(Matrix samples) => samples.Columns;

    /// <summary>The transformed rows, always in memory of their own.</summary>
    internal override Matrix Apply(Matrix x)
    {
        var data = (double[])x.Data.Clone();
        for (var i = 0; i < x.Rows; i++)
        {
            ApplyTo(data.AsSpan(i * x.Columns, x.Columns));
        }

        return Matrix.Wrap(data, x.Rows, x.Columns);
    }

    internal override Matrix Round(Matrix prepared, Precision precision) => KeptSamples.Round(prepared, precision);

    internal override void RequireAlike(Matrix x, Matrix training)
    {
        if (x.Columns != training.Columns)
        {
            throw new ArgumentException(
                $"Expected {training.Columns} features, as in training; the samples have {x.Columns}.", nameof(x));
        }
    }

    // The row that fails may be zero and no duplicate: centering makes a row zero that equals the mean.
    internal override NotPositiveDefiniteException Explain(NotPositiveDefiniteException refusal, Matrix samples)
    {
        var row = refusal.LeadingMinor - 1;
        if (row >= samples.Rows || samples.Row((int)row).ContainsAnyExcept(0.0))
        {
            return refusal;
        }

        var which = samples.Rows == 1 ? "the only row" : $"row {row} (counted from 0)";
        return refusal.With(Mean is not null
            ? $"{which} is zero once the mean of all rows is taken from it; " +
                "raise the ridge, or leave the centering out"
            : $"{which} is zero; raise the ridge, give dense layers a bias, or leave the row out");
    }

    /// <summary>Transforms one row in place.</summary>
    internal void ApplyTo(Span<double> row)
    {
        for (var j = 0; Mean is not null && j < row.Length; j++)
        {
            row[j] = Centered(row[j], Mean[j]);
        }

        if (Unit)
        {
            // The row is divided by its largest entry first, so that no square overflows or vanishes.
            Divide(row, Largest(row));
            Divide(row, Math.Sqrt(RowProducts.Dot(row, row)));
        }
    }

    private static double Centered(double value, double mean)
    {
        var difference = value - mean;
        return Math.Abs(difference) <= Rounding * Math.Max(Math.Abs(value), Math.Abs(mean)) ? 0 : difference;
    }

    private void RequireDifferences(Matrix x)
    {
        for (var t = 0; t < x.Data.Length; t++)
        {
            if (Centered(x.Data[t], Mean![t % x.Columns]) != 0)
            {
                return;
            }
        }

        throw new ArgumentException(
            "Expected training rows that differ, for centering; " +
            $"{(x.Rows == 1 ? "there is one row" : $"all {x.Rows} are equal but for rounding")}, " +
            "so that nothing is left of them. Leave centering out, or give other rows.", nameof(x));
    }

    private static void Divide(Span<double> row, double by)
    {
        for (var j = 0; by > 0 && j < row.Length; j++)
        {
            row[j] /= by;
        }
    }

    private static double Largest(ReadOnlySpan<double> row)
    {
        var largest = 0.0;
        foreach (var value in row)
        {
            largest = Math.Max(largest, Math.Abs(value));
        }

        return largest;
    }
}
