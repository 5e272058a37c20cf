using System.Diagnostics;
using Orleans.Concurrency;

namespace HadamardNtk;

/// <summary>The place where workers find a job of products, in memory alone. The client restores it.</summary>
[Reentrant]
internal sealed class ProductGrain : Grain, IProductGrain
{
    /// <summary>The pool of the jobs of products.</summary>
    internal const int PoolNumber = 1;

    private static readonly TimeSpan LongestWait = TimeSpan.FromMilliseconds(500);

    /// <summary>
    /// A job without its client is forgotten after this time, so that workers are free for others. A client that was
    /// only paused begins it again.
    /// </summary>
    private static readonly TimeSpan Widowed = TimeSpan.FromSeconds(15);

    private readonly Stopwatch _sinceHeard = Stopwatch.StartNew();
    private ProductJob? _job;
    private IProductClient? _client;
    private RoundNews _news;
    private TaskCompletionSource _changed = NewChange();

    private string Id => this.GetPrimaryKeyString();

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        this.RegisterGrainTimer(Tend, new GrainTimerCreationOptions(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1)));
        return Task.CompletedTask;
    }

    public Task Begin(ProductJob job, IProductClient client)
    {
        _ = ProductBands.Of(job);
        if (job.Matrix.Token != Id)
        {
            throw new ArgumentException("Expected a job whose token is the name of its grain.");
        }

        (_job, _client) = (job, client);
        _sinceHeard.Restart();
        Change();
        return Pool().Announce(Id);
    }

    public Task<bool> Announce(string token, RoundNews news)
    {
        if (_job?.Matrix.Token != token)
        {
            return Task.FromResult(false);
        }

        _sinceHeard.Restart();
        var isNext = news.Round != _news.Round;
        _news = news;
        if (isNext)
        {
            Change();
        }

        return Task.FromResult(true);
    }

    public Task End(string token)
    {
        if (_job?.Matrix.Token == token)
        {
            Forget();
        }

        return Task.CompletedTask;
    }

    public Task<ProductJob?> Describe() => Task.FromResult(_job);

    public Task<IProductClient?> Client() => Task.FromResult(_client);

    public async Task<int> Wait(int round)
    {
        if (_job is not null && _news.Round <= round)
        {
            await Task.WhenAny(_changed.Task, Task.Delay(LongestWait));
        }

        return _job is null ? -1 : _news.Round;
    }

    public Task<ProductStatus?> Status() => Task.FromResult(
        _job is null ? null : new ProductStatus(_job, _news, _sinceHeard.Elapsed.TotalSeconds));

    private static TaskCompletionSource NewChange() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private IPoolGrain Pool() => GrainFactory.GetGrain<IPoolGrain>(PoolNumber);

    private void Change()
    {
        _changed.TrySetResult();
        _changed = NewChange();
    }

    // The pool hears of the job once a second, and a job without its client ends.
    private async Task Tend()
    {
        if (_job is null)
        {
            return;
        }

        if (_sinceHeard.Elapsed > Widowed)
        {
            Forget();
            return;
        }

        await Pool().Announce(Id);
    }

    private void Forget()
    {
        (_job, _client) = (null, null);
        Change();
        Pool().Withdraw(Id).Ignore();
        DeactivateOnIdle();
    }
}
