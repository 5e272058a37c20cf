namespace HadamardNtk;

/// <summary>
/// Lets one caller at a time use a LAPACK, with a number of threads of its own, because that number belongs to the
/// whole process.
/// </summary>
/// <param name="threads">Sets the library's threads.</param>
internal sealed class LapackTurn(BlasThreads threads)
{
    private static readonly SemaphoreSlim _turn = new(1);

    /// <summary>Calls the library.</summary>
    /// <param name="workers">The threads, for a library whose number of threads can be set.</param>
    /// <param name="work">The work, which calls the library and is not interrupted.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number of threads is below 1.</exception>
    /// <exception cref="OperationCanceledException">The work was canceled before it began.</exception>
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
