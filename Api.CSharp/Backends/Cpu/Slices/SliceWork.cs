using System.Numerics;

namespace HadamardNtk;

/// <summary>
/// A request on slices. Its tiles are computed panel by panel, since the tables of series may take more memory than the
/// matrix: a panel has as many rows and columns as their tables may fill.
/// </summary>
/// <typeparam name="T">float or double.</typeparam>
internal sealed class SliceWork<T>(
    GramRequest request,
    SliceProgram program,
    CpuSettings settings,
    Func<SliceProgram, VectorWidth, bool, SliceWorker<T>> make,
    Workers workers)
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>The request.</summary>
    internal GramRequest Request => request;

    /// <summary>The program of the kernel.</summary>
    internal SliceProgram Program => program;

    /// <summary>A worker for one thread.</summary>
    internal SliceWorker<T> NewWorker() => make(program, settings.Width, settings.Compiled ?? StripRunners.CanCompile);

    /// <summary>A worker in float64.</summary>
    internal SliceWorker<double> NewExact() =>
        SliceEngines.Double(program, settings.Width, settings.Compiled ?? StripRunners.CanCompile);

    /// <summary>Computes the tiles that the sink of a run wants.</summary>
    internal void Share(GramRun run, ComputeOptions options, CancellationToken cancellation)
    {
        var size = Size();
        for (var j = 0L; j < request.Columns && !run.IsOver; j += size)
        {
            var columns = new Lazy<SliceSamples<T>>(Columns((int)j, size));
            try
            {
                for (var i = 0L; i < (request.IsSymmetric ? j + 1 : request.Rows) && !run.IsOver; i += size)
                {
                    Share(run, columns, ((int)i, (int)j), size, options, cancellation);
                }
            }
            finally
            {
                // Prepared samples are kept with what their finalizers free.
                if (request.Prepared is null && columns.IsValueCreated)
                {
                    columns.Value.Dispose();
                }
            }
        }

        run.Complete();
    }

    private void Share(
        GramRun run,
        Lazy<SliceSamples<T>> columns,
        (int Row, int Column) at,
        int size,
        ComputeOptions options,
        CancellationToken cancellation)
    {
        var tiles = SliceRequests.Tiles(request, at, size);
        if (!run.WantsAny(tiles))
        {
            // They count as done.
            Array.ForEach([.. run.Wanted(tiles)], _ => { });
            return;
        }

        var isSquare = request.X == request.Other && at.Row == at.Column;
        var rows = isSquare ? columns.Value : Samples(Part(request.X, at.Row, size), at.Row);
        try
        {
            using var panel = new SlicePanel<T>(this, rows, at.Row, columns.Value, at.Column);
            run.Work(
                tiles,
                action => options.Workers(default).For(options.Threads, _ => action()),
                () => new SliceThread<T>(panel, run, cancellation),
                (thread, tile) => thread.Fill(tile));
        }
        finally
        {
            if (!isSquare)
            {
                rows.Dispose();
            }
        }
    }

    // The number of rows and columns of a panel, a multiple of the tile's columns, by the bytes of the first samples.
    private int Size()
    {
        var most = Math.Max(request.Rows, request.Columns);
        if (program.Series.Length == 0 || request.Prepared is not null || most <= SliceRequests.Width)
        {
            return int.MaxValue;
        }

        using var worker = NewWorker();
        using var first = Samples(Part(request.X, 0, worker.Lanes), 0);
        var count = settings.SliceBytes * worker.Lanes / first.Bytes / SliceRequests.Width * SliceRequests.Width;
        return count >= most ? int.MaxValue : (int)Math.Max(count, SliceRequests.Width);
    }

    private Func<SliceSamples<T>> Columns(int first, int size) => () => request.Prepared is { } prepared
        ? prepared.Get((typeof(SliceSamples<T>), program, settings.Width), () => Samples(request.Other, 0))
        : Samples(Part(request.Other, first, size), first);

    private static Matrix Part(Matrix x, int first, int size) =>
        size >= x.Rows ? x : x.SelectRows(first, Math.Min(size, x.Rows - first));

    private SliceSamples<T> Samples(Matrix x, int first)
    {
        try
        {
            return SliceSamples<T>.Of(program, x, NewWorker, whole: false, workers);
        }
        catch (KernelUndefinedException e) when (first > 0)
        {
            throw e.Moved(first);
        }
    }
}
