using System.Numerics;
using HadamardNtk.Core;

namespace HadamardNtk;

/// <summary>
/// The rows of a matrix as slices read them, in blocks of as many samples as a vector has lanes: the features, and for
/// every pass the values at each position. The last block is filled up with its last sample.
/// </summary>
/// <typeparam name="T">float or double.</typeparam>
internal sealed unsafe class SliceSamples<T> : IDisposable
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private const double Least = 1e-15;

    private readonly NativeBuffer<T>[] _features;
    private readonly NativeBuffer<T>[] _values;
    private readonly SliceTable<T>?[][] _tables;
    private readonly bool[] _prepared;

    /// <summary>Samples of which none is prepared.</summary>
    /// <param name="program">The program of the kernel.</param>
    /// <param name="x">The samples.</param>
    /// <param name="lanes">The number of samples of a block.</param>
    internal SliceSamples(SliceProgram program, Matrix x, int lanes)
    {
        (Program, X, Lanes) = (program, x, lanes);
        var blocks = (x.Rows + Lanes - 1) / Lanes;
        (_features, _values) = (new NativeBuffer<T>[blocks], new NativeBuffer<T>[blocks]);
        _tables = [.. Enumerable.Range(0, blocks).Select(_ => new SliceTable<T>?[program.Series.Length])];
        _prepared = new bool[blocks];
        Selves = new double[blocks * Lanes];
    }

    /// <summary>Samples that are all prepared.</summary>
    /// <param name="program">The program of the kernel.</param>
    /// <param name="x">The samples.</param>
    /// <param name="engine">Makes a worker for a thread.</param>
    /// <param name="whole">Whether the kernel of each sample with itself is computed too.</param>
    /// <param name="workers">The threads.</param>
    /// <param name="progress">Receives the part of the samples that are prepared.</param>
    internal static SliceSamples<T> Of(
        SliceProgram program,
        Matrix x,
        Func<SliceWorker<T>> engine,
        bool whole,
        Workers workers,
        IProgress<double>? progress = null)
    {
        using var local = new ThreadLocal<SliceWorker<T>>(engine, trackAllValues: true);
        var samples = new SliceSamples<T>(program, x, local.Value!.Lanes);
        try
        {
            workers.For(samples.Blocks, b => samples.Prepare((int)b, local.Value!, whole), progress);
            return samples;
        }
        catch
        {
            samples.Dispose();
            throw;
        }
        finally
        {
            foreach (var worker in local.Values)
            {
                worker.Dispose();
            }
        }
    }

    /// <summary>The program.</summary>
    internal SliceProgram Program { get; }

    /// <summary>The samples.</summary>
    internal Matrix X { get; }

    /// <summary>The number of samples of a block.</summary>
    internal int Lanes { get; }

    /// <summary>The number of blocks.</summary>
    internal int Blocks => _features.Length;

    /// <summary>The kernel of each sample with itself, where it was asked for.</summary>
    internal double[] Selves { get; }

    /// <summary>The bytes that the prepared blocks take.</summary>
    internal long Bytes =>
        _features.Concat(_values).Sum(b => b is null ? 0 : b.Length * sizeof(T))
        + _tables.SelectMany(t => t).Sum(t => t?.Bytes ?? 0);

    /// <summary>Prepares a block with a worker, if it is not prepared yet.</summary>
    /// <returns>Whether the worker has worked.</returns>
    internal bool Prepare(int block, SliceWorker<T> worker, bool whole = false)
    {
        lock (_tables[block])
        {
            if (_prepared[block])
            {
                return false;
            }

            Fill(block);
            worker.Prepare(this, block, whole);
            _prepared[block] = true;
            return true;
        }
    }

    /// <summary>The features of a block: feature k of lane l is number k L + l.</summary>
    internal T* Features(int block) => _features[block].Start;

    /// <summary>
    /// The values of a block: value s at position p of a pass is number (v + s P + p) L + l, where v is the place of
    /// the pass's values.
    /// </summary>
    internal T* Values(int block) => _values[block].Start;

    /// <summary>The tables of a block by series. They are null until they are made.</summary>
    internal SliceTable<T>?[] Tables(int block) => _tables[block];

    public void Dispose()
    {
        foreach (var buffer in _features.Concat(_values))
        {
            buffer?.Dispose();
        }

        foreach (var table in _tables.SelectMany(t => t))
        {
            table?.Dispose();
        }
    }

    // The pairs of a sample with a feature whose square float32 does not hold are computed in float64.
    private T Number(double feature, int i) =>
        typeof(T) == typeof(float)
            ? feature != 0 && Math.Abs(feature) < Least ? T.NaN : T.CreateTruncating(feature)
            : double.IsFinite(feature)
                ? T.CreateTruncating(feature)
                : throw BlockPairs.Undefined(SpatialKernel.ofRow(X.Row(i).ToArray()), feature, i);

    private void Fill(int block)
    {
        _features[block] = new((nint)X.Columns * Lanes, clear: false);
        _values[block] = new((nint)Program.Values * Lanes);
        for (var lane = 0; lane < Lanes; lane++)
        {
            var i = Math.Min(block * Lanes + lane, X.Rows - 1);
            var row = X.Row(i);
            for (var k = 0; k < row.Length; k++)
            {
                _features[block].Start[(nint)k * Lanes + lane] = Number(row[k], i);
            }
        }
    }
}
