namespace HadamardNtk;

/// <summary>
/// Counts the steps of some work, which several threads may take, and reports the part that is done: in ascending
/// order, on the thread that took the step, some thousand times at most, and 1 with the last step. Work without steps
/// is done at once.
/// </summary>
internal sealed class StepProgress
{
    private const int Reports = 1000;

    private readonly Lock _lock = new();
    private readonly IProgress<double>? _progress;
    private readonly long _all;
    private long _done;
    private long _reported;

    /// <summary>Begins to count.</summary>
    /// <param name="progress">The listener, or null.</param>
    /// <param name="all">The number of steps.</param>
    internal StepProgress(IProgress<double>? progress, long all)
    {
        (_progress, _all) = (progress, all);
        if (all == 0)
        {
            progress?.Report(1);
        }
    }

    /// <summary>Counts steps that are done.</summary>
    internal void Add(long steps = 1)
    {
        if (_progress is null)
        {
            return;
        }

        lock (_lock)
        {
            _done = Math.Min(_all, _done + steps);
            if (_done > _reported && (_done == _all || _done - _reported >= _all / Reports))
            {
                _reported = _done;
                _progress.Report((double)_done / _all);
            }
        }
    }
}
