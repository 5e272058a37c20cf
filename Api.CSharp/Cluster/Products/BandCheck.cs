namespace HadamardNtk;

/// <summary>
/// Decides which rows of which bands the client computes itself, as one process would, and whether a worker sent their
/// bits: all rows of a worker's first band, and one row of a share of the others.
/// </summary>
internal sealed class BandCheck(
    BandKernel kernel, ProductBands bands, int columns, double share, CancellationToken stop)
{
    /// <summary>The rows below which functions without a closed form may not be interpolated.</summary>
    private const int Many = 64;

    private readonly HashSet<string> _known = [];

    /// <summary>The rows to check of a band, counted from its first; null for none.</summary>
    internal (int First, int Rows)? Choose(string worker, int band, RoundKind kind)
    {
        var rows = bands[band].Rows;
        if (_known.Add(worker))
        {
            return (0, rows);
        }

        if (Random.Shared.NextDouble() >= share)
        {
            return null;
        }

        var some = kind == RoundKind.Kernels || columns < Many ? Math.Min(Many, rows) : 1;
        return (Random.Shared.Next(rows - some + 1), some);
    }

    /// <summary>Whether rows of a result have the bits that this process computes.</summary>
    internal bool AreRight(
        RoundKind kind, int band, (int First, int Rows) rows, Matrix factor, ReadOnlySpan<double> came)
    {
        var (expected, _) = kernel.Compute(
            kind, band, (bands[band].First + rows.First, rows.Rows), factor, stop);
        return TileHash.Of<double>(expected.Data) == TileHash.Of(came);
    }
}
