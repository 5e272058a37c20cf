namespace HadamardNtk;

/// <summary>
/// The votes of one-against-one classification: the pairs of classes (0, 1), (0, 2), ..., (1, 2), ... elect a class
/// together.
/// </summary>
internal static class ClassVotes
{
    /// <summary>All pairs of the given number of classes, the first class below the second.</summary>
    internal static (int First, int Second)[] Pairs(int classes) =>
    [
        .. from first in Enumerable.Range(0, classes)
           from second in Enumerable.Range(first + 1, classes - first - 1)
           select (first, second),
    ];

    /// <summary>
    /// The class with the most votes, and the first of those with equally many. A pair votes for its first class where
    /// its decision is above 0, and for its second elsewhere.
    /// </summary>
    internal static int Winner(ReadOnlySpan<double> decisions, (int First, int Second)[] pairs, int classes)
    {
        Span<int> votes = new int[classes];
        for (var p = 0; p < pairs.Length; p++)
        {
            votes[decisions[p] > 0 ? pairs[p].First : pairs[p].Second]++;
        }

        var best = 0;
        for (var k = 1; k < classes; k++)
        {
            best = votes[k] > votes[best] ? k : best;
        }

        return best;
    }
}
