using System.Collections.Concurrent;
using Xunit;

namespace HadamardNtk.Api.Tests.Execution;

/// <summary>Pieces of work on several threads.</summary>
public class WorkersTests
{
    [Theory]
    [InlineData(1, false)]
    [InlineData(4, false)]
    [InlineData(4, true)]
    public void Of_several_pieces_that_fail_the_first_ones_failure_is_thrown(int threads, bool isTeam)
    {
        using var team = new Team(threads);
        var workers = new Workers(threads) { Team = isTeam ? team : null };
        for (var round = 0; round < 50; round++)
        {
            var begun = new ConcurrentBag<nint>();
            using var later = new ManualResetEventSlim(threads == 1);
            var thrown = Assert.Throws<InvalidOperationException>(() => workers.For(1000, piece =>
            {
                begun.Add(piece);
                if (piece == 5)
                {
                    // Another thread fails at a later piece first, where there is one.
                    later.Wait(TimeSpan.FromSeconds(0.05));
                    throw new InvalidOperationException("piece 5");
                }

                if (piece > 5)
                {
                    later.Set();
                    throw new ArgumentException($"piece {piece}");
                }
            }));
            Assert.Equal("piece 5", thrown.Message);
            Assert.InRange(begun.Count, 6, 5 + threads);
            Assert.Equal(Enumerable.Range(0, 6).Select(k => (nint)k), begun.Order().Take(6));
        }
    }

    [Fact]
    public void A_piece_that_is_canceled_cancels_the_work()
    {
        using var stop = new CancellationTokenSource();
        Assert.ThrowsAny<OperationCanceledException>(() => new Workers(3, stop.Token).For(100, piece =>
        {
            if (piece == 10)
            {
                stop.Cancel();
            }

            stop.Token.ThrowIfCancellationRequested();
        }));
    }
}
