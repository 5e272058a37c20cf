namespace HadamardNtk;

/// <summary>What is done to every row before a kernel sees it: centring by the training mean, then scaling to unit norm.</summary>
internal sealed record RowTransform(double[]? Mean, bool Unit)
{
    internal static RowTransform Learn(Matrix x, bool center, bool unit) => new(center ? MeanOf(x) : null, unit);

    /// <summary>The transformed rows, always in memory of their own.</summary>
    internal Matrix Apply(Matrix x)
    {
        var data = (double[])x.Data.Clone();
        for (var i = 0; i < x.Rows; i++)
        {
            ApplyTo(data.AsSpan(i * x.Columns, x.Columns));
        }

        return new(x.Rows, x.Columns, data);
    }

    private void ApplyTo(Span<double> row)
    {
        for (var j = 0; Mean is not null && j < row.Length; j++)
        {
            row[j] -= Mean[j];
        }

        if (Unit)
        {
            // By the largest entry first, so that no square overflows or vanishes.
            Divide(row, Largest(row));
            Divide(row, Math.Sqrt(RowProducts.Dot(row, row)));
        }
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

    private static double[] MeanOf(Matrix x)
    {
        var mean = new double[x.Columns];
        for (var i = 0; i < x.Rows; i++)
        {
            var row = x.Row(i);
            for (var j = 0; j < mean.Length; j++)
            {
                mean[j] += row[j] / x.Rows;
            }
        }

        return mean;
    }
}
