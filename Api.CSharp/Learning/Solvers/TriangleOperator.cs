using System.Numerics;

namespace HadamardNtk;

/// <summary>
/// Keeps the upper triangle of K in native memory, which no array's length limits, and reads it once for a product. A
/// square of K is multiplied in its own type, and the products of the squares are added in float64. In float32 that
/// rounds by little more than K itself is rounded, since few terms are added one after the other.
/// </summary>
/// <typeparam name="T">The type of K's numbers.</typeparam>
internal sealed unsafe class TriangleOperator<T> : KernelOperator where T : unmanaged, INumberBase<T>
{
    private const int Side = TriangleLayout.Side;

    private readonly int _order;
    private readonly Workers _workers;
    private readonly TriangleLayout _layout;
    private readonly NativeBuffer<T> _values;
    private readonly double _largest;

    internal TriangleOperator(KernelRows rows, IProgress<double>? progress)
    {
        (_order, _workers, _layout) = (rows.Count, rows.Workers, new(rows.Count));
        _largest = rows.Diagonal().Max();
        _values = new((nint)_layout.Count * TriangleLayout.Square, clear: false);
        try
        {
            ClearEdge();
            // Kernels beyond float32 are found in the triangle, with the advice to keep it in float64.
            var sink = new WholeSink(
                new TriangleSink<T>(_layout, _values.Start), _order, _order, isSymmetric: true, isSingle: false);
            rows.Compute(sink, progress);
            sink.Require();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public override void Dispose() => _values.Dispose();

    internal override Matrix Multiply(Matrix v)
    {
        var sum = new ProductSum(_order, _order, v.Columns);
        using var vectors = new ScaledColumns<T>(v, _layout.Down * Side, _largest);
        _workers.For((nint)_layout.Count, place => Multiply(place, vectors, sum));
        return sum.ToMatrix();
    }

    // The shares of a square and of its mirror image. The squares are taken in order, so that few shares wait.
    private void Multiply(nint place, ScaledColumns<T> vectors, ProductSum sum)
    {
        var ((row, column), outputs) = (_layout.At(place), vectors.Count);
        using var room = new NativeBuffer<T>(2 * Side * outputs);
        var mirrored = room.Start + Side * outputs;
        SquareProduct.Add(
            _values.Start + _layout.Start(row, column), outputs, vectors.Start + column * Side,
            vectors.Start + row * Side, vectors.Length, room.Start, mirrored);
        Add(sum, row * Side, column * Side, vectors, room.Start);
        if (row != column)
        {
            Add(sum, column * Side, row * Side, vectors, mirrored);
        }
    }

    // The rows beyond the order are left out.
    private void Add(ProductSum sum, int row, int column, ScaledColumns<T> vectors, T* from)
    {
        var (rows, columns) = (Math.Min(Side, _order - row), Math.Min(Side, _order - column));
        var share = sum.Rent(rows);
        for (var o = 0; o < vectors.Count; o++)
        {
            vectors.Unscale(o, new(from + o * Side, rows), share.AsSpan(o * rows, rows));
        }

        sum.Add(new(row, rows, column, columns, share));
    }

    private void ClearEdge()
    {
        for (var i = 0; i < _layout.Down; i++)
        {
            new Span<T>(_values.Start + _layout.Start(i, _layout.Down - 1), TriangleLayout.Square).Clear();
        }
    }
}
