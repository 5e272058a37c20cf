namespace HadamardNtk;

/// <summary>Runs what several threads hand in by its number, 0, 1, ... one after the other: sums are the same whoever is first.</summary>
internal sealed class InOrder
{
    private readonly Lock _lock = new();
    private readonly Dictionary<int, Action> _waiting = [];
    private int _next;

    /// <summary>Takes an action, and runs all whose turn has come.</summary>
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
