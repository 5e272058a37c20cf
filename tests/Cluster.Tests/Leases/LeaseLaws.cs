using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace HadamardNtk.Cluster.Tests.Leases;

/// <summary>Whatever the order of pulls, reports, expiries, crashes and moves of the coordinator.</summary>
public class LeaseLaws
{
    private static readonly Gen<(int Tiles, int Workers, int[] Steps)> Stories =
        from tiles in Gen.Choose(1, 40)
        from workers in Gen.Choose(2, 6)
        from steps in Gen.Choose(0, 1 << 20).ArrayOf()
        select (tiles, workers, steps);

    [Fact]
    public void Every_tile_ends_finished_once_with_its_own_bits() => Check(0, pool =>
    {
        Assert.True(pool.Drain());
        Assert.Equal(pool.Table.Count, pool.Table.Done);
        Assert.Equal(Enumerable.Range(0, pool.Table.Count), Finished(pool.Table).Order());
        Assert.Empty(pool.Wrong);
    });

    [Fact]
    public void A_worker_that_computes_wrong_bits_is_found_and_its_tiles_are_computed_again() => Check(1, pool =>
    {
        Assert.True(pool.Drain());
        Assert.Subset(pool.Wrong, pool.Lied);
        Assert.True(pool.Wrong.Count <= 1);
        Assert.Equal(Enumerable.Range(0, pool.Table.Count), Finished(pool.Table).Order());
        Assert.All(Hashes(pool.Table), pair => Assert.Equal(LeasePool.Truth(pair.Key), pair.Value));
    });

    [Fact]
    public void Leases_keep_to_their_limits() => Check(0, pool =>
    {
        Assert.All(pool.Table.Workers, its => Assert.InRange(its.Leases.Count, 0, LeasePool.Rules.MostLeases));
        var leases = pool.Table.Workers.SelectMany(its => its.Leases.Keys).GroupBy(tile => tile);
        Assert.All(leases, tile => Assert.InRange(tile.Count(), 1, 2));
        Assert.All(leases, tile => Assert.InRange(tile.Key, 0, pool.Table.Count - 1));
        Assert.InRange(pool.Table.Workers.Count, 0, LeasePool.Rules.MostWorkers);
        Assert.InRange(pool.Table.Done, 0, pool.Table.Count);
    });

    [Theory]
    [InlineData(200, 3, 0.0)]
    [InlineData(200, 3, 0.25)]
    [InlineData(50, 5, 1.0)]
    public void Without_losses_only_the_checked_tiles_are_computed_twice(int tiles, int workers, double share)
    {
        var rules = LeasePool.Rules with { CheckedShare = share, Patience = TimeSpan.FromHours(1) };
        var pool = new LeasePool(tiles, workers, 0, rules);
        Assert.True(pool.Drain());
        var sampled = Enumerable.Range(0, tiles).Count(tile => rules.IsSampled(tile, 7));
        Assert.InRange(pool.Computed, tiles + sampled, tiles + sampled + workers);
        Assert.InRange(sampled, share * tiles - 4 * Math.Sqrt(tiles), share * tiles + 4 * Math.Sqrt(tiles));
    }

    private static void Check(int liars, Action<LeasePool> holds) => Prop.ForAll(Stories.ToArbitrary(), story =>
    {
        var pool = new LeasePool(story.Tiles, story.Workers, liars);
        Array.ForEach(story.Steps, pool.Step);
        holds(pool);
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(300).WithEndSize(300));

    private static IEnumerable<int> Finished(LeaseTable table) => Hashes(table).Keys;

    // As a client follows the changes.
    private static Dictionary<int, UInt128> Hashes(LeaseTable table)
    {
        var hashes = new Dictionary<int, UInt128>();
        foreach (var change in table.Changes)
        {
            if (change.IsDone)
            {
                hashes[change.Tile] = change.Hash;
            }
            else
            {
                Assert.True(hashes.Remove(change.Tile), "a tile that was not finished is taken back");
            }
        }

        return hashes;
    }
}
