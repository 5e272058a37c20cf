using System.Diagnostics;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace HadamardNtk;

/// <summary>
/// The threads on which a worker computes the tiles of a job, of low priority and outside the thread pool, where the
/// silo lives. Each thread computes a tile of its own.
/// </summary>
internal sealed class TileThreads : IDisposable
{
    private static readonly ComputeOptions Alone = new GramOptions { Threads = 1 };

    private readonly GramRequest _request;
    private readonly TileRequests _requests;
    private readonly IKernelBackend _backend;
    private readonly LeaseGrid _grid;
    private readonly TileQueue _queue;
    private readonly ITileDelivery _delivery;
    private readonly WorkTurns _turns;
    private readonly Action<Memory<byte>>? _spoil;
    private readonly CancellationTokenSource _stop = new();
    private readonly Thread[] _threads;
    private (TileFault Fault, string Message)? _failure;
    private volatile bool _isLost;
    private long _ticks;
    private long _tiles;

    internal TileThreads(
        int threads, GramRequest request, IKernelBackend backend, LeaseGrid grid, TileQueue queue,
        ITileDelivery delivery, WorkTurns turns, Action<Memory<byte>>? spoil)
    {
        (_request, _backend, _grid, _queue, _delivery) = (request, backend, grid, queue, delivery);
        (_requests, _turns, _spoil) = (new(request), turns, spoil);
        _threads = new Thread[threads];
        for (var k = 0; k < threads; k++)
        {
            _threads[k] = new(Work) { IsBackground = true, Name = $"tiles {k}" };
            _threads[k].Start();
        }
    }

    /// <summary>Why a tile has no result; null while all is well.</summary>
    internal (TileFault Fault, string Message)? Failure
    {
        get
        {
            lock (_threads)
            {
                return _failure;
            }
        }
    }

    /// <summary>Whether the client that takes the tiles cannot be reached.</summary>
    internal bool IsLost => _isLost;

    /// <summary>The number of tiles that were computed and delivered.</summary>
    internal long Tiles => Interlocked.Read(ref _tiles);

    /// <summary>The mean seconds of a tile, or a guess before the first.</summary>
    internal double SecondsOfTile =>
        Tiles == 0 ? 0.1 : Stopwatch.GetElapsedTime(0, Interlocked.Read(ref _ticks)).TotalSeconds / Tiles;

    /// <summary>Stops the threads after their tiles.</summary>
    public void Dispose()
    {
        _stop.Cancel();
        Array.ForEach(_threads, thread => thread.Join());
        _stop.Dispose();
    }

    private void Work()
    {
        LowPriority.Enter();
        try
        {
            if (_request.Precision == Precision.Float32)
            {
                Work<float>();
            }
            else
            {
                Work<double>();
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
        }
        catch (ClientLostException)
        {
            _isLost = true;
            _queue.Wake();
        }
        catch (Exception e)
        {
            lock (_threads)
            {
                _failure ??= (FaultOf(e), e.Message);
            }

            _queue.Wake();
        }
    }

    private static TileFault FaultOf(Exception e) => e switch
    {
        ArithmeticException => TileFault.Kernel,
        OutputException => TileFault.Output,
        _ => TileFault.Worker,
    };

    private void Work<T>() where T : unmanaged, IFloatingPointIeee754<T>
    {
        var room = Array.Empty<byte>();
        while (true)
        {
            var number = _queue.Take(_stop.Token);
            var (tile, start) = (_grid[number], Stopwatch.GetTimestamp());
            var length = checked((int)(tile.Count * Unsafe.SizeOf<T>()));
            if (room.Length < length)
            {
                room = GC.AllocateUninitializedArray<byte>(length, pinned: true);
            }

            var entries = room.AsMemory(0, length);
            _turns.Take(() => Compute<T>(tile, entries.Span), _stop.Token);
            _spoil?.Invoke(entries);
            var computed = Stopwatch.GetTimestamp();
            var hash = TileHash.Of(entries.Span);
            Deliver<T>(number, tile, MemoryMarshal.Cast<byte, T>(entries.Span));
            Count(start, computed);
            _queue.Deliver(new(number, hash));
        }
    }

    private void Deliver<T>(int number, GramTile tile, ReadOnlySpan<T> entries)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        try
        {
            _delivery.Put(number, tile, entries, _stop.Token);
        }
        catch (Exception e) when (e is not OutputException && ClusterFailure.IsPassing(e, _stop.Token))
        {
            throw new ClientLostException(e);
        }
    }

    private unsafe int Compute<T>(GramTile tile, Span<byte> entries) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var part = _requests.Of(tile);
        fixed (byte* target = entries)
        {
            _backend.Compute(
                part, new MemorySink<T>(tile.Columns, part.IsSymmetric, (T*)target), Alone, _stop.Token);
        }

        return entries.Length;
    }

    private void Count(long start, long computed)
    {
        var end = Stopwatch.GetTimestamp();
        Interlocked.Add(ref _ticks, end - start);
        Interlocked.Increment(ref _tiles);
        ClusterMeters.Tiles.Add(1);
        ClusterMeters.Compute.Record(Stopwatch.GetElapsedTime(start, computed).TotalSeconds);
        ClusterMeters.Deliver.Record(Stopwatch.GetElapsedTime(computed, end).TotalSeconds);
    }

    private sealed class ClientLostException(Exception cause) : Exception(cause.Message, cause);
}
