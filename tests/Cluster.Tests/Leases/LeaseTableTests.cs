using Xunit;

namespace HadamardNtk.Cluster.Tests.Leases;

public class LeaseTableTests
{
    private static readonly LeaseRules Rules = LeasePool.Rules with { CheckedShare = 0 };

    [Fact]
    public void A_silent_worker_loses_its_leases_and_one_that_pulls_keeps_them()
    {
        var table = new LeaseTable(2, Rules with { Patience = TimeSpan.FromMinutes(1) }, 1);
        Assert.Equal([0], table.Pull("a", 1, [], Seconds(0)));
        Assert.Equal([1], table.Pull("b", 1, [], Seconds(0)));
        Assert.Empty(table.Pull("a", 0, [0], Seconds(9)));
        table.Expire(Seconds(11));
        Assert.Equal([1], table.Pull("c", 1, [], Seconds(11)));
        Assert.Empty(table.Pull("c", 1, [1], Seconds(11)));
    }

    [Fact]
    public void Leases_that_never_arrived_are_given_again()
    {
        var table = new LeaseTable(3, Rules, 1);
        Assert.Equal([0, 1], table.Pull("a", 2, [], Seconds(0)));
        Assert.Equal([0, 1], table.Pull("a", 2, [], Seconds(1)).Order());
        Assert.Equal([2], table.Pull("a", 2, [0, 1], Seconds(1)));
    }

    [Fact]
    public void An_idle_worker_takes_the_oldest_lease_over_and_the_second_report_is_harmless()
    {
        var table = new LeaseTable(1, Rules, 1);
        Assert.Equal([0], table.Pull("slow", 1, [], Seconds(0)));
        Assert.Empty(table.Pull("fast", 1, [], Seconds(4)));
        Assert.Empty(table.Pull("slow", 0, [0], Seconds(5)));
        Assert.Equal([0], table.Pull("fast", 1, [], Seconds(6)));
        Assert.Equal(ReportResult.Accepted, table.Report("fast", 0, 5, Seconds(6)));
        Assert.False(table.IsComplete);
        Assert.Equal(ReportResult.Confirmed, table.Report("slow", 0, 5, Seconds(7)));
        Assert.True(table.IsComplete);
    }

    [Fact]
    public void A_lease_of_a_finished_tile_is_not_given_again()
    {
        var table = new LeaseTable(2, Rules, 1);
        Assert.Equal([0], table.Pull("a", 1, [], Seconds(0)));
        table.Report("a", 0, 5, Seconds(0));
        Assert.Equal([0], table.Pull("b", 1, [], Seconds(0)));
        Assert.Equal(ReportResult.Confirmed, table.Report("b", 0, 5, Seconds(0)));
        Assert.Equal([1], table.Pull("slow", 1, [], Seconds(0)));
        Assert.Equal([1], table.Pull("a", 1, [], Seconds(6)));
        Assert.Equal(ReportResult.Accepted, table.Report("a", 1, 6, Seconds(6)));
        Assert.Empty(table.Pull("slow", 0, [1], Seconds(9)));
        Assert.Empty(table.Pull("b", 1, [], Seconds(12)));
        Assert.True(table.IsComplete);
    }

    [Fact]
    public void The_arbiter_checks_a_worker_that_is_alone()
    {
        var table = new LeaseTable(2, Rules, 1);
        table.Pull("a", 2, [], Seconds(0));
        Assert.Equal(ReportResult.Accepted, table.Report("a", 0, 5, Seconds(1)));
        Assert.Equal(ReportResult.Repeated, table.Report("a", 0, 5, Seconds(1)));
        Assert.Equal([0], table.ForArbiter(Seconds(1)));
        table.Pull("b", 0, [], Seconds(1));
        Assert.Empty(table.ForArbiter(Seconds(1)));
        Assert.Empty(table.Pull("a", 1, [1], Seconds(15)));
        Assert.Equal([0], table.ForArbiter(Seconds(15)));
        Assert.Empty(table.Settle(0, 5));
        table.Report("a", 1, 6, Seconds(15));
        Assert.True(table.IsComplete);
    }

    [Fact]
    public void The_arbiter_finds_a_worker_that_is_alone_and_wrong()
    {
        var table = new LeaseTable(2, Rules, 1);
        table.Pull("a", 1, [], Seconds(0));
        table.Report("a", 0, 5, Seconds(1));
        Assert.Equal(["a"], table.Settle(0, 6));
        Assert.Equal(1, table.Done);
        Assert.Empty(table.Pull("a", 1, [], Seconds(2)));
    }

    [Fact]
    public void A_worker_that_contradicts_itself_is_wrong()
    {
        var table = new LeaseTable(2, Rules, 1);
        table.Pull("a", 1, [], Seconds(0));
        table.Report("a", 0, 5, Seconds(1));
        table.Pull("a", 2, [], Seconds(1));
        Assert.Equal(ReportResult.Disputed, table.Report("a", 0, 6, Seconds(2)));
        Assert.Equal([0], table.ForArbiter(Seconds(2)));
        Assert.Equal(["a"], table.Settle(0, 5));
        Assert.Equal(ReportResult.Ignored, table.Report("a", 1, 5, Seconds(3)));
        Assert.Empty(table.Pull("a", 1, [], Seconds(3)));
        Assert.Equal([1], table.Pull("b", 1, [], Seconds(3)));
    }

    [Fact]
    public void Tiles_that_others_confirmed_outlive_the_verdict_on_a_worker()
    {
        var table = new LeaseTable(3, Rules with { CheckedShare = 1 }, 1);
        table.Pull("a", 3, [], Seconds(0));
        for (var tile = 0; tile < 3; tile++)
        {
            table.Report("a", tile, 10, Seconds(1));
        }

        Assert.Equal([0, 1], table.Pull("b", 2, [], Seconds(1)));
        Assert.Equal(ReportResult.Confirmed, table.Report("b", 0, 10, Seconds(2)));
        Assert.Equal(ReportResult.Disputed, table.Report("b", 1, 11, Seconds(2)));
        Assert.Equal(["a"], table.Settle(1, 11));
        Assert.Equal(2, table.Done);
        Assert.Equal(new TileChange(2, false, 0), table.Changes[^1]);
    }

    [Fact]
    public void A_table_that_is_rebuilt_takes_reports_of_leases_that_it_never_gave()
    {
        var table = new LeaseTable(3, Rules, 1);
        table.Restore(1, 0);
        table.Restore(1, 0);
        Assert.Equal(1, table.Done);
        Assert.Equal(ReportResult.Accepted, table.Report("a", 0, 5, Seconds(0)));
        Assert.Equal(ReportResult.Confirmed, table.Report("a", 1, 6, Seconds(0)));
        Assert.Equal(ReportResult.Disputed, table.Report("b", 1, 7, Seconds(0)));
        Assert.Equal([2], table.Pull("a", 9, [], Seconds(0)));
    }

    [Fact]
    public void Workers_beyond_the_limit_wait_until_another_is_gone()
    {
        var table = new LeaseTable(9, Rules with { MostWorkers = 1 }, 1);
        Assert.Equal([0], table.Pull("a", 1, [], Seconds(0)));
        Assert.Empty(table.Pull("b", 1, [], Seconds(1)));
        table.Leave("a");
        Assert.Empty(table.Pull("b", 1, [], Seconds(2)));
        Assert.Equal([0], table.Pull("b", 1, [], Seconds(20)));
    }

    private static TimeSpan Seconds(int seconds) => TimeSpan.FromSeconds(seconds);
}
