namespace HadamardNtk;

/// <summary>
/// The turns of a worker's jobs: as many tiles and bands are computed at once as the worker has threads, of whatever
/// jobs they are.
/// </summary>
internal sealed class WorkTurns(int threads)
{
    private readonly SemaphoreSlim _free = new(threads, threads);

    /// <summary>Waits for a turn, and does some work in it.</summary>
    /// <exception cref="OperationCanceledException">The token ended the wait.</exception>
    internal T Take<T>(Func<T> work, CancellationToken stop)
    {
        _free.Wait(stop);
        try
        {
            return work();
        }
        finally
        {
            _free.Release();
        }
    }
}
