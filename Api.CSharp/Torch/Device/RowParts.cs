namespace HadamardNtk;

/// <summary>
/// Divides rows into parts for which the device has memory. If memory does not suffice, all threads use parts of half
/// the rows from then on.
/// </summary>
/// <param name="height">The largest number of rows of a part.</param>
internal sealed class RowParts(int height)
{
    private int _height = height;

    /// <summary>Computes all rows, part by part.</summary>
    /// <param name="row">The first row.</param>
    /// <param name="count">The number of rows.</param>
    /// <param name="compute">
    /// Computes a part, given its first row and its number of rows. It has no effect if memory does not suffice.
    /// </param>
    /// <exception cref="InsufficientMemoryException">There is no memory for a single row.</exception>
    internal void ForEach(int row, int count, Action<int, int> compute)
    {
        for (var first = row; first < row + count;)
        {
            var rows = Math.Min(_height, row + count - first);
            if (TryCompute(first, rows, compute))
            {
                first += rows;
            }
        }
    }

    private bool TryCompute(int first, int rows, Action<int, int> compute)
    {
        try
        {
            compute(first, rows);
            return true;
        }
        catch (Exception e) when (DeviceMemory.IsExhausted(e) && e is not InsufficientMemoryException)
        {
            _height = rows > 1 ? rows / 2 : throw new InsufficientMemoryException(
                "expected memory on the device for one row of a tile; there is none: "
                + "set a smaller tile, give fewer rows, or take another backend", e);
            return false;
        }
    }
}
