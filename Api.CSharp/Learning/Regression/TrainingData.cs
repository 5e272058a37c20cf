namespace HadamardNtk;

/// <summary>The checks of samples and targets that every fit makes.</summary>
internal static class TrainingData
{
    /// <summary>
    /// Requires one target row for each sample, at least one sample and one output, and finite numbers.
    /// </summary>
    /// <exception cref="ArgumentException">One of these does not hold.</exception>
    internal static void Require(Matrix x, Matrix y)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(y);
        if (x.Rows != y.Rows)
        {
            throw new ArgumentException(
                $"Expected one target row for each of the {x.Rows} samples; there are {y.Rows}.", nameof(y));
        }

        if (x.Rows == 0)
        {
            throw new ArgumentException("Expected at least one sample; there is none.", nameof(x));
        }

        if (y.Columns == 0)
        {
            throw new ArgumentException("Expected at least one output; the targets have no columns.", nameof(y));
        }

        RequireFinite(x, "sample", nameof(x));
        RequireFinite(y, "target", nameof(y));
    }

    /// <summary>The classes among labels in ascending order, at least two.</summary>
    /// <exception cref="ArgumentException">There are fewer than two classes.</exception>
    internal static long[] Classes(long[] labels)
    {
        ArgumentNullException.ThrowIfNull(labels);
        var classes = labels.Distinct().Order().ToArray();
        return classes.Length >= 2
            ? classes
            : throw new ArgumentException($"Expected at least two classes; there is {classes.Length}.", nameof(labels));
    }

    /// <summary>Requires finite numbers.</summary>
    /// <exception cref="ArgumentException">A number is not finite; the message says which.</exception>
    internal static void RequireFinite(Matrix values, string what, string name)
    {
        var bad = Array.FindIndex(values.Data, v => !double.IsFinite(v));
        if (bad >= 0)
        {
            throw new ArgumentException(
                $"Expected finite numbers; the {what} in row {bad / values.Columns}, " +
                $"column {bad % values.Columns} (counted from 0) is {values.Data[bad]}.",
                name);
        }
    }
}
