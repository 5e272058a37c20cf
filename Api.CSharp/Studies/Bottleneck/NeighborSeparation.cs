namespace HadamardNtk;

/// <summary>How well embeddings separate two classes.</summary>
internal static class NeighborSeparation
{
    /// <summary>The number of neighbors that vote.</summary>
    internal const int Neighbors = 5;

    /// <summary>
    /// The part of the test samples, the rows from n on, whose class is that of most of their nearest training samples.
    /// </summary>
    /// <param name="embeddings">The embeddings of n training samples, and of the test samples behind them.</param>
    /// <param name="y">The targets of the training samples, whose signs are their classes.</param>
    /// <param name="tests">Those of the test samples.</param>
    internal static double Of(Matrix embeddings, double[] y, double[] tests)
    {
        var n = y.Length;
        var right = 0;
        for (var t = 0; t < tests.Length; t++)
        {
            var votes = Enumerable.Range(0, n)
                .OrderBy(i => SquareDistance(embeddings.Row(i), embeddings.Row(n + t)))
                .Take(Neighbors)
                .Sum(i => y[i] > 0 ? 1 : -1);
            right += (votes > 0) == (tests[t] > 0) ? 1 : 0;
        }

        return right / (double)tests.Length;
    }

    private static double SquareDistance(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        var sum = 0.0;
        for (var k = 0; k < a.Length; k++)
        {
            sum += (a[k] - b[k]) * (a[k] - b[k]);
        }

        return sum;
    }
}
