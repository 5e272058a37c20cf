using HadamardNtk.Core;

namespace HadamardNtk;

/// <summary>
/// Computes kernels of networks on images and sequences by slices, on all cores. The bits of an entry depend on its two
/// rows alone, and not on the threads or the tiles. Networks whose values no slice has are computed by whole blocks.
/// </summary>
internal static class SliceRequests
{
    /// <summary>The number of rows of a tile.</summary>
    internal const int Height = 4;

    /// <summary>The number of columns of a tile, a multiple of every vector's lanes.</summary>
    internal const int Width = 64;

    // The number of samples whose kernels with themselves are computed at a time.
    private const int Many = 256;

    /// <summary>Computes a request.</summary>
    internal static void Compute(
        GramRequest request,
        IGramSink sink,
        ComputeOptions options,
        CpuSettings settings,
        CancellationToken cancellation)
    {
        if (request.Program.Slices(request.Kind, request.X.Columns) is not { } program)
        {
            BlockPairs.Compute(request, sink, options, cancellation);
        }
        else if (request.Precision == Precision.Float32)
        {
            new SliceWork<float>(request, program, settings, SliceEngines.Single, options.Workers(cancellation))
                .Share(new(request, sink, options, cancellation), options, cancellation);
        }
        else
        {
            new SliceWork<double>(request, program, settings, SliceEngines.Double, options.Workers(cancellation))
                .Share(new(request, sink, options, cancellation), options, cancellation);
        }
    }

    /// <summary>The kernels of each sample of a request with itself, in float64.</summary>
    internal static double[] Diagonal(GramRequest request, Watch watch)
    {
        var workers = Workers.All with { Cancellation = watch.Cancellation };
        if (request.Program.Slices(request.Kind, request.X.Columns) is { Constant: null } program)
        {
            var diagonal = new List<double>(request.Rows);
            for (var first = 0; first < request.Rows; first += Many)
            {
                var end = Math.Min(request.Rows, first + Many);
                var stage = watch.Progress.Stage(first / (double)request.Rows, end / (double)request.Rows);
                diagonal.AddRange(Selves(program, request, first, end - first, workers, stage));
            }

            return [.. diagonal];
        }

        var singles = new double[request.Rows];
        workers.For(
            request.Rows,
            i => singles[i] = Single(request, (int)i, request.X, (int)i, watch.Cancellation),
            watch.Progress);
        return singles;
    }

    // Tables of series are kept for some samples at a time.
    private static double[] Selves(
        SliceProgram program, GramRequest request, int first, int count, Workers workers, IProgress<double>? progress)
    {
        var settings = new CpuSettings();
        try
        {
            using var samples = SliceSamples<double>.Of(
                program,
                request.X.SelectRows(first, count),
                () => SliceEngines.Double(program, settings.Width, StripRunners.CanCompile),
                whole: true,
                workers,
                progress);
            return [.. Enumerable.Range(0, count).Select(k => Finite(samples.X, k, samples.Selves[k]))];
        }
        catch (KernelUndefinedException e)
        {
            throw e.Moved(first);
        }
    }

    /// <summary>Both kernels of the first rows of two matrices.</summary>
    internal static KernelValue Pair(KernelProgram program, Matrix x, Matrix other)
    {
        double Of(KernelKind kind) =>
            Single(new(program, x, other, kind, Precision.Float64), 0, other, 0, CancellationToken.None);

        return new(Of(KernelKind.Nngp), Of(KernelKind.Ntk));
    }

    private static unsafe double Single(
        GramRequest request, int i, Matrix other, int j, CancellationToken cancellation)
    {
        double value;
        var one = new GramRequest(
            request.Program, request.X.SelectRows(i, 1), other.SelectRows(j, 1), request.Kind, Precision.Float64);
        try
        {
            var sink = new MemorySink<double>(1, false, &value);
            Compute(one, sink, new GramOptions { Threads = 1 }, new(), cancellation);
        }
        catch (KernelUndefinedException e)
        {
            throw e.Moved(i);
        }

        return value;
    }

    private static double Finite(Matrix x, int i, double value) =>
        double.IsFinite(value)
            ? value
            : throw BlockPairs.Undefined(SpatialKernel.ofRow(x.Row(i).ToArray()), value, i);

    /// <summary>
    /// The tiles of a panel of at most <c>size</c> rows and columns; of a symmetric matrix those that have entries on
    /// or above the diagonal.
    /// </summary>
    internal static IEnumerable<GramTile> Tiles(GramRequest request, (int Row, int Column) first, int size)
    {
        var (rows, columns) = (End(request.Rows, first.Row, size), End(request.Columns, first.Column, size));
        for (var i = first.Row; i < rows; i += Height)
        {
            var begin = request.IsSymmetric ? Math.Max(first.Column, i / Width * Width) : first.Column;
            for (var j = begin; j < columns; j += Width)
            {
                yield return new(i, j, Math.Min(Height, request.Rows - i), Math.Min(Width, request.Columns - j));
            }
        }
    }

    private static int End(int count, int first, int size) => (int)Math.Min(count, (long)first + size);
}
