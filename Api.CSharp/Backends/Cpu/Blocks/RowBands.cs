namespace HadamardNtk;

/// <summary>
/// Divides the kernels between two sets of samples into bands of whole rows, which are multiplied with vectors as they
/// are computed. The height does not affect the bits where a pair's depend on its two rows alone. With a BLAS, whose
/// bits depend on the block, it does not depend on the number of threads.
/// </summary>
internal sealed class RowBands(GramRequest request, CpuSettings settings, int threads)
{
    /// <summary>The number of columns that are computed at once: whole chains of sums, which fit into cache.</summary>
    internal const int Width = 4 * Blocking.Depth;

    private const int Most = 96;

    /// <summary>The number of rows of a band.</summary>
    internal int Height { get; } = settings.Products == ProductLibrary.Own
        ? (int)Math.Min(Most, Blocking.RoundUp(Blocking.Count(request.Rows, threads), Blocking.MicroRows))
        : Most;

    /// <summary>The number of bands.</summary>
    internal int Count => (int)Blocking.Count(request.Rows, Height);

    /// <summary>The bands.</summary>
    internal IEnumerable<GramTile> Tiles()
    {
        for (var t = 0; t < Count; t++)
        {
            yield return new(t * Height, 0, Math.Min(Height, request.Rows - t * Height), request.Columns);
        }
    }
}
