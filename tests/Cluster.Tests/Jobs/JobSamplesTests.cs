using System.Runtime.InteropServices;
using Xunit;

namespace HadamardNtk.Cluster.Tests;

/// <summary>Samples come once for all jobs, and no job waits for samples that it does not need.</summary>
public class JobSamplesTests
{
    private readonly JobSamples _samples = new(new([]));
    private readonly Matrix _x = Samples.Random(30, 4, 1);
    private readonly Matrix _other = Samples.Random(20, 4, 2);

    [Fact]
    public async Task Jobs_with_other_samples_do_not_wait_for_a_client_that_is_slow()
    {
        await Get(_x, Client(_x));
        var slow = new TaskCompletionSource<byte[]>(TaskCreationOptions.RunContinuationsAsynchronously);
        var waiting = Get(_other, (_, _, _) => slow.Task);
        var known = Get(_x, (_, _, _) => throw new InvalidOperationException("The samples came already."));
        await LocalCluster.Within(known, "samples that are kept");
        var fresh = Samples.Random(10, 4, 3);
        await LocalCluster.Within(Get(fresh, Client(fresh)), "samples of another client");
        Assert.False(waiting.IsCompleted);
        slow.SetResult(Bytes(_other));
        Assert.Equal(_other.ToArray(), (await waiting).ToArray());
    }

    [Fact]
    public async Task Jobs_that_begin_together_have_the_samples_of_one_message()
    {
        var (asked, slow) = (0, new TaskCompletionSource<byte[]>(TaskCreationOptions.RunContinuationsAsynchronously));
        var all = Enumerable.Range(0, 3).Select(_ => Get(_x, (_, _, _) =>
        {
            asked++;
            return slow.Task;
        })).ToArray();
        slow.SetResult(Bytes(_x));
        var came = await Task.WhenAll(all);
        Assert.All(came, one => Assert.Same(came[0], one));
        Assert.Equal(1, asked);
    }

    [Fact]
    public async Task Where_samples_do_not_come_the_next_job_asks_its_own_client()
    {
        var lost = new TaskCompletionSource<byte[]>(TaskCreationOptions.RunContinuationsAsynchronously);
        var first = Get(_x, (_, _, _) => lost.Task);
        var second = Get(_x, Client(_x));
        Assert.False(second.IsCompleted);
        lost.SetException(new TimeoutException());
        await Assert.ThrowsAsync<TimeoutException>(() => first);
        await LocalCluster.Within(second, "the samples of the second client");
        Assert.Equal(_x.ToArray(), (await second).ToArray());
    }

    [Fact]
    public async Task A_job_that_waits_for_the_samples_of_another_one_can_be_stopped()
    {
        var slow = new TaskCompletionSource<byte[]>(TaskCreationOptions.RunContinuationsAsynchronously);
        var first = Get(_x, (_, _, _) => slow.Task);
        using var stop = new CancellationTokenSource();
        var second = Get(_x, Client(_x), stop.Token);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        slow.SetResult(Bytes(_x));
        Assert.Equal(_x.ToArray(), (await first).ToArray());
    }

    private async Task<Matrix> Get(
        Matrix x, Func<int, long, int, Task<byte[]>> client, CancellationToken stop = default)
    {
        var request = new GramRequest(Network.Parse("dense"), x);
        var job = ClusterJobs.Describe(request, Backends.Default, default, LeaseGrid.LeastSide, 0);
        return (await _samples.Of(job, client, stop)).X;
    }

    private static Func<int, long, int, Task<byte[]>> Client(Matrix x) => (_, _, _) => Task.FromResult(Bytes(x));

    private static byte[] Bytes(Matrix x) => MemoryMarshal.AsBytes(x.Data.AsSpan()).ToArray();
}
