namespace HadamardNtk;

/// <summary>
/// The jobs of one kind in which a worker takes part, side by side. Where there are more than it takes at once, the one
/// that waited longest is next. A client's jobs of products count as one, since some of them wait for one another.
/// </summary>
/// <param name="work">Works on a job until its end, and does not fail.</param>
internal sealed class JobTasks(Func<string, Task> work)
{
    /// <summary>The largest number of groups of jobs at once, each of which takes memory.</summary>
    internal const int Most = 4;

    private readonly Dictionary<string, Task> _tasks = [];
    private readonly Dictionary<string, long> _begun = [];
    private long _number;

    /// <summary>Begins jobs of the list, as many as there is room for.</summary>
    internal void Begin(IReadOnlyCollection<string> jobs)
    {
        foreach (var over in _tasks.Where(pair => pair.Value.IsCompleted).Select(pair => pair.Key).ToArray())
        {
            _tasks.Remove(over);
        }

        foreach (var gone in _begun.Keys.Where(job => !jobs.Contains(job)).ToArray())
        {
            _begun.Remove(gone);
        }

        var groups = _tasks.Keys.Select(ClusterJobs.GroupOf).ToHashSet();
        var waiting = jobs.Where(job => !_tasks.ContainsKey(job)).OrderBy(job => _begun.GetValueOrDefault(job));
        foreach (var job in waiting.ToArray())
        {
            var group = ClusterJobs.GroupOf(job);
            if (groups.Count < Most || groups.Contains(group))
            {
                groups.Add(group);
                _begun[job] = ++_number;
                _tasks[job] = Task.Run(() => work(job));
            }
        }
    }

    /// <summary>Waits for all jobs.</summary>
    internal Task End() => Task.WhenAll(_tasks.Values);
}
