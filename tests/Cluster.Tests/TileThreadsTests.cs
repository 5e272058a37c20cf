using System.Numerics;
using Xunit;

namespace HadamardNtk.Cluster.Tests;

/// <summary>The threads of a worker say what happened to them.</summary>
public class TileThreadsTests
{
    [Fact]
    public void A_call_that_a_silo_cancels_is_a_lost_client_and_not_the_end_of_a_thread_in_silence()
    {
        var (request, queue) = (new GramRequest(Network.Parse("dense"), Samples.Random(9, 2, 1)), new TileQueue());
        queue.Add([0]);
        using var tiles = new TileThreads(
            1, request, Backends.Find("cpu"), new LeaseGrid(9, 9, true, 128), queue, new Canceled(), new WorkTurns(1), null);
        Assert.True(SpinWait.SpinUntil(() => tiles.IsLost, TimeSpan.FromSeconds(60)));
        Assert.Null(tiles.Failure);
    }

    private sealed class Canceled : ITileDelivery
    {
        public string Name => "none";

        public void Put<T>(int number, GramTile tile, ReadOnlySpan<T> entries, CancellationToken stop)
            where T : unmanaged, IFloatingPointIeee754<T> => throw new TaskCanceledException();

        public void Flush()
        {
        }

        public void Dispose()
        {
        }
    }
}
