using System.Collections.Concurrent;

namespace HadamardNtk;

/// <summary>
/// The program in double-double, about 30 digits, rounded once: truth on demand. Activations of the user's, which are known
/// in float64 only, keep the error of their quadrature.
/// </summary>
internal sealed class ExactBackend : IKernelBackend
{
    public string Name => "exact";

    public string Description => "every pair in double-double (about 30 digits), rounded once: the truth, slowly";

    public void Compute(GramRequest request, IGramSink sink, GramOptions options, CancellationToken cancellation)
    {
        var rows = new ExactSamples(request.Program, request.X);
        var columns = request.IsSymmetric ? rows : new ExactSamples(request.Program, request.Other);
        var (progress, done) = (new Lock(), 0);
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = options.Threads, CancellationToken = cancellation };
        try
        {
            Parallel.ForEach(InOrder(request.Rows), parallel, rows.NewScratch, (i, _, scratch) =>
            {
                if (sink.Wants(i, 0, 1, request.Columns))
                {
                    sink.Write(i, 0, Row(request, rows, columns, i, scratch), 1, request.Columns, request.Columns);
                }

                lock (progress)
                {
                    options.Progress?.Report(++done / (double)request.Rows);
                }

                return scratch;
            }, _ => { });
        }
        catch (AggregateException e) when (e.InnerExceptions.OfType<KernelUndefinedException>().MinBy(u => u.Row) is { } undefined)
        {
            throw undefined;
        }
    }

    // Whoever is free takes the next row, so that rows are finished nearly in their order.
    private static OrderablePartitioner<int> InOrder(int rows) =>
        Partitioner.Create(Enumerable.Range(0, rows), EnumerablePartitionerOptions.NoBuffering);

    private static double[] Row(GramRequest request, ExactSamples rows, ExactSamples columns, int i, Core.DoubleDouble[] scratch)
    {
        var row = new double[request.Columns];
        for (var j = request.IsSymmetric ? i : 0; j < row.Length; j++)
        {
            row[j] = rows.Pair(i, columns, j, scratch)[request.Kind];
        }

        return row;
    }
}
