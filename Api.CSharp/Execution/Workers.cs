namespace HadamardNtk;

/// <summary>
/// The number of threads that may work, and the token that cancels them. Only the results of a LAPACK depend on the
/// number.
/// </summary>
/// <param name="Threads">The number of threads, at least 1.</param>
/// <param name="Cancellation">The token that stops the work between two pieces.</param>
internal readonly record struct Workers(int Threads, CancellationToken Cancellation = default)
{
    /// <summary>
    /// Threads that are awake already, for one caller at a time. Null if threads are called for each piece of work.
    /// </summary>
    internal Team? Team { get; init; }

    /// <summary>One thread for each processor, without cancellation.</summary>
    internal static Workers All => new(Environment.ProcessorCount);

    /// <summary>Runs <paramref name="piece"/>(0), ..., piece(count - 1), each once, in any order.</summary>
    /// <remarks>Pieces are handed out one by one, so that unequal pieces leave no thread idle.</remarks>
    /// <param name="count">The number of pieces.</param>
    /// <param name="piece">The work. Pieces write to disjoint memory.</param>
    /// <exception cref="ArgumentOutOfRangeException"><see cref="Threads"/> is below 1.</exception>
    /// <exception cref="OperationCanceledException">The work was canceled, and some pieces were not run.</exception>
    internal void For(nint count, Action<nint> piece)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Threads, 1);
        Cancellation.ThrowIfCancellationRequested();
        var threads = (int)nint.Min(Threads, count);
        if (threads > 1)
        {
            Share(threads, count, piece);
        }
        else
        {
            Drain(new Queue(count), piece);
        }
    }

    private void Share(int threads, nint count, Action<nint> piece)
    {
        var (self, queue) = (this, new Queue(count));
        if (Team is { } team)
        {
            team.Run(() => self.Drain(queue, piece));
            return;
        }

        var options = new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = Cancellation };
        Parallel.For(0, threads, options, _ => self.Drain(queue, piece));
    }

    private void Drain(Queue queue, Action<nint> piece)
    {
        while (queue.TryTake(out var index))
        {
            Cancellation.ThrowIfCancellationRequested();
            piece(index);
        }
    }

    private sealed class Queue(nint count)
    {
        private long _taken = -1;

        internal bool TryTake(out nint index) => (index = (nint)Interlocked.Increment(ref _taken)) < count;
    }
}
