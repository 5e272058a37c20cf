using System.Numerics;

namespace HadamardNtk;

/// <summary>
/// Computes blocks on all cores. It computes inner products by packed micro-kernels or a BLAS, and then runs the
/// network's program as machine code on vectors, row by row while the products are in cache. The bits of an entry
/// depend on its two rows alone, not on the number of threads or the order of the blocks. There are two exceptions:
/// with a BLAS they also depend on the block, and with Hermite tables on whether the rows' set has at least 64 rows, so
/// that the tables are interpolated.
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
        var blocks = new BlockGrid(request.Rows, request.Columns, request.IsSymmetric);
        return $"cpu, vectors of {(int)settings.Width} bits, products {settings.Products.Name}, "
            + $"blocks of {blocks.Height} x {blocks.Width}";
    }

    public void Compute(GramRequest request, IGramSink sink, ComputeOptions options, CancellationToken cancellation)
    {
        using var team = new Team(options.Threads);
        var blocks = new BlockGrid(request.Rows, request.Columns, request.IsSymmetric);
        if (blocks.Count > 1)
        {
            team.Call();
        }

        var workers = new Workers(options.Threads, cancellation) { Team = team };
        var rows = new SampleSet(request.Program, request.X, workers);
        var columns = request.Other == request.X ? rows : new SampleSet(request.Program, request.Other, workers, rows);
        var run = new GramRun(request, sink, options, cancellation);
        if (request.Precision == Precision.Float32)
        {
            using var work = new SingleWork(request, rows, columns, settings, workers);
            Share(run, blocks, work, team);
        }
        else
        {
            using var work = new DoubleWork(request, rows, columns, settings, workers);
            Share(run, blocks, work, team);
        }
    }

    // A single block runs on the calling thread.
    private static void Share<T>(GramRun run, BlockGrid blocks, BlockWork<T> work, Team team)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        run.Share(
            blocks.Tiles(),
            blocks.Count > 1 ? team.Run : action => action(),
            () => new BlockThread<T>(run, work.NewWorker(), blocks, work.Request),
            (thread, tile) => thread.Fill(tile));
}
