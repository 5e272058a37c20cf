using System.Numerics;
using System.Runtime.ExceptionServices;
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
            using var work = new SliceWork<float>(
                request, program, settings, SliceEngines.Single, options.Workers(cancellation));
            Share(work, sink, options, cancellation);
        }
        else
        {
            using var work = new SliceWork<double>(
                request, program, settings, SliceEngines.Double, options.Workers(cancellation));
            Share(work, sink, options, cancellation);
        }
    }

    /// <summary>The kernels of each sample of a request with itself, in float64.</summary>
    internal static double[] Diagonal(GramRequest request, CancellationToken cancellation)
    {
        var workers = Workers.All with { Cancellation = cancellation };
        if (request.Program.Slices(request.Kind, request.X.Columns) is { Constant: null } program)
        {
            var settings = new CpuSettings();
            using var samples = new SliceSamples<double>(
                program,
                request.X,
                () => SliceEngines.Double(program, settings.Width, StripRunners.CanCompile),
                whole: true,
                workers);
            return [.. Enumerable.Range(0, request.Rows).Select(i => Finite(request.X, i, samples.Selves[i]))];
        }

        var diagonal = new double[request.Rows];
        try
        {
            workers.For(request.Rows, i => diagonal[i] = Single(request, (int)i, request.X, (int)i, cancellation));
        }
        catch (AggregateException e)
        {
            var failures = e.Flatten().InnerExceptions;
            ExceptionDispatchInfo.Throw(
                failures.OfType<KernelUndefinedException>().MinBy(u => u.Row) ?? failures[0]);
        }

        return diagonal;
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

    // Of a symmetric matrix the tiles that have entries on or above the diagonal.
    private static IEnumerable<GramTile> Tiles(GramRequest request)
    {
        for (var i = 0; i < request.Rows; i += Height)
        {
            for (var j = request.IsSymmetric ? i / Width * Width : 0; j < request.Columns; j += Width)
            {
                yield return new(i, j, Math.Min(Height, request.Rows - i), Math.Min(Width, request.Columns - j));
            }
        }
    }

    private static void Share<T>(
        SliceWork<T> work, IGramSink sink, ComputeOptions options, CancellationToken cancellation)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var run = new GramRun(work.Request, sink, options, cancellation);
        run.Share(
            Tiles(work.Request),
            action => options.Workers(default).For(options.Threads, _ => action()),
            () => new SliceThread<T>(work, run, cancellation),
            (thread, tile) => thread.Fill(tile));
    }
}
