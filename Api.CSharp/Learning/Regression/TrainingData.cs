namespace HadamardNtk;

/// <summary>The checks of samples and targets that every fit makes.</summary>
internal static class TrainingData
{
    /// <summary>
    /// Requires one target row for each sample, at least one sample and one output, and finite numbers.
    /// </summary>
    /// <exception cref="ArgumentException">One of these does not hold.</exception>
    internal static void Require<TSamples>(IKernel<TSamples> kernel, TSamples x, Matrix y) where TSamples : class
    {
        ArgumentNullException.ThrowIfNull(kernel);
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(y);
        var count = kernel.Count(x);
        if (count != y.Rows)
        {
            throw new ArgumentException(
                $"Expected one target row for each of the {count} samples; there are {y.Rows}.", nameof(y));
        }

        if (count == 0)
        {
            throw new ArgumentException("Expected at least one sample; there is none.", nameof(x));
        }

        if (y.Columns == 0)
        {
            throw new ArgumentException("Expected at least one output; the targets have no columns.", nameof(y));
        }

        RequireFiniteSamples(x);
        RequireFinite(y, "target", nameof(y));
    }

    /// <summary>Targets of one output as a matrix, n x 1, which is a copy.</summary>
    internal static Matrix Column(double[] y)
    {
        ArgumentNullException.ThrowIfNull(y);
        return Matrix.Wrap([.. y], y.Length, 1);
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

    /// <summary>Requires that samples which are rows of a matrix are finite. A kernel checks all others.</summary>
    /// <exception cref="ArgumentException">A number is not finite; the message says which.</exception>
    internal static void RequireFiniteSamples<TSamples>(TSamples x)
    {
        if (x is Matrix rows)
        {
            RequireFinite(rows, "sample", nameof(x));
        }
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
