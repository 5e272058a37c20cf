using System.Diagnostics;
using Microsoft.Extensions.Logging;

namespace HadamardNtk;

/// <summary>
/// The work of a worker on one job: it pulls leases, has them computed, and reports what is finished.
/// </summary>
internal sealed class JobRun(
    IJobGrain grain, string worker, int threads, TileQueue queue, TileThreads tiles, ITileDelivery delivery,
    Func<bool> isListed, ILogger log)
{
    /// <summary>What is delivered is flushed and reported when the last batch is this old, or older.</summary>
    private static readonly TimeSpan LeastPause = TimeSpan.FromSeconds(1);

    /// <summary>
    /// A worker gives a job up whose coordinator does not answer, or does not know it, for this time.
    /// </summary>
    private static readonly TimeSpan Endurance = TimeSpan.FromMinutes(2);

    /// <summary>The same where the pool does not list the job either.</summary>
    private static readonly TimeSpan ShortEndurance = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    // The work for which leases are held ready, so that no thread waits for the coordinator.
    private const double SecondsAhead = 0.5;

    private readonly Stopwatch _sinceFlush = Stopwatch.StartNew();
    private readonly Stopwatch _sinceAnswer = Stopwatch.StartNew();
    private Task _flush = Task.CompletedTask;
    private TimeSpan _pause = LeastPause;

    /// <summary>Works until the job ends.</summary>
    /// <returns>Whether the worker may take part in the job again.</returns>
    internal async Task<bool> Run(CancellationToken stop)
    {
        while (true)
        {
            stop.ThrowIfCancellationRequested();
            if (FlushIfDue() is { } failed)
            {
                await grain.Fail(worker, TileFault.Output, failed.Message);
                return false;
            }

            if (tiles.Failure is var (fault, message))
            {
                await (fault == TileFault.Worker
                    ? grain.Refuse(worker, message)
                    : grain.Fail(worker, fault, message));
                return false;
            }

            if (tiles.IsLost)
            {
                return true;
            }

            var grant = await Pull(stop);
            if (grant is { IsWrong: true })
            {
                return false;
            }

            var endurance = isListed() ? Endurance : ShortEndurance;
            if (grant is { State: JobState.Complete or JobState.Failed } || _sinceAnswer.Elapsed > endurance)
            {
                return true;
            }

            queue.Add(grant?.Tiles ?? []);
            await queue.Change(grant is { Tiles.Length: > 0 } ? LeastPause : Pause, stop);
        }
    }

    // Flushing takes as long as the disk does. Leases are pulled and computed meanwhile. A flush is not begun
    // before ten times the duration of the last one, unless there is nothing else to do.
    private Exception? FlushIfDue()
    {
        if (!_flush.IsCompleted)
        {
            return null;
        }

        var failure = _flush.Exception?.InnerException;
        if (_sinceFlush.Elapsed > _pause || queue.IsIdle)
        {
            _sinceFlush.Restart();
            _flush = Task.Run(Flush);
        }

        return failure;
    }

    private void Flush()
    {
        var start = Stopwatch.GetTimestamp();
        if (queue.Flush(delivery.Flush))
        {
            var pause = 10 * Stopwatch.GetElapsedTime(start);
            _pause = pause > LeastPause ? pause : LeastPause;
            queue.Wake();
        }
    }

    private async Task<LeaseGrant?> Pull(CancellationToken stop)
    {
        var (finished, held) = (queue.Finished(PullRequest.Most), queue.Held);
        var wanted = Math.Min(Wanted() - queue.Waiting, PullRequest.Most - held.Length);
        var start = Stopwatch.GetTimestamp();
        try
        {
            var grant = await grain.Pull(new(worker, Math.Max(0, wanted), held, finished));
            ClusterMeters.Pull.Record(Stopwatch.GetElapsedTime(start).TotalSeconds);
            if (grant.State != JobState.Unknown)
            {
                queue.Reported(finished);
                _sinceAnswer.Restart();
            }

            return grant;
        }
        catch (Exception e) when (ClusterFailure.IsPassing(e, stop))
        {
            ClusterLog.Again(log, worker, ClusterFailure.Reason(e));
            await Task.Delay(Pause, stop);
            return null;
        }
    }

    private int Wanted() =>
        threads * (1 + (int)Math.Clamp(Math.Ceiling(SecondsAhead / tiles.SecondsOfTile), 1, 64));
}
