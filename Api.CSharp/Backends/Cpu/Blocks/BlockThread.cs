using System.Numerics;

namespace HadamardNtk;

/// <summary>One thread of a run, with the worker that fills its blocks and memory for one block.</summary>
/// <typeparam name="T">float or double.</typeparam>
internal sealed unsafe class BlockThread<T> : IDisposable
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly GramRun _run;
    private readonly BlockWorker<T> _worker;
    private readonly NativeBuffer<T> _block;
    private readonly int _stride;

    internal BlockThread(GramRun run, BlockWorker<T> worker, BlockGrid blocks, GramRequest request)
    {
        (_run, _worker) = (run, worker);
        // Rows whose length in bytes is a power of two would share cache sets.
        _stride = (Math.Min(blocks.Width, request.Columns) + 31) / 32 * 32 + 32;
        _block = new(Math.Min(blocks.Height, request.Rows) * (nint)_stride, clear: false);
    }

    /// <summary>Computes a block, and writes it to the run.</summary>
    internal void Fill(GramTile tile)
    {
        _worker.Fill(tile.Row, tile.Column, tile.Rows, tile.Columns, _block.Start, _stride);
        _run.Write(tile, new ReadOnlySpan<T>(_block.Start, (tile.Rows - 1) * _stride + tile.Columns), _stride);
    }

    /// <summary>Adds the counts of escalated pairs to the run, and frees the memory.</summary>
    public void Dispose()
    {
        _run.Count(_worker.Lanes);
        _block.Dispose();
        _worker.Dispose();
    }
}
