namespace HadamardNtk;

/// <summary>Brings rows of random numbers to chosen norms.</summary>
internal static class RowNorms
{
    /// <summary>Brings all rows to one norm.</summary>
    internal static void Set(double[] rows, int features, double norm)
    {
        for (var i = 0; i < rows.Length / features; i++)
        {
            Set(rows.AsSpan(i * features, features), norm);
        }
    }

    /// <summary>Brings rows to norms up to 1, so that they fill the unit ball.</summary>
    internal static void Spread(double[] rows, int features)
    {
        var n = rows.Length / features;
        for (var i = 0; i < n; i++)
        {
            Set(rows.AsSpan(i * features, features), Math.Sqrt((i + 1.0) / n));
        }
    }

    private static void Set(Span<double> row, double norm)
    {
        var scale = norm / Math.Sqrt(RowProducts.Dot(row, row));
        foreach (ref var entry in row)
        {
            entry *= scale;
        }
    }
}
