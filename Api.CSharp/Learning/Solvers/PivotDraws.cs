using HadamardNtk.Core;

namespace HadamardNtk;

/// <summary>Draws samples with probabilities proportional to weights, from a seed.</summary>
internal sealed class PivotDraws(long seed)
{
    private long _drawn;

    /// <summary>The next number in [0, 1).</summary>
    internal double Next() => Draws.uniformAt(seed, _drawn++);

    /// <summary>
    /// Draws samples that need not differ, each with a probability proportional to its weight. The result is empty
    /// where all weights are 0.
    /// </summary>
    internal int[] Choose(ReadOnlySpan<double> weights, int count)
    {
        var sums = Sums(weights, 1);
        if (!double.IsFinite(sums[^1]))
        {
            // Scaling by a power of two makes a sum finite that overflows, and changes no draw.
            sums = Sums(weights, Math.ScaleB(1, -64));
        }

        var sum = sums[^1];
        if (!(sum > 0))
        {
            return [];
        }

        var chosen = new int[count];
        for (var k = 0; k < count; k++)
        {
            chosen[k] = FirstBeyond(sums, Next() * sum);
        }

        return chosen;
    }

    /// <summary>Draws different samples of n, each as likely as any other, in random order.</summary>
    internal int[] Distinct(int n, int count)
    {
        var all = Enumerable.Range(0, n).ToArray();
        for (var k = 0; k < count; k++)
        {
            var other = k + (int)(Next() * (n - k));
            (all[k], all[other]) = (all[other], all[k]);
        }

        return all[..count];
    }

    private static double[] Sums(ReadOnlySpan<double> weights, double scale)
    {
        var sums = new double[weights.Length];
        var sum = 0.0;
        for (var i = 0; i < sums.Length; i++)
        {
            sums[i] = sum += scale * weights[i];
        }

        return sums;
    }

    // A weight of 0 leaves the sum as it was, so that its sample is never the first beyond the value.
    private static int FirstBeyond(double[] sums, double value)
    {
        var (low, high) = (0, sums.Length - 1);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = sums[middle] > value ? (low, middle) : (middle + 1, high);
        }

        return low;
    }
}
