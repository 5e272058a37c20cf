using HadamardNtk.Core;
using Microsoft.FSharp.Core;

namespace HadamardNtk;

/// <summary>
/// The kernels of networks on positions by whole blocks, one pair of samples after the other in float64: the definition
/// of their values. The pairs of one row are one piece of work.
/// </summary>
internal static class BlockPairs
{
    internal static void Compute(
        GramRequest request, IGramSink sink, ComputeOptions options, CancellationToken cancellation)
    {
        var pair = request.Program.PairByBlocks();
        var rows = Samples(request.X);
        var columns = request.IsSymmetric ? rows : Samples(request.Other);
        var run = new GramRun(request, sink, options, cancellation);
        var rounding = new SingleRounding(request);
        run.Share(
            Enumerable.Range(0, request.Rows).Select(i => new GramTile(i, 0, 1, request.Columns)),
            work => options.Workers(default).For(options.Threads, _ => work()),
            () => new Nothing(),
            (_, tile) =>
            {
                var row = Row(request, pair, rows, columns, tile.Row, cancellation);
                if (request.Precision == Precision.Float64)
                {
                    run.Write<double>(tile, row, row.Length);
                }
                else
                {
                    var singles = new float[row.Length];
                    for (var j = request.IsSymmetric ? tile.Row : 0; j < row.Length; j++)
                    {
                        singles[j] = rounding.Of(tile.Row, j, row[j], tile.Row);
                    }

                    run.Write<float>(tile, singles, row.Length);
                }
            });
    }

    private static double[] Row(
        GramRequest request,
        FSharpFunc<SpatialSample, FSharpFunc<SpatialSample, (double Nngp, double Ntk)>> pair,
        SpatialSample[] rows,
        SpatialSample[] columns,
        int i,
        CancellationToken cancellation)
    {
        var row = new double[columns.Length];
        for (var j = request.IsSymmetric ? i : 0; j < row.Length; j++)
        {
            cancellation.ThrowIfCancellationRequested();
            var (nngp, ntk) = pair.Invoke(rows[i]).Invoke(columns[j]);
            row[j] = new KernelValue(nngp, ntk)[request.Kind];
            if (!double.IsFinite(row[j]))
            {
                throw Undefined(rows[i], row[j], i);
            }
        }

        return row;
    }

    /// <summary>The failure of a kernel that is not finite at a sample.</summary>
    internal static KernelUndefinedException Undefined(SpatialSample sample, double value, int row) =>
        new(new("the read-out", value, KernelModule.product(sample.Rows[0], sample.Rows[0])), row);

    private static SpatialSample[] Samples(Matrix x) =>
        [.. Enumerable.Range(0, x.Rows).Select(i => SpatialKernel.ofRow(x.Row(i).ToArray()))];

    private readonly record struct Nothing : IDisposable
    {
        public void Dispose()
        {
        }
    }
}
