using System.Collections.Concurrent;

namespace HadamardNtk;

/// <summary>
/// Computes the pairs that a device leaves to the host: equal rows, angles that float64 does not determine, and series
/// that are too long.
/// </summary>
internal sealed class HostPairs(SampleSet rows, SampleSet columns)
{
    /// <summary>The number of pairs that a thread takes at once.</summary>
    private const int Several = 32;

    private readonly ConcurrentBag<PairLanes> _lanes = [];
    private readonly ConcurrentBag<Lanes> _counts = [];

    /// <summary>
    /// Computes pairs, and passes the rounded value of each to <c>put</c> with its index, unless the device's value is
    /// kept.
    /// </summary>
    /// <exception cref="KernelUndefinedException">
    /// The kernel at a pair is not finite, or too large for the precision.
    /// </exception>
    internal void Compute(
        GramRequest request,
        List<LeftPair> pairs,
        int threads,
        CancellationToken cancellation,
        Action<int, double> put) =>
        new Workers(threads, cancellation).For(
            (pairs.Count + Several - 1) / Several, p => Compute(request, pairs, (int)p * Several, put));

    /// <summary>
    /// Adds to a run the numbers of pairs in each lane, and of those that the device computed again in float64.
    /// </summary>
    /// <param name="host">The pairs of the host, or null if it has none.</param>
    /// <param name="run">The run.</param>
    /// <param name="raised">The number of pairs that the device computed again in float64.</param>
    internal static void Count(HostPairs? host, GramRun run, long raised)
    {
        var all = new Lanes();
        foreach (var counts in host?._counts ?? [])
        {
            all.Add(counts);
        }

        all.CountDouble(raised);
        run.Count(all);
    }

    private void Compute(GramRequest request, List<LeftPair> pairs, int first, Action<int, double> put)
    {
        var lanes = Take();
        for (var k = first; k < Math.Min(pairs.Count, first + Several); k++)
        {
            if (Value(lanes, pairs[k]) is { } value)
            {
                var entry = value[request.Kind];
                put(
                    k,
                    request.Precision == Precision.Float32
                        ? lanes.Single(pairs[k].Row, pairs[k].Column, entry, request.Kind)
                        : entry);
            }
        }

        _lanes.Add(lanes);
    }

    private PairLanes Take()
    {
        if (_lanes.TryTake(out var lanes))
        {
            return lanes;
        }

        var counts = new Lanes();
        _counts.Add(counts);
        return new(rows, columns, counts);
    }

    // The result is null if the device's value is kept.
    private static KernelValue? Value(PairLanes lanes, LeftPair pair) =>
        lanes.AreEqual(pair.Row, pair.Column) ? lanes.Self(pair.Row)
        : pair.IsUnknown ? lanes.Pair(pair.Row, pair.Column)
        : pair.IsDoubtful ? lanes.Exact(pair.Row, pair.Column)
        : null;
}
