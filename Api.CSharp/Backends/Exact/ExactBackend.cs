namespace HadamardNtk;

/// <summary>
/// The program in double-double, about 30 digits, rounded once. Its results serve as the truth. The user's own
/// activations are known in float64 only, and keep the error of their quadrature.
/// </summary>
internal sealed class ExactBackend : IKernelBackend
{
    public string Name => "exact";

    public string Description =>
        "every pair in double-double (about 30 digits), rounded once; the most exact, and the slowest";

    public void Compute(GramRequest request, IGramSink sink, ComputeOptions options, CancellationToken cancellation)
    {
        var rows = new ExactSamples(request.Program, request.X);
        var columns = request.IsSymmetric ? rows : new ExactSamples(request.Program, request.Other);
        var run = new GramRun(request, sink, options, cancellation);
        run.Share(
            Enumerable.Range(0, request.Rows).Select(i => new GramTile(i, 0, 1, request.Columns)),
            work => new Workers(options.Threads).For(options.Threads, _ => work()),
            () => new Thread(rows.NewScratch()),
            (thread, tile) => run.Write<double>(
                tile, Row(request, rows, columns, tile.Row, thread.Scratch, cancellation), request.Columns));
    }

    private static double[] Row(
        GramRequest request,
        ExactSamples rows,
        ExactSamples columns,
        int i,
        Core.DoubleDouble[] scratch,
        CancellationToken cancellation)
    {
        var row = new double[request.Columns];
        for (var j = request.IsSymmetric ? i : 0; j < row.Length; j++)
        {
            cancellation.ThrowIfCancellationRequested();
            row[j] = rows.Pair(i, columns, j, scratch)[request.Kind];
        }

        return row;
    }

    /// <summary>The memory of one thread.</summary>
    private readonly record struct Thread(Core.DoubleDouble[] Scratch) : IDisposable
    {
        public void Dispose()
        {
        }
    }
}
