using System.Numerics;

namespace HadamardNtk;

/// <summary>
/// The product K V of a few rows, whose entries threads compute in runs of columns. The sums of the product are made
/// afterwards, in the order of one thread.
/// </summary>
internal static unsafe class SharedRows
{
    private const int Most = 4;

    // A run takes some microseconds with series, and so do two threads that meet.
    private const int Run = 512;

    /// <summary>Whether the threads of a request share the columns of its rows.</summary>
    internal static bool Are(GramRequest request, int threads) =>
        threads > 1
        && request.Rows <= Most
        && request.Columns >= 4 * Run
        && request.Program.Core.Program.Tables.Length > 0;

    /// <summary>Computes K V.</summary>
    internal static Matrix Multiply<T>(GramRun run, BlockWork<T> work, Matrix v, Team team)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var (rows, columns) = (work.Request.Rows, work.Request.Columns);
        var stride = Blocking.RoundUp(columns, Run);
        var entries = Rent<T>(work.Request, rows * stride);
        var start = entries.Start;
        run.Share(
            Enumerable.Range(0, (int)(stride / Run))
                .Select(k => new GramTile(0, k * Run, rows, Math.Min(Run, columns - k * Run))),
            team.Run,
            () => new Worker<T>(run, work.NewWorker()),
            (worker, tile) =>
            {
                worker.Blocks.Fill(0, tile.Column, rows, tile.Columns, start + tile.Column, stride);
                run.Count(tile);
            });
        var product = Sum(work.Request, entries, stride, v);
        Return(work.Request, entries);
        return product;
    }

    private static Matrix Sum<T>(GramRequest request, NativeBuffer<T> entries, nint stride, Matrix v)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var rows = request.Rows;
        var product = Matrix.Wrap(new double[rows * v.Columns], rows, v.Columns);
        var exact = typeof(T) == typeof(double) ? null : Rent<double>(request, rows * stride);
        for (nint k = 0; exact is not null && k < rows * stride; k++)
        {
            exact.Start[k] = double.CreateTruncating(entries.Start[k]);
        }

        fixed (double* from = v.Data, to = product.Data)
        {
            var view = new MatrixView<double>(from, v.Rows, v.Columns, v.Columns);
            for (var i = 0; i < rows; i++)
            {
                var row = (exact is null ? (double*)entries.Start : exact.Start) + i * stride;
                RowTimes.Run(row, view, to + i * v.Columns, add: false);
            }
        }

        if (exact is not null)
        {
            Return(request, exact);
        }

        return product;
    }

    // Prepared samples keep the memory for the rows that come next.
    private static NativeBuffer<T> Rent<T>(GramRequest request, nint length)
        where T : unmanaged =>
        request.Prepared is { } prepared && prepared.Spare.TryTake(out var spare) && spare is NativeBuffer<T> memory
            && memory.Length >= length
            ? memory
            : new(length, clear: false);

    private static void Return<T>(GramRequest request, NativeBuffer<T> memory)
        where T : unmanaged
    {
        if (request.Prepared is { } prepared)
        {
            prepared.Spare.Add(memory);
        }
        else
        {
            memory.Dispose();
        }
    }

    private readonly record struct Worker<T>(GramRun Run, BlockWorker<T> Blocks) : IDisposable
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        public void Dispose()
        {
            Run.Count(Blocks.Lanes);
            Blocks.Dispose();
        }
    }
}
