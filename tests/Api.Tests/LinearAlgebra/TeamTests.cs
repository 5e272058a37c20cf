using Xunit;

namespace HadamardNtk.Api.Tests.LinearAlgebra;

/// <summary>
/// A team does all the work once, with as many of its threads as come. The tests run alone, since one of them takes all
/// threads of the pool.
/// </summary>
[Collection(nameof(TeamTests))]
[CollectionDefinition(nameof(TeamTests), DisableParallelization = true)]
public class TeamTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    public void Every_piece_is_done_once_in_each_of_many_runs(int threads)
    {
        using var team = new Team(threads);
        team.Call();
        var workers = new Workers(threads) { Team = team };
        for (var run = 0; run < 500; run++)
        {
            var done = new int[run % 60];
            workers.For(done.Length, p => Interlocked.Increment(ref done[p]));
            Assert.All(done, d => Assert.Equal(1, d));
        }
    }

    [Fact]
    public void Helpers_take_part_and_are_waited_for()
    {
        using var team = new Team(2);
        using var both = new Barrier(2);
        var ended = 0;
        team.Run(() =>
        {
            Assert.True(both.SignalAndWait(TimeSpan.FromSeconds(30)), "the helper did not come");
            Thread.Sleep(20);
            Interlocked.Increment(ref ended);
        });
        Assert.Equal(2, ended);
    }

    // A pool without a thread to spare: the work is done all the same, by the thread that asks.
    [Fact]
    public void Nothing_waits_for_a_helper_that_does_not_come()
    {
        // Not disposed of: those that wait for it may come after the test.
        var held = new ManualResetEventSlim();
        ThreadPool.GetMinThreads(out var least, out _);
        for (var k = 0; k < 4 * least; k++)
        {
            ThreadPool.UnsafeQueueUserWorkItem(_ => held.Wait(), null);
        }

        try
        {
            using var team = new Team(3);
            var done = 0;
            new Workers(3) { Team = team }.For(100, _ => Interlocked.Increment(ref done));
            Assert.Equal(100, done);
        }
        finally
        {
            held.Set();
        }
    }

    [Fact]
    public void What_goes_wrong_on_any_thread_is_told_and_the_team_goes_on()
    {
        using var team = new Team(2);
        using var both = new Barrier(2);
        var thrown = Assert.Throws<AggregateException>(() => team.Run(() =>
        {
            Assert.True(both.SignalAndWait(TimeSpan.FromSeconds(30)));
            throw new InvalidOperationException(Environment.CurrentManagedThreadId.ToString());
        }));
        Assert.Equal(2, thrown.InnerExceptions.OfType<InvalidOperationException>().Select(e => e.Message).Distinct().Count());

        var ran = 0;
        team.Run(() => Interlocked.Increment(ref ran));
        Assert.InRange(ran, 1, 2);
    }

    [Fact]
    public void Cancelled_work_is_cancelled_work()
    {
        using var team = new Team(2);
        using var source = new CancellationTokenSource();
        var workers = new Workers(2, source.Token) { Team = team };
        Assert.ThrowsAny<OperationCanceledException>(() => workers.For(1000, _ => source.Cancel()));
    }
}
