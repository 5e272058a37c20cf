namespace HadamardNtk;

/// <summary>
/// Tiles on all cores: inner products by the packed micro-kernel, then the program, interpreted pair by pair. A tile's
/// bits depend on its rows alone, so neither the number of threads nor the order of the tiles shows in the result.
/// </summary>
internal sealed class CpuBackend : IKernelBackend
{
    private const int TileSide = 128;

    public string Name => "cpu";

    public string Description => "tiles on all cores, float64, inner products by the packed micro-kernel";

    public void Compute(GramRequest request, IGramSink sink, GramOptions options, CancellationToken cancellation)
    {
        var rows = new SampleSet(request.Kernel, request.X, options.Threads, cancellation);
        var columns = request.IsSymmetric ? rows : new SampleSet(request.Kernel, request.Other, options.Threads, cancellation);
        new Run(request, rows, columns, sink, options, cancellation).Start();
    }

    private sealed class Run(
        GramRequest request, SampleSet rows, SampleSet columns, IGramSink sink, GramOptions options, CancellationToken cancellation)
    {
        private readonly (int Row, int Column)[] _tiles = [.. Tiles(request)];
        private readonly long _entries = (long)request.Rows * request.Columns;
        private readonly Lock _failing = new();
        private readonly Lock _reporting = new();
        private int _next;
        private long _done;
        private Exception? _failure;

        internal void Start()
        {
            var threads = Math.Min(options.Threads, _tiles.Length);
            var helpers = Enumerable.Range(1, threads - 1).Select(_ => NewThread()).ToArray();
            Work();
            foreach (var thread in helpers)
            {
                thread.Join();
            }

            cancellation.ThrowIfCancellationRequested();
            if (_failure is { } failure)
            {
                System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failure);
            }
        }

        private static IEnumerable<(int Row, int Column)> Tiles(GramRequest request)
        {
            for (var i = 0; i < request.Rows; i += TileSide)
            {
                for (var j = request.IsSymmetric ? i : 0; j < request.Columns; j += TileSide)
                {
                    yield return (i, j);
                }
            }
        }

        private Thread NewThread()
        {
            var thread = new Thread(Work) { IsBackground = true };
            thread.Start();
            return thread;
        }

        private void Work()
        {
            var (tile, scratch) = (new double[TileSide * TileSide], rows.NewScratch());
            try
            {
                for (var t = Next(); t < _tiles.Length; t = Next())
                {
                    Fill(_tiles[t], tile, scratch);
                }
            }
            catch (Exception e)
            {
                Fail(e);
            }
        }

        private int Next() =>
            Volatile.Read(ref _failure) is null && !cancellation.IsCancellationRequested
                ? Interlocked.Increment(ref _next) - 1
                : int.MaxValue;

        private void Fail(Exception e)
        {
            lock (_failing)
            {
                _failure ??= e;
            }
        }

        private void Fill((int Row, int Column) at, double[] tile, PairMemory scratch)
        {
            var (height, width) = (Math.Min(TileSide, request.Rows - at.Row), Math.Min(TileSide, request.Columns - at.Column));
            Multiply(at, tile, height, width);
            for (var i = 0; i < height; i++)
            {
                for (var j = First(at, i); j < width; j++)
                {
                    tile[i * width + j] = Entry(at.Row + i, at.Column + j, tile[i * width + j], scratch);
                }
            }

            sink.Write(at.Row, at.Column, tile.AsSpan(0, height * width), height, width, width);
            Report(height * width, request.IsSymmetric && at.Column > at.Row);
        }

        private int First((int Row, int Column) at, int i) => request.IsSymmetric ? Math.Max(0, at.Row + i - at.Column) : 0;

        private double Entry(int i, int j, double product, PairMemory scratch) =>
            rows.Pair(i, columns, j, product / request.X.Columns, scratch)[request.Kind];

        private void Multiply((int Row, int Column) at, double[] tile, int height, int width)
        {
            var d = request.X.Columns;
            var left = request.X.Data.AsSpan(at.Row * d, height * d);
            var right = request.Other.Data.AsSpan(at.Column * d, width * d);
            RowProducts.Assign(left, d, right, d, tile, width, height, width, d);
        }

        // Entries on or above the diagonal count twice: their mirror images are done with them.
        private void Report(long entries, bool mirrored)
        {
            if (options.Progress is { } progress)
            {
                lock (_reporting)
                {
                    _done += mirrored ? 2 * entries : entries;
                    progress.Report((double)_done / _entries);
                }
            }
        }
    }
}
