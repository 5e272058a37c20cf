using System.Diagnostics;
using System.Numerics;

namespace HadamardNtk;

/// <summary>
/// Records in a journal which tiles are in the file, and does not want them again. The data of a tile is on the disk
/// before its record is written, so that the journal holds no tile that a loss of power took. Both are written in
/// batches.
/// </summary>
internal sealed class JournalSink(FileSink sink, PartialFile file, Journal journal) : IGramSink
{
    /// <summary>
    /// A batch is written when the last one is at least this old, and ten times as old as its writing took.
    /// </summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly HashSet<GramTile> _before = [.. journal.Done];
    private readonly Lock _flushing = new();
    private readonly Lock _adding = new();
    private List<GramTile> _pending = [];
    private long _due = Stopwatch.GetTimestamp() + Ticks(Patience);

    public bool Wants(GramTile tile) => !_before.Contains(tile);

    public void Write<T>(GramTile tile, ReadOnlySpan<T> entries, int stride)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (Wants(tile))
        {
            sink.Write(tile, entries, stride);
            Remember(tile);
        }
    }

    /// <summary>Flushes the data to the disk, and then the records of its tiles.</summary>
    /// <exception cref="OutputException">The data or the records cannot be written.</exception>
    internal void Flush()
    {
        lock (_flushing)
        {
            FlushPending();
        }
    }

    private void Remember(GramTile tile)
    {
        lock (_adding)
        {
            _pending.Add(tile);
        }

        // One thread writes the batch; the others go on.
        if (Stopwatch.GetTimestamp() >= Volatile.Read(ref _due) && _flushing.TryEnter())
        {
            try
            {
                FlushPending();
            }
            finally
            {
                _flushing.Exit();
            }
        }
    }

    private void FlushPending()
    {
        var start = Stopwatch.GetTimestamp();
        var batch = Take();
        file.Flush();
        journal.Append(batch);
        var end = Stopwatch.GetTimestamp();
        Volatile.Write(ref _due, end + Math.Max(Ticks(Patience), 10 * (end - start)));
    }

    private List<GramTile> Take()
    {
        lock (_adding)
        {
            var batch = _pending;
            _pending = [];
            return batch;
        }
    }

    private static long Ticks(TimeSpan time) => (long)(time.TotalSeconds * Stopwatch.Frequency);
}
