using HadamardNtk.Core;

namespace HadamardNtk;

/// <summary>
/// The core's own reading of the program: one pair after the other, with plain sums for inner products.
/// </summary>
internal sealed class ReferenceBackend : IKernelBackend
{
    /// <summary>
    /// The number of rows that the sink gets at once, so that transposed entries in a file are not written one by one.
    /// </summary>
    private const int Band = 16;

    public string Name => "reference";

    public string Description => "one pair after the other on one thread, float64: the definition";

    public void Compute(GramRequest request, IGramSink sink, ComputeOptions options, CancellationToken cancellation)
    {
        if (request.Program.Positions is not null)
        {
            BlockPairs.Compute(request, sink, options with { Threads = 1 }, cancellation);
            return;
        }

        var interpreter = KernelModule.interpreter(request.X.Columns, request.Program.Core);
        var rows = Prepare(interpreter, request.Program.Conditions, request.X, cancellation);
        var columns = request.IsSymmetric
            ? rows
            : Prepare(interpreter, request.Program.Conditions, request.Other, cancellation);
        var (band, scratch) =
            (new double[Math.Min(Band, rows.Length) * columns.Length], new double[interpreter.ScratchLength]);
        var run = new GramRun(request, sink, options, cancellation);
        foreach (var tile in run.Wanted(Bands(request)))
        {
            for (var k = 0; k < tile.Rows; k++)
            {
                cancellation.ThrowIfCancellationRequested();
                Fill(
                    request,
                    interpreter,
                    rows,
                    columns,
                    tile.Row + k,
                    band.AsSpan(k * columns.Length, columns.Length),
                    scratch);
            }

            run.Write<double>(tile, band, columns.Length);
        }

        run.Complete();
    }

    private static IEnumerable<GramTile> Bands(GramRequest request)
    {
        for (var i = 0; i < request.Rows; i += Band)
        {
            yield return new(i, 0, Math.Min(Band, request.Rows - i), request.Columns);
        }
    }

    private static void Fill(
        GramRequest request,
        Interpreter<double, Float64Arithmetic> interpreter,
        ReferenceSample[] rows,
        ReferenceSample[] columns,
        int i,
        Span<double> row,
        double[] scratch)
    {
        for (var j = 0; j < columns.Length; j++)
        {
            var (nngp, ntk) = KernelModule.pair(interpreter, rows[i], columns[j], scratch);
            row[j] = double.IsFinite(nngp) && double.IsFinite(ntk)
                ? new KernelValue(nngp, ntk)[request.Kind]
                : throw new KernelUndefinedException(interpreter.UndefinedPair(rows[i].State, scratch), i);
        }
    }

    private static ReferenceSample[] Prepare(
        Interpreter<double, Float64Arithmetic> interpreter,
        Conditions conditions,
        Matrix x,
        CancellationToken cancellation)
    {
        var samples = new ReferenceSample[x.Rows];
        for (var i = 0; i < x.Rows; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            var sample = KernelModule.sample(interpreter, x.Row(i).ToArray());
            var length = Conditions.Length(sample.Norm, sample.Features);
            if (conditions.IsBelowRange(x.Columns, length, sample.Average))
            {
                throw new KernelUndefinedException(interpreter.Smallest(sample.State), i);
            }

            samples[i] = interpreter.Check(sample.State) is { } undefined
                ? throw new KernelUndefinedException(undefined.Value, i)
                : sample;
        }

        return samples;
    }
}
