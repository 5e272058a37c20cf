namespace HadamardNtk;

/// <summary>
/// Runs the actions of several threads in the order of their numbers, 0, 1, ..., so that sums do not depend on the
/// threads.
/// </summary>
internal sealed class InOrder
{
    private readonly Lock _lock = new();
    private readonly Dictionary<int, Action> _waiting = [];
    private int _next;

    /// <summary>Takes an action, and runs all actions whose predecessors have run.</summary>
    internal void Run(int number, Action action)
    {
        lock (_lock)
        {
            _waiting.Add(number, action);
            while (_waiting.Remove(_next, out var ready))
            {
                ready();
                _next++;
            }
        }
    }
}
