using Xunit;

namespace HadamardNtk.Api.Tests.Execution;

/// <summary>Values that are computed once, for all who ask.</summary>
public class OnceTests
{
    [Fact]
    public async Task A_caller_that_waits_for_another_ones_computation_can_be_canceled()
    {
        var once = new Once<string>();
        using var begun = new ManualResetEventSlim();
        using var goOn = new ManualResetEventSlim();
        var first = Task.Run(() => once.Get(
            () =>
            {
                begun.Set();
                Assert.True(goOn.Wait(TimeSpan.FromSeconds(30)));
                return "made";
            },
            default));
        Assert.True(begun.Wait(TimeSpan.FromSeconds(30)));
        using var stop = new CancellationTokenSource(TimeSpan.FromMilliseconds(20));
        Assert.ThrowsAny<OperationCanceledException>(() => once.Get(() => "another", stop.Token));
        goOn.Set();
        Assert.Equal("made", await first);
        Assert.Equal("made", once.Get(() => "another", default));
        Assert.Equal("made", once.Known);
    }

    [Fact]
    public void What_fails_is_computed_again_by_the_next_caller()
    {
        var calls = 0;
        var get = Once.Of(_ =>
        {
            calls++;
            return calls == 1 ? throw new InvalidTimeZoneException() : "made";
        });
        Assert.Throws<InvalidTimeZoneException>(() => get(default));
        Assert.Equal("made", get(default));
        Assert.Equal("made", get(default));
        Assert.Equal(2, calls);
    }
}
