using System.Numerics;

namespace HadamardNtk;

/// <summary>
/// One thread of a product K V, with the worker that computes K and memory for a part of a band. The sums of the
/// product have the chains of <see cref="RowProducts"/>, since a part ends where a chain does.
/// </summary>
/// <typeparam name="T">float or double.</typeparam>
internal sealed unsafe class BandThread<T> : IDisposable
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private const int Stride = RowBands.Width + 32;
    private const int Few = 4;

    private readonly GramRun _run;
    private readonly BlockWorker<T> _worker;
    private readonly Matrix _v;
    private readonly Matrix _product;
    private readonly NativeBuffer<T> _part;
    private readonly NativeBuffer<double>? _exact;

    internal BandThread(GramRun run, BlockWorker<T> worker, RowBands bands, Matrix v, Matrix product)
    {
        (_run, _worker, _v, _product) = (run, worker, v, product);
        var height = (nint)Math.Min(bands.Height, product.Rows);
        _part = new(height * Stride, clear: false);
        _exact = typeof(T) == typeof(double) ? null : new(height * Stride, clear: false);
    }

    /// <summary>Computes the rows of the product that belong to a band.</summary>
    internal void Fill(GramTile band)
    {
        fixed (double* from = _v.Data, to = _product.Data)
        {
            var v = new MatrixView<double>(from, _v.Rows, _v.Columns, _v.Columns);
            var y = new MatrixView<double>(to, _product.Rows, _v.Columns, _v.Columns).RowBlock(band.Row, band.Rows);
            for (var j = 0; j < band.Columns; j += RowBands.Width)
            {
                var width = Math.Min(RowBands.Width, band.Columns - j);
                _worker.Fill(band.Row, j, band.Rows, width, _part.Start, Stride);
                Add(Exact(band.Rows, width), v.RowBlock(j, width), y, j > 0);
            }
        }

        _run.Count(band);
    }

    // Adds the product of a part with rows of V to the product, or assigns it. Few rows are not worth packing.
    private static void Add(MatrixView<double> part, MatrixView<double> v, MatrixView<double> y, bool add)
    {
        if (part.Rows <= Few)
        {
            for (nint i = 0; i < part.Rows; i++)
            {
                RowTimes.Run(part.At(i, 0), v, y.At(i, 0), add);
            }
        }
        else if (add)
        {
            RowProducts.Add(part, v.Transpose, y);
        }
        else
        {
            RowProducts.Assign(part, v.Transpose, y);
        }
    }

    /// <summary>Adds the counts of escalated pairs to the run, and frees the memory.</summary>
    public void Dispose()
    {
        _run.Count(_worker.Lanes);
        _part.Dispose();
        _exact?.Dispose();
        _worker.Dispose();
    }

    private MatrixView<double> Exact(int rows, int columns)
    {
        if (_exact is null)
        {
            return new((double*)_part.Start, rows, columns, Stride);
        }

        for (var i = 0; i < rows; i++)
        {
            Widening.Copy(
                new ReadOnlySpan<float>((float*)_part.Start + (nint)i * Stride, columns),
                new Span<double>(_exact.Start + (nint)i * Stride, columns));
        }

        return new(_exact.Start, rows, columns, Stride);
    }
}
