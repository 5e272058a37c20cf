using System.Diagnostics;
using System.Runtime.InteropServices;

namespace HadamardNtk;

/// <summary>
/// The client's end of a job: it gives samples and takes tiles. It admits a few tiles at a time, so that at most as
/// many parts of 4 MB are on their way.
/// </summary>
internal sealed class JobClient(GramRequest request, LeaseGrid grid, IGramSink sink) : IJobClient
{
    private const int MostAdmitted = 8;
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private readonly Lock _lock = new();
    private readonly Dictionary<(string Worker, int Tile), TimeSpan> _admitted = [];
    private readonly HashSet<string> _wrong = [];
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private OutputException? _failure;
    private int _isWritten;
    private int _isAsked;

    /// <summary>Why a tile could not be written; null while all is well.</summary>
    internal OutputException? Failure => Volatile.Read(ref _failure);

    /// <summary>Whether rows came from workers since the last call.</summary>
    internal bool TakeWritten() => Interlocked.Exchange(ref _isWritten, 0) != 0;

    /// <summary>Whether workers asked for samples or brought tiles since the last call.</summary>
    internal bool TakeAsked() => Interlocked.Exchange(ref _isAsked, 0) != 0;

    /// <summary>Takes no more tiles from workers.</summary>
    internal void Ban(IEnumerable<string> workers)
    {
        lock (_lock)
        {
            _wrong.UnionWith(workers);
            Free(place => _wrong.Contains(place.Worker));
        }
    }

    public Task<byte[]> Samples(int source, long first, int count)
    {
        var numbers = (source == 0 ? request.X : request.Other).Data;
        if (count is < 1 or > JobSamples.MostNumbers || first < 0 || first > numbers.Length - count)
        {
            throw new ArgumentException($"Expected 1 to {JobSamples.MostNumbers} numbers within the samples.");
        }

        Volatile.Write(ref _isAsked, 1);
        return Task.FromResult(MemoryMarshal.AsBytes(numbers.AsSpan((int)first, count)).ToArray());
    }

    public Task<bool> Admit(string worker, int tile)
    {
        lock (_lock)
        {
            var old = _clock.Elapsed - Deadline;
            Free(place => _admitted[place] < old);
            var isAdmitted = _admitted.Count < MostAdmitted && !_wrong.Contains(worker);
            if (isAdmitted)
            {
                _admitted[(worker, tile)] = _clock.Elapsed;
            }

            return Task.FromResult(isAdmitted);
        }
    }

    public Task<bool> Take(string worker, TileRows rows)
    {
        lock (_lock)
        {
            if (!_admitted.ContainsKey((worker, rows.Tile)))
            {
                return Task.FromResult(false);
            }

            _admitted[(worker, rows.Tile)] = _clock.Elapsed;
        }

        var tile = grid[rows.Tile];
        var size = request.Precision == Precision.Float32 ? sizeof(float) : sizeof(double);
        if (rows.Row < 0 || rows.Rows < 1 || rows.Row > tile.Rows - rows.Rows
            || rows.Entries.Length != (long)rows.Rows * tile.Columns * size || TileHash.Of(rows.Entries) != rows.Hash)
        {
            throw new ArgumentException($"Expected whole rows of tile {rows.Tile} with their hash.");
        }

        Volatile.Write(ref _isAsked, 1);
        Write(new(tile.Row + rows.Row, tile.Column, rows.Rows, tile.Columns), rows.Entries);
        return Task.FromResult(true);
    }

    public Task Sent(string worker, int tile)
    {
        lock (_lock)
        {
            _admitted.Remove((worker, tile));
        }

        return Task.CompletedTask;
    }

    public Task Leave(string worker)
    {
        lock (_lock)
        {
            Free(place => place.Worker == worker);
        }

        return Task.CompletedTask;
    }

    private void Free(Func<(string Worker, int Tile), bool> which)
    {
        foreach (var place in _admitted.Keys.Where(which).ToArray())
        {
            _admitted.Remove(place);
        }
    }

    private void Write(GramTile part, byte[] entries)
    {
        try
        {
            if (request.Precision == Precision.Float32)
            {
                sink.Write<float>(part, MemoryMarshal.Cast<byte, float>(entries), part.Columns);
            }
            else
            {
                sink.Write<double>(part, MemoryMarshal.Cast<byte, double>(entries), part.Columns);
            }

            Volatile.Write(ref _isWritten, 1);
        }
        catch (OutputException e)
        {
            Volatile.Write(ref _failure, e);
            throw;
        }
    }
}
