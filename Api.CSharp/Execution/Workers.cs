using System.Runtime.ExceptionServices;

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
    /// <param name="progress">Receives the part of the pieces that are done.</param>
    /// <exception cref="ArgumentOutOfRangeException"><see cref="Threads"/> is below 1.</exception>
    /// <exception cref="OperationCanceledException">The work was canceled, and some pieces were not run.</exception>
    /// <exception cref="Exception">
    /// A piece failed. Of several the first one's failure is thrown, as on one thread; later pieces are not begun.
    /// </exception>
    internal void For(nint count, Action<nint> piece, IProgress<double>? progress)
    {
        var steps = new StepProgress(progress, count);
        For(count, index =>
        {
            piece(index);
            steps.Add();
        });
    }

    /// <summary>Runs <paramref name="piece"/>(0), ..., piece(count - 1), each once, in any order.</summary>
    /// <inheritdoc cref="For(nint, Action{nint}, IProgress{double})"/>
    internal void For(nint count, Action<nint> piece)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Threads, 1);
        Cancellation.ThrowIfCancellationRequested();
        var (threads, queue) = ((int)nint.Min(Threads, count), new Queue(count));
        if (threads > 1)
        {
            Share(threads, queue, piece);
        }
        else
        {
            Drain(queue, piece);
        }

        queue.ThrowFailure();
    }

    private void Share(int threads, Queue queue, Action<nint> piece)
    {
        var self = this;
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
            try
            {
                piece(index);
            }
            catch (Exception e)
            {
                queue.Fail(index, e);
            }
        }
    }

    // Pieces are taken in their order, and those before one that failed are run, so that the first failure is found.
    private sealed class Queue(nint count)
    {
        private readonly Lock _lock = new();
        private long _taken = -1;
        private nint _failed = nint.MaxValue;
        private ExceptionDispatchInfo? _failure;

        internal bool TryTake(out nint index)
        {
            index = (nint)Interlocked.Increment(ref _taken);
            return index < count && index < Volatile.Read(ref _failed);
        }

        internal void Fail(nint index, Exception failure)
        {
            lock (_lock)
            {
                if (index < _failed)
                {
                    (_failed, _failure) = (index, ExceptionDispatchInfo.Capture(failure));
                }
            }
        }

        internal void ThrowFailure() => _failure?.Throw();
    }
}
