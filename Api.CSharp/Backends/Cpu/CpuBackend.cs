using System.Numerics;

namespace HadamardNtk;

/// <summary>
/// Computes blocks on all cores. It computes inner products by packed micro-kernels or a BLAS, and then runs the
/// network's program as machine code on vectors, row by row while the products are in cache. The bits of an entry
/// depend on its two rows alone, not on the number of threads or the order of the blocks. There are two exceptions:
/// with a BLAS they also depend on the block, and with Hermite tables on whether one of the two sets has at least 64
/// rows, so that the tables are interpolated.
/// </summary>
internal sealed class CpuBackend(string name, CpuSettings settings) : IKernelBackend
{
    /// <summary>A backend that is not in the list of named backends.</summary>
    internal CpuBackend(CpuSettings settings)
        : this("cpu", settings)
    {
    }

    public string Name => name;

    public string Description =>
        $"all cores, {Execution} on {(int)settings.Width}-bit vectors; "
        + $"inner products by {settings.Products.Description}";

    private static string Execution =>
        StripRunners.CanCompile ? "machine code" : "interpreted (no code can be made here)";

    public bool IsSymmetricToTheBit => settings.Products == ProductLibrary.Own;

    public string Identity(GramRequest request)
    {
        if (request.Program.Positions is not null)
        {
            return $"cpu, vectors of {(int)settings.Width} bits, slices, "
                + $"tiles of {SliceRequests.Height} x {SliceRequests.Width}";
        }

        var blocks = new BlockGrid(request.Rows, request.Columns, request.IsSymmetric);
        return $"cpu, vectors of {(int)settings.Width} bits, products {settings.Products.Name}, "
            + $"blocks of {blocks.Height} x {blocks.Width}";
    }

    public void Compute(GramRequest request, IGramSink sink, ComputeOptions options, CancellationToken cancellation)
    {
        if (request.Program.Positions is not null)
        {
            SliceRequests.Compute(request, sink, options, settings, cancellation);
            return;
        }

        using var team = new Team(options.Threads);
        var blocks = new BlockGrid(request.Rows, request.Columns, request.IsSymmetric);
        if (blocks.Count > 1)
        {
            team.Call();
        }

        var workers = new Workers(options.Threads, cancellation) { Team = team };
        var run = new GramRun(request, sink, options, cancellation);
        if (request.Precision == Precision.Float32)
        {
            using var work = Single(request, workers);
            Share(run, blocks, sink is ProductSink, work, team);
        }
        else
        {
            using var work = Double(request, workers);
            Share(run, blocks, sink is ProductSink, work, team);
        }
    }

    /// <summary>
    /// Computes K V without storing K. The bits of a row of a product between two sets of samples are those of the
    /// product of the whole matrix, and depend on its sample alone where those of K do.
    /// </summary>
    public Matrix Multiply(GramRequest request, Matrix v, ComputeOptions options, CancellationToken cancellation)
    {
        if (request.IsSymmetric || request.Program.Positions is not null)
        {
            var sink = new ProductSink(request, v);
            Compute(request, sink, options, cancellation);
            return sink.Result;
        }

        using var team = new Team(options.Threads);
        var bands = new RowBands(request, settings, options.Threads);
        if (bands.Count > 1 || SharedRows.Are(request, options.Threads))
        {
            team.Call();
        }

        var workers = new Workers(options.Threads, cancellation) { Team = team };
        var run = new GramRun(request, options, cancellation);
        if (request.Precision == Precision.Float32)
        {
            using var work = Single(request, workers);
            return Multiply(run, bands, work, v, team, options.Threads);
        }
        else
        {
            using var work = Double(request, workers);
            return Multiply(run, bands, work, v, team, options.Threads);
        }
    }

    private SingleWork Single(GramRequest request, Workers workers)
    {
        var (rows, columns) = Sets(request, workers);
        return new(request, rows, columns, settings, workers);
    }

    private DoubleWork Double(GramRequest request, Workers workers)
    {
        var (rows, columns) = Sets(request, workers);
        return new(request, rows, columns, settings, workers);
    }

    private static (SampleSet Rows, SampleSet Columns) Sets(GramRequest request, Workers workers)
    {
        var (isOne, areMany) = (request.Other == request.X, SampleSet.AreMany(request.Rows, request.Columns));
        if (request.Prepared is { } prepared)
        {
            var known = prepared.Set(workers, areMany);
            return (isOne ? known : new(request.Program, request.X, workers, new(known.Directions), areMany), known);
        }

        var rows = new SampleSet(request.Program, request.X, workers, areMany: areMany);
        return (rows, isOne ? rows : new(request.Program, request.Other, workers, rows.Directions, areMany));
    }

    // A single block runs on the calling thread.
    private static void Share<T>(GramRun run, BlockGrid blocks, bool isProduct, BlockWork<T> work, Team team)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        run.Share(
            isProduct ? blocks.TilesByRow() : blocks.Tiles(),
            blocks.Count > 1 ? team.Run : action => action(),
            () => new BlockThread<T>(run, work.NewWorker(), blocks, work.Request),
            (thread, tile) => thread.Fill(tile));

    private static Matrix Multiply<T>(
        GramRun run, RowBands bands, BlockWork<T> work, Matrix v, Team team, int threads)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (SharedRows.Are(work.Request, threads))
        {
            return SharedRows.Multiply(run, work, v, team);
        }

        var product = Matrix.Wrap(new double[work.Request.Rows * v.Columns], work.Request.Rows, v.Columns);
        run.Share(
            bands.Tiles(),
            bands.Count > 1 ? team.Run : action => action(),
            () => new BandThread<T>(run, work.NewWorker(), bands, v, product),
            (thread, tile) => thread.Fill(tile));
        return product;
    }
}
