using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Xunit;

namespace HadamardNtk.Cluster.Tests;

/// <summary>Nobody waits for a host that does not start or end.</summary>
public class HostTasksTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(20);

    [Fact]
    public async Task A_host_that_does_not_start_is_given_up()
    {
        using var host = new Stuck();
        var start = HostTasks.Start(host, Soon, CancellationToken.None, Soon);
        Assert.Contains("none within", (await Assert.ThrowsAsync<TimeoutException>(() => start)).Message);
    }

    [Fact]
    public async Task A_host_that_does_not_stop_or_free_what_it_held_is_left_behind()
    {
        using var host = new Stuck();
        await LocalCluster.Within(HostTasks.End(host, Soon, Soon), "the end of a host");
        Assert.True(SpinWait.SpinUntil(() => host.Calls.Count == 2, TimeSpan.FromSeconds(60)));
        Assert.Equal(["stop", "dispose"], host.Calls);
    }

    [Fact]
    public void The_jobs_that_waited_longest_are_next()
    {
        var (begun, ends) = (new List<string>(), new Dictionary<string, TaskCompletionSource>());
        var tasks = new JobTasks(Work);
        string[] jobs = [.. Enumerable.Range(0, JobTasks.Most + 2).Select(k => $"job {k}")];
        tasks.Begin(jobs);
        WaitFor(JobTasks.Most);
        tasks.Begin(jobs);
        foreach (var job in jobs[..2])
        {
            ends[job].SetResult();
        }

        SpinWait.SpinUntil(() => { tasks.Begin(jobs); return Begun() >= jobs.Length; }, TimeSpan.FromSeconds(60));
        lock (begun)
        {
            Assert.Equal(jobs, begun.Take(jobs.Length).Order());
        }

        Task Work(string job)
        {
            lock (begun)
            {
                begun.Add(job);
                return (ends[job] = new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
            }
        }

        int Begun()
        {
            lock (begun)
            {
                return begun.Count;
            }
        }

        void WaitFor(int count) => Assert.True(SpinWait.SpinUntil(() => Begun() == count, TimeSpan.FromSeconds(60)));
    }

    [Fact]
    public void Jobs_of_one_client_begin_together_and_count_as_one()
    {
        var (begun, never) = (new ConcurrentBag<string>(), new TaskCompletionSource());
        var tasks = new JobTasks(Work);
        string[] clients = [.. Enumerable.Range(0, JobTasks.Most + 1).Select(_ => ClusterJobs.NewToken())];
        string[] first = [.. clients.Select(ClusterJobs.NewToken)];
        string[] second = [.. clients.Select(ClusterJobs.NewToken)];
        tasks.Begin(first);
        tasks.Begin([.. first, .. second]);
        string[] expected = [.. first[..^1], .. second[..^1]];
        Assert.True(SpinWait.SpinUntil(() => begun.Count >= expected.Length, TimeSpan.FromSeconds(60)));
        Assert.Equal(expected.Order(), begun.Order());

        Task Work(string job)
        {
            begun.Add(job);
            return never.Task;
        }
    }

    private sealed class Stuck : IHost
    {
        private readonly ManualResetEventSlim _never = new();
        private readonly TaskCompletionSource _start = new();

        internal List<string> Calls { get; } = [];

        public IServiceProvider Services { get; } = new ServiceCollection().AddLogging().BuildServiceProvider();

        public Task StartAsync(CancellationToken cancellationToken = default) => _start.Task;

        public Task StopAsync(CancellationToken cancellationToken = default)
        {
            Calls.Add("stop");
            return _start.Task;
        }

        // The first call does not return before the test ends.
        public void Dispose()
        {
            Calls.Add("dispose");
            if (Calls.Count(call => call == "dispose") == 1 && Calls.Contains("stop"))
            {
                _never.Wait();
            }

            _never.Set();
        }
    }
}
