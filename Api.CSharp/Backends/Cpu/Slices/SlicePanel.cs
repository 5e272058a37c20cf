using System.Numerics;

namespace HadamardNtk;

/// <summary>Rows and columns of a request that follow one another, whose samples are prepared.</summary>
/// <param name="work">The request.</param>
/// <param name="rows">The rows' samples.</param>
/// <param name="firstRow">The place of the first row in the request.</param>
/// <param name="columns">The columns' samples.</param>
/// <param name="firstColumn">The place of the first column in the request.</param>
/// <typeparam name="T">float or double.</typeparam>
internal sealed class SlicePanel<T>(
    SliceWork<T> work, SliceSamples<T> rows, int firstRow, SliceSamples<T> columns, int firstColumn) : IDisposable
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly Lock _lock = new();
    private SliceSamples<double>? _exactRows;
    private SliceSamples<double>? _exactColumns;

    /// <summary>The request.</summary>
    internal SliceWork<T> Work => work;

    /// <summary>Chooses the sample of a row of the request for the pairs that follow.</summary>
    internal void Begin(SliceWorker<T> worker, int i) => worker.Begin(rows, i - firstRow);

    /// <summary>The kernels of that sample with those of the vector that begins at a column of the request.</summary>
    internal uint Pairs(SliceWorker<T> worker, int j, Span<double> to) =>
        worker.Pairs(columns, (j - firstColumn) / worker.Lanes, to);

    /// <summary>
    /// The kernel at a row and a column of the request in float64. Blocks of samples are prepared when the first of
    /// their pairs is asked for.
    /// </summary>
    internal double Exact(SliceWorker<double> worker, int i, int j)
    {
        lock (_lock)
        {
            _exactColumns ??= new(work.Program, columns.X, worker.Lanes);
            _exactRows ??= ReferenceEquals(rows, columns) ? _exactColumns : new(work.Program, rows.X, worker.Lanes);
        }

        var (row, column) = (i - firstRow, j - firstColumn);
        Prepare(worker, _exactRows, row, firstRow);
        Prepare(worker, _exactColumns, column, firstColumn);
        worker.Begin(_exactRows, row);
        var values = new double[worker.Lanes];
        worker.Pairs(_exactColumns, column / worker.Lanes, values);
        return values[column % worker.Lanes];
    }

    /// <summary>Frees the samples in float64. The others belong to the request.</summary>
    public void Dispose()
    {
        _exactColumns?.Dispose();
        if (_exactRows != _exactColumns)
        {
            _exactRows?.Dispose();
        }
    }

    private static void Prepare(SliceWorker<double> worker, SliceSamples<double> samples, int place, int first)
    {
        try
        {
            samples.Prepare(place / worker.Lanes, worker);
        }
        catch (KernelUndefinedException e)
        {
            throw e.Moved(first);
        }
    }
}
