namespace HadamardNtk;

/// <summary>The memory for rows of matrices, which all jobs of a worker share.</summary>
internal sealed class RowMemory(long bytes)
{
    private long _free = bytes;

    /// <summary>Whether there is room for some bytes.</summary>
    internal bool Has(long bytes) => Interlocked.Read(ref _free) >= bytes;

    /// <summary>Takes some bytes if they are free.</summary>
    internal bool TryTake(long bytes)
    {
        if (Interlocked.Add(ref _free, -bytes) >= 0)
        {
            return true;
        }

        Give(bytes);
        return false;
    }

    /// <summary>Gives bytes back.</summary>
    internal void Give(long bytes) => Interlocked.Add(ref _free, bytes);
}
