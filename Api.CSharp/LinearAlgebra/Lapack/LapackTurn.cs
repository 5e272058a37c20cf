namespace HadamardNtk;

/// <summary>Lets one caller at a time into a LAPACK, on as many threads as it asks for, since their number belongs to the process.</summary>
/// <param name="threads">How the library's threads are set.</param>
internal sealed class LapackTurn(BlasThreads threads)
{
    private static readonly SemaphoreSlim _turn = new(1);

    /// <summary>Calls the library.</summary>
    /// <param name="workers">The threads, where the library heeds their number.</param>
    /// <param name="work">Calls it, and is not interrupted.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number of threads is below 1.</exception>
    /// <exception cref="OperationCanceledException">The work was cancelled before it began.</exception>
    internal void Call(Workers workers, Action work)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(workers.Threads, 1, nameof(workers));
        workers.Cancellation.ThrowIfCancellationRequested();
        _turn.Wait(workers.Cancellation);
        try
        {
            threads.Run(workers.Threads, work);
        }
        finally
        {
            _turn.Release();
        }
    }
}
