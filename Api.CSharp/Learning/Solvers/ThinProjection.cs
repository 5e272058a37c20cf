namespace HadamardNtk;

/// <summary>
/// Computes V − Qᵀ Q V for a Q (k × n) that is read from memory twice, and a V (n × C) of few columns. No bit depends
/// on the threads or the processor.
/// </summary>
internal sealed unsafe class ThinProjection
{
    private const int Side = TriangleLayout.Side;
    private const int Several = SquareProduct.Several;

    // The numbers of a row of Q whose products are added apart.
    private const int Part = 8 * Side;

    private readonly Matrix _q;
    private readonly int _vectors;
    private readonly nint _rank;
    private readonly nint _length;

    private ThinProjection(Matrix q, int columns)
    {
        (_q, _vectors) = (q, SquareProduct.Vectors * (int)Blocking.Count(columns, SquareProduct.Vectors));
        (_rank, _length) = (Blocking.Count(q.Rows, Several) * Several, Blocking.Count(q.Columns, Side) * Side);
    }

    /// <summary>V − Qᵀ Q V, n × C.</summary>
    internal static Matrix Apply(Matrix q, Matrix v, Workers workers) =>
        new ThinProjection(q, v.Columns).Apply(v, workers);

    private Matrix Apply(Matrix v, Workers workers)
    {
        using var columns = new NativeBuffer<double>(_length * _vectors);
        for (var o = 0; o < v.Columns; o++)
        {
            for (var j = 0; j < v.Rows; j++)
            {
                columns.Start[o * _length + j] = v.Data[j * v.Columns + o];
            }
        }

        using var products = Times(columns.Start, workers);
        var left = Matrix.Wrap((double[])v.Data.Clone(), v.Rows, v.Columns);
        workers.For(_length / Side, block => Subtract((int)block * Side, products.Start, left));
        return left;
    }

    // Q V: the products with one vector are followed by those with the next. The parts are added in order.
    private NativeBuffer<double> Times(double* columns, Workers workers)
    {
        var parts = new NativeBuffer<double>[Blocking.Count(_q.Columns, Part)];
        try
        {
            workers.For(parts.Length, p =>
            {
                parts[p] = new(_rank * _vectors);
                Times((int)p * Part, columns, parts[p].Start);
            });
            var sum = new NativeBuffer<double>(_rank * _vectors);
            foreach (var part in parts)
            {
                for (nint i = 0; i < _rank * _vectors; i++)
                {
                    sum.Start[i] += part.Start[i];
                }
            }

            return sum;
        }
        finally
        {
            Array.ForEach(parts, part => part?.Dispose());
        }
    }

    private void Times(int first, double* columns, double* products)
    {
        using var room = new NativeBuffer<double>(Several * Side + _vectors * Side);
        var sums = room.Start + Several * Side;
        fixed (double* q = _q.Data)
        {
            for (var i = 0; i < _q.Rows; i += Several)
            {
                new Span<double>(sums, _vectors * Side).Clear();
                for (var j = first; j < Math.Min(first + Part, _q.Columns); j += Side)
                {
                    var rows = Rows(q, i, j, room.Start, out var stride);
                    for (var o = 0; o < _vectors; o += SquareProduct.Vectors)
                    {
                        for (var k = 0; k < Several; k += 4)
                        {
                            SquareProduct.Ahead(
                                rows + k * stride, stride, columns + o * _length + j, _length, sums + o * Side + k);
                        }
                    }
                }

                for (var o = 0; o < _vectors; o++)
                {
                    new Span<double>(sums + o * Side, Several).CopyTo(new(products + o * _rank + i, Several));
                }
            }
        }
    }

    private void Subtract(int first, double* products, Matrix from)
    {
        using var room = new NativeBuffer<double>(Several * Side + _vectors * Side);
        var sums = room.Start + Several * Side;
        fixed (double* q = _q.Data)
        {
            for (var i = 0; i < _q.Rows; i += Several)
            {
                var rows = Rows(q, i, first, room.Start, out var stride);
                for (var o = 0; o < _vectors; o += SquareProduct.Vectors)
                {
                    SquareProduct.Mirrored(rows, stride, products + o * _rank + i, _rank, sums + o * Side);
                }
            }
        }

        for (var j = first; j < Math.Min(first + Side, from.Rows); j++)
        {
            for (var o = 0; o < from.Columns; o++)
            {
                from.Data[j * from.Columns + o] -= sums[o * Side + j - first];
            }
        }
    }

    // Several rows of Q and Side columns: those in memory, or a copy that zeros fill up at the edges.
    private double* Rows(double* q, int i, int j, double* room, out nint stride)
    {
        var (height, width) = (Math.Min(Several, _q.Rows - i), Math.Min(Side, _q.Columns - j));
        var start = q + (nint)i * _q.Columns + j;
        if (height == Several && width == Side)
        {
            stride = _q.Columns;
            return start;
        }

        new Span<double>(room, Several * Side).Clear();
        for (var k = 0; k < height; k++)
        {
            new ReadOnlySpan<double>(start + (nint)k * _q.Columns, width).CopyTo(new(room + k * Side, width));
        }

        stride = Side;
        return room;
    }
}
