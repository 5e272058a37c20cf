using System.Numerics;
using System.Runtime.ExceptionServices;

namespace HadamardNtk;

/// <summary>
/// One run of a request over its tiles, which several threads may share. It knows the tiles that the sink wants, the
/// progress, the first failure and the number of escalated pairs.
/// </summary>
public sealed class GramRun
{
    private readonly GramRequest _request;
    private readonly IGramSink? _sink;
    private readonly ComputeOptions _options;
    private readonly CancellationToken _cancellation;
    private readonly Lock _lock = new();
    private readonly Lanes _lanes = new();
    private double _done;
    private GramTile _failed;
    private Exception? _failure;

    /// <summary>Begins a run.</summary>
    /// <param name="request">The request.</param>
    /// <param name="sink">The sink of the tiles.</param>
    /// <param name="options">The receivers of the progress and of the numbers of escalated pairs.</param>
    /// <param name="cancellation">The token that stops the run.</param>
    public GramRun(GramRequest request, IGramSink sink, ComputeOptions options, CancellationToken cancellation)
        : this(request, options, cancellation)
    {
        ArgumentNullException.ThrowIfNull(sink);
        _sink = sink;
    }

    /// <summary>Begins a run without a sink, whose worker uses up the tiles.</summary>
    internal GramRun(GramRequest request, ComputeOptions options, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(options);
        (_request, _options, _cancellation) = (request, options, cancellation);
    }

    /// <summary>
    /// The tiles that the sink wants, in their order, until one fails or the run is canceled. Tiles that the sink does
    /// not want count as done.
    /// </summary>
    /// <param name="tiles">All tiles, row by row.</param>
    public IEnumerable<GramTile> Wanted(IEnumerable<GramTile> tiles)
    {
        ArgumentNullException.ThrowIfNull(tiles);
        foreach (var tile in tiles)
        {
            if (IsOver)
            {
                yield break;
            }

            if (_sink is null || _sink.Wants(tile))
            {
                yield return tile;
            }
            else
            {
                Count(tile);
            }
        }
    }

    /// <summary>Gives a finished tile to the sink, and counts it as done.</summary>
    /// <param name="tile">The tile.</param>
    /// <param name="entries">The entries of the tile, row by row.</param>
    /// <param name="stride">The distance from one row to the next in numbers, at least the tile's columns.</param>
    /// <typeparam name="T">double, or float for a request in float32.</typeparam>
    public void Write<T>(GramTile tile, ReadOnlySpan<T> entries, int stride)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        _sink?.Write(tile, entries, stride);
        Count(tile);
    }

    /// <summary>
    /// Ends the run at a failure. If several tiles fail, <see cref="Complete"/> throws the failure of the first of
    /// them.
    /// </summary>
    /// <param name="tile">The tile that failed.</param>
    /// <param name="failure">The failure.</param>
    public void Fail(GramTile tile, Exception failure)
    {
        ArgumentNullException.ThrowIfNull(failure);
        lock (_lock)
        {
            if (_failure is null || (tile.Row, tile.Column).CompareTo((_failed.Row, _failed.Column)) < 0)
            {
                (_failed, _failure) = (tile, failure);
            }
        }
    }

    /// <summary>Ends the run: throws the first failure, or reports the numbers of escalated pairs.</summary>
    /// <exception cref="OperationCanceledException">The run was canceled.</exception>
    public void Complete()
    {
        _cancellation.ThrowIfCancellationRequested();
        if (_failure is { } failure)
        {
            ExceptionDispatchInfo.Throw(failure);
        }

        _options.Lanes?.Add(_lanes);
        _options.PrecisionReport?.Report(new(_lanes.Equal, _lanes.Double, _lanes.Exact, _lanes.Quadrature));
    }

    /// <summary>
    /// Shares the tiles out to threads and completes the run. Each thread makes a worker of its own. A failure ends the
    /// run.
    /// </summary>
    /// <param name="tiles">All tiles in the order in which they are begun.</param>
    /// <param name="onEveryThread">
    /// Calls an action on every thread that works, and returns when all calls have returned.
    /// </param>
    /// <param name="newWorker">Makes a thread's worker when the thread gets its first tile.</param>
    /// <param name="fill">Computes a tile and writes it to this run.</param>
    internal void Share<TWorker>(
        IEnumerable<GramTile> tiles,
        Action<Action> onEveryThread,
        Func<TWorker> newWorker,
        Action<TWorker, GramTile> fill)
        where TWorker : IDisposable
    {
        Work(tiles, onEveryThread, newWorker, fill);
        Complete();
    }

    /// <summary>Whether the run has failed or is canceled.</summary>
    internal bool IsOver => _cancellation.IsCancellationRequested || Volatile.Read(ref _failure) is not null;

    /// <summary>Whether the sink wants one of the tiles.</summary>
    internal bool WantsAny(IEnumerable<GramTile> tiles) => _sink is null || tiles.Any(_sink.Wants);

    /// <summary>Shares some of the tiles out to threads. The run goes on.</summary>
    /// <inheritdoc cref="Share"/>
    internal void Work<TWorker>(
        IEnumerable<GramTile> tiles,
        Action<Action> onEveryThread,
        Func<TWorker> newWorker,
        Action<TWorker, GramTile> fill)
        where TWorker : IDisposable
    {
        using var source = Wanted(tiles).GetEnumerator();
        onEveryThread(TakeAll);

        void TakeAll()
        {
            var tile = default(GramTile);
            try
            {
                if (TryTake(out tile))
                {
                    using var worker = newWorker();
                    do
                    {
                        fill(worker, tile);
                    }
                    while (TryTake(out tile));
                }
            }
            catch (Exception e)
            {
                Fail(tile, e);
            }
        }

        bool TryTake(out GramTile tile)
        {
            lock (source)
            {
                var isThere = source.MoveNext();
                tile = isThere ? source.Current : default;
                return isThere;
            }
        }
    }

    /// <summary>Adds a thread's numbers of escalated pairs.</summary>
    internal void Count(Lanes lanes)
    {
        lock (_lock)
        {
            _lanes.Add(lanes);
        }
    }

    /// <summary>
    /// Counts a tile as done. Tiles above the diagonal of a symmetric matrix count twice, because their mirror images
    /// are done with them.
    /// </summary>
    internal void Count(GramTile tile)
    {
        if (_options.Progress is { } progress)
        {
            lock (_lock)
            {
                _done += tile.Count * (_request.IsSymmetric && tile.Column > tile.Row ? 2.0 : 1.0);
                progress.Report(Math.Min(1, _done / ((double)_request.Rows * _request.Columns)));
            }
        }
    }
}
