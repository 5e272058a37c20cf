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

    public void Compute(GramRequest request, IGramSink sink, GramOptions options, CancellationToken cancellation)
    {
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
        (double[] Features, SampleState<double> State)[] rows,
        (double[] Features, SampleState<double> State)[] columns,
        int i,
        Span<double> row,
        double[] scratch)
    {
        for (var j = 0; j < columns.Length; j++)
        {
            var product = KernelModule.product(rows[i].Features, columns[j].Features);
            var alignment = interpreter.HasRays
                ? AlignmentModule.ofRows(rows[i].Features, columns[j].Features)
                : Alignment.Apart;
            var (nngp, ntk) = interpreter.Pair(rows[i].State, columns[j].State, product, alignment, scratch);
            row[j] = double.IsFinite(nngp) && double.IsFinite(ntk)
                ? new KernelValue(nngp, ntk)[request.Kind]
                : throw new KernelUndefinedException(Undefined(interpreter, rows[i].State, scratch), i);
        }
    }

    private static Undefined Undefined(
        Interpreter<double, Float64Arithmetic> interpreter, SampleState<double> row, double[] scratch) =>
        interpreter.CheckPair(row, scratch)?.Value ?? new("the read-out", double.NaN, row.Values[0]);

    private static (double[] Features, SampleState<double> State)[] Prepare(
        Interpreter<double, Float64Arithmetic> interpreter,
        Conditions conditions,
        Matrix x,
        CancellationToken cancellation)
    {
        var samples = new (double[], SampleState<double>)[x.Rows];
        for (var i = 0; i < x.Rows; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            var features = x.Row(i).ToArray();
            var (norm, average) = (KernelModule.product(features, features), DoubleDoubleModule.mean(features).Hi);
            var state = interpreter.Sample(norm, average);
            if (conditions.IsBelowRange(x.Columns, Conditions.Length(norm, features), average))
            {
                throw new KernelUndefinedException(interpreter.Smallest(state), i);
            }

            samples[i] = interpreter.Check(state) is { } undefined
                ? throw new KernelUndefinedException(undefined.Value, i)
                : (features, state);
        }

        return samples;
    }
}
