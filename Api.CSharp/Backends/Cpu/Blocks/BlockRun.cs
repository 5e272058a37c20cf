using System.Numerics;
using System.Runtime.ExceptionServices;

namespace HadamardNtk;

/// <summary>Takes a finished block: its first row and column, its entries, its shape and its stride.</summary>
internal delegate void TakeBlock<T>(int row, int column, ReadOnlySpan<T> block, int rows, int columns, int stride);

/// <summary>Hands blocks to threads until none is left, one fails, or the work is cancelled.</summary>
internal static class BlockRun
{
    internal static void Start<T>(
        GramRequest request, BlockWork<T> work, TakeBlock<T> take, IGramSink sink, GramOptions options, Team team, CancellationToken cancellation)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        new Run<T>(request, work, take, sink, options, cancellation).Start(team);

    private sealed unsafe class Run<T>(
        GramRequest request, BlockWork<T> work, TakeBlock<T> take, IGramSink sink, GramOptions options, CancellationToken cancellation)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        private readonly Blocks _blocks = new(request.Rows, request.Columns, request.IsSymmetric);
        private readonly double _entries = (double)request.Rows * request.Columns;
        private readonly Lock _lock = new();
        private readonly Lanes _lanes = new();
        private long _done;
        private Exception? _failure;

        internal void Start(Team team)
        {
            if (_blocks.Count > 1)
            {
                team.Run(Work);
            }
            else
            {
                Work();
            }

            cancellation.ThrowIfCancellationRequested();
            if (_failure is { } failure)
            {
                ExceptionDispatchInfo.Throw(failure);
            }

            options.Lanes?.Add(_lanes);
            options.LaneReport?.Report(new(_lanes.Equal, _lanes.Double, _lanes.Exact, _lanes.Quadrature));
        }

        private void Work()
        {
            try
            {
                if (!TryTake(out var i, out var j))
                {
                    return;
                }

                using var worker = work.NewWorker();
                var width = Math.Min(_blocks.Width, request.Columns);
                // Rows of a power of two of bytes would share cache sets.
                var stride = (nint)((width + 31) / 32 * 32 + 32);
                using var block = new NativeBuffer<T>(Math.Min(_blocks.Height, request.Rows) * stride, clear: false);
                do
                {
                    Fill(worker, block, stride, i, j);
                }
                while (TryTake(out i, out j));

                lock (_lock)
                {
                    _lanes.Add(worker.Lanes);
                }
            }
            catch (Exception e)
            {
                lock (_lock)
                {
                    _failure ??= e;
                }
            }
        }

        private bool TryTake(out int row, out int column)
        {
            (row, column) = (0, 0);
            return Volatile.Read(ref _failure) is null && !cancellation.IsCancellationRequested && _blocks.TryTake(out row, out column);
        }

        private void Fill(BlockWorker<T> worker, NativeBuffer<T> block, nint stride, int i, int j)
        {
            var (height, width) = (Math.Min(_blocks.Height, request.Rows - i), Math.Min(_blocks.Width, request.Columns - j));
            if (sink.Wants(i, j, height, width))
            {
                worker.Fill(i, j, height, width, block.Start, stride);
                take(i, j, new ReadOnlySpan<T>(block.Start, (int)((height - 1) * stride + width)), height, width, (int)stride);
            }

            Report((long)height * width * (request.IsSymmetric && j > i ? 2 : 1));
        }

        // Blocks off the diagonal count twice: their mirror images are done with them.
        private void Report(long entries)
        {
            if (options.Progress is { } progress)
            {
                lock (_lock)
                {
                    _done += entries;
                    progress.Report(Math.Min(1, _done / _entries));
                }
            }
        }
    }
}
