using System.Runtime.ExceptionServices;

namespace HadamardNtk;

/// <summary>
/// Threads of the pool that help the calling one through several pieces of work, one after the other. They are called
/// once and wait awake between the pieces, since waking a thread takes longer than some pieces do. Nothing waits for a
/// helper that has not come yet: the calling thread can do all the work alone.
/// </summary>
/// <param name="threads">The number of threads, the calling one included.</param>
internal sealed class Team(int threads) : IDisposable
{
    // This is about 50 µs, which is longer than the time between two pieces and shorter than a time slice.
    private const int Turns = 1000;

    private readonly object _gate = new();
    private readonly List<Exception> _failures = [];
    private Action? _work;
    private int _round;
    private int _inside;
    private bool _isCalled;
    private bool _isClosed;

    /// <summary>Calls the helpers, so that they are awake when there is work.</summary>
    internal void Call()
    {
        if (_isCalled)
        {
            return;
        }

        _isCalled = true;
        for (var k = 1; k < threads; k++)
        {
            ThreadPool.UnsafeQueueUserWorkItem(static team => team.Help(), this, preferLocal: false);
        }
    }

    /// <summary>
    /// Runs <paramref name="work"/> on this thread and on every helper, and returns when all threads that began it are
    /// done.
    /// </summary>
    /// <param name="work">The work of one thread, which takes pieces until none is left.</param>
    /// <exception cref="OperationCanceledException">The work was canceled, and nothing else went wrong.</exception>
    /// <exception cref="AggregateException">
    /// A thread failed. The exception holds the failures of all threads.
    /// </exception>
    internal void Run(Action work)
    {
        Call();
        lock (_gate)
        {
            _work = work;
            _round++;
            Monitor.PulseAll(_gate);
        }

        Try(work);
        lock (_gate)
        {
            _work = null;
            while (_inside > 0)
            {
                Monitor.Wait(_gate);
            }

            ThrowFailures();
        }
    }

    /// <summary>Lets the helpers go.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _isClosed = true;
            Monitor.PulseAll(_gate);
        }
    }

    private void Help()
    {
        for (var round = 0; TryEnter(ref round, out var work);)
        {
            Try(work);
            lock (_gate)
            {
                if (--_inside == 0)
                {
                    Monitor.PulseAll(_gate);
                }
            }
        }
    }

    private bool TryEnter(ref int round, out Action work)
    {
        for (var turn = 0; turn < Turns && Volatile.Read(ref _round) == round && !Volatile.Read(ref _isClosed); turn++)
        {
            Thread.SpinWait(1);
        }

        lock (_gate)
        {
            while (!_isClosed && (_work is null || _round == round))
            {
                Monitor.Wait(_gate);
            }

            (work, round) = (_work!, _round);
            _inside += _isClosed ? 0 : 1;
            return !_isClosed;
        }
    }

    private void Try(Action work)
    {
        try
        {
            work();
        }
        catch (Exception e)
        {
            lock (_gate)
            {
                _failures.Add(e);
            }
        }
    }

    private void ThrowFailures()
    {
        if (_failures.Count == 0)
        {
            return;
        }

        var failures = _failures.ToArray();
        _failures.Clear();
        if (Array.TrueForAll(failures, f => f is OperationCanceledException))
        {
            ExceptionDispatchInfo.Throw(failures[0]);
        }

        throw new AggregateException(Array.FindAll(failures, f => f is not OperationCanceledException));
    }
}
