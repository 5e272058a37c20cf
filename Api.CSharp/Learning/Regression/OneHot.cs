namespace HadamardNtk;

/// <summary>Classes as targets and scores of a regression with one output for each class.</summary>
internal static class OneHot
{
    /// <summary>One-hot targets minus 1/classes. A label of no class gives a row of −1/classes.</summary>
    /// <exception cref="ArgumentException">One array does not hold so many.</exception>
    internal static Matrix Targets(long[] labels, long[] classes)
    {
        var targets = new double[MatrixSize.Of(
            labels.Length, classes.Length, "Give labels of fewer classes; numbers that are no classes are targets of a regression.")];
        Array.Fill(targets, -1.0 / classes.Length);
        for (var i = 0; i < labels.Length; i++)
        {
            var k = Array.BinarySearch(classes, labels[i]);
            if (k >= 0)
            {
                targets[i * classes.Length + k] += 1;
            }
        }

        return Matrix.Wrap(targets, labels.Length, classes.Length);
    }

    /// <summary>The labels 0, 1, ... of places.</summary>
    internal static long[] Places(int count) => [.. Enumerable.Range(0, count).Select(k => (long)k)];

    /// <summary>The place of the greatest score in each row, or of the first of several.</summary>
    internal static IEnumerable<int> Classes(Matrix scores) =>
        Enumerable.Range(0, scores.Rows).Select(i => Greatest(scores.Row(i)));

    private static int Greatest(ReadOnlySpan<double> scores)
    {
        var best = 0;
        for (var k = 1; k < scores.Length; k++)
        {
            best = scores[k] > scores[best] ? k : best;
        }

        return best;
    }
}
