using System.Diagnostics;
using System.Runtime.InteropServices;

namespace HadamardNtk;

/// <summary>
/// The threads on which a worker computes bands, of low priority and outside the thread pool, where the silo lives.
/// Each computes a band of its own and sends it.
/// </summary>
internal sealed class BandThreads : IDisposable
{
    private readonly string _worker;
    private readonly IProductClient _client;
    private readonly BandKernel _kernel;
    private readonly ProductBands _bands;
    private readonly WorkTurns _turns;
    private readonly Action<Memory<byte>>? _spoil;
    private readonly CancellationTokenSource _stop = new();
    private readonly SemaphoreSlim _ready = new(0);
    private readonly SemaphoreSlim _changed = new(0);
    private readonly Lock _lock = new();
    private readonly Queue<(ProductRound Round, Matrix Factor, int Band)> _waiting = [];
    private readonly HashSet<int> _held = [];
    private readonly Thread[] _threads;
    private (ProductRound Round, Matrix Factor)? _round;
    private Failed? _failure;
    private int _finished;

    internal BandThreads(
        int threads, string worker, IProductClient client, BandKernel kernel, ProductBands bands,
        WorkTurns turns, Action<Memory<byte>>? spoil)
    {
        (_worker, _client, _kernel, _bands, _turns, _spoil) = (worker, client, kernel, bands, turns, spoil);
        _threads = new Thread[threads];
        for (var k = 0; k < threads; k++)
        {
            _threads[k] = new(Work) { IsBackground = true, Name = $"bands {k}" };
            _threads[k].Start();
        }
    }

    /// <summary>The bands of the round at work that wait or are computed.</summary>
    internal int[] Held
    {
        get
        {
            lock (_lock)
            {
                return [.. _held];
            }
        }
    }

    /// <summary>The number of bands that were computed and sent.</summary>
    internal int Finished => Volatile.Read(ref _finished);

    /// <summary>Stops the threads after their bands.</summary>
    public void Dispose()
    {
        _stop.Cancel();
        Array.ForEach(_threads, thread => thread.Join());
        _stop.Dispose();
    }

    /// <summary>Begins a round, and forgets the bands of the one before.</summary>
    internal void Begin(ProductRound round, Matrix factor)
    {
        lock (_lock)
        {
            _round = (round, factor);
            _waiting.Clear();
            _held.Clear();
        }
    }

    /// <summary>Adds bands of the round.</summary>
    internal void Add(IEnumerable<int> bands)
    {
        lock (_lock)
        {
            foreach (var band in bands.Where(band => band >= 0 && band < _bands.Count && _held.Add(band)))
            {
                _waiting.Enqueue((_round!.Value.Round, _round.Value.Factor, band));
                _ready.Release();
            }
        }
    }

    /// <summary>Waits until a band is sent, or for a time.</summary>
    internal async Task Change(TimeSpan most, CancellationToken stop)
    {
        if (await _changed.WaitAsync(most, stop))
        {
            while (_changed.Wait(0, CancellationToken.None))
            {
            }
        }
    }

    /// <summary>Why a band of a round has no result, once; null if all is well.</summary>
    internal Failed? TakeFailure() => Interlocked.Exchange(ref _failure, null);

    private void Work()
    {
        LowPriority.Enter();
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                _ready.Wait(_stop.Token);
                if (TryTake() is { } lease)
                {
                    Try(lease);
                }
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                return;
            }

            _changed.Release();
        }
    }

    private void Try((ProductRound Round, Matrix Factor, int Band) lease)
    {
        try
        {
            Compute(lease.Round, lease.Factor, lease.Band);
        }
        catch (Exception e) when (e is not OperationCanceledException || !_stop.IsCancellationRequested)
        {
            Volatile.Write(ref _failure, new(lease.Round.Number, e.GetBaseException()));
        }
    }

    private (ProductRound Round, Matrix Factor, int Band)? TryTake()
    {
        lock (_lock)
        {
            return _waiting.TryDequeue(out var lease) ? lease : null;
        }
    }

    private void Compute(ProductRound round, Matrix factor, int number)
    {
        try
        {
            var (band, start) = (_bands[number], Stopwatch.GetTimestamp());
            var (rows, isKept) = _turns.Take(
                () => _kernel.Compute(round.Kind, number, band, factor, _stop.Token), _stop.Token);
            ClusterMeters.Compute.Record(Stopwatch.GetElapsedTime(start).TotalSeconds);
            if (TrySend(round, number, rows, isKept))
            {
                ClusterMeters.Tiles.Add(1);
                Interlocked.Increment(ref _finished);
            }
        }
        finally
        {
            lock (_lock)
            {
                if (_round?.Round.Number == round.Number)
                {
                    _held.Remove(number);
                }
            }
        }
    }

    private bool TrySend(ProductRound round, int number, Matrix rows, bool isKept)
    {
        try
        {
            return Send(round, number, rows, isKept);
        }
        catch (Exception e) when (ClusterFailure.IsPassing(e, _stop.Token))
        {
            // The way to the client is lost, or the client has gone on; the band is not held any more.
            return false;
        }
    }

    private bool Send(ProductRound round, int number, Matrix rows, bool isKept)
    {
        var atOnce = Math.Max(1, TileRows.MostBytes / (rows.Columns * sizeof(double)));
        for (var row = 0; row < rows.Rows; row += atOnce)
        {
            _stop.Token.ThrowIfCancellationRequested();
            var some = Math.Min(atOnce, rows.Rows - row);
            var numbers = rows.Data.AsSpan(row * rows.Columns, some * rows.Columns);
            var part = MemoryMarshal.AsBytes(numbers).ToArray();
            _spoil?.Invoke(part);
            var message = new BandRows(round.Number, number, row, some, part, TileHash.Of(part), isKept);
            if (!_client.Take(_worker, message).GetAwaiter().GetResult())
            {
                return false;
            }

            ClusterMeters.Sent.Add(part.Length);
        }

        return true;
    }

    /// <summary>Why a band of a round has no result.</summary>
    internal sealed record Failed(int Round, Exception Error);
}
