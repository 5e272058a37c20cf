using System.Diagnostics;
using System.Numerics;

namespace HadamardNtk;

/// <summary>Computes K V for many columns at once, with K stored or computed again. The sums are in float64.</summary>
internal abstract class KernelOperator : IDisposable
{
    /// <summary>K V, n × C.</summary>
    internal abstract Matrix Multiply(Matrix v);

    public virtual void Dispose()
    {
    }

    /// <summary>Creates the operator with the storage of the solver, which is not automatic.</summary>
    internal static KernelOperator Create(
        KernelRows rows, ConjugateGradientSolver solver, IProgress<double>? progress) =>
        solver.Storage switch
        {
            GramStorage.Float64 => new TriangleOperator<double>(rows, progress),
            GramStorage.Float32 => new TriangleOperator<float>(rows, progress),
            GramStorage.File => new FileOperator(rows, solver.Folder ?? Path.GetTempPath(), progress),
            GramStorage.None => new RecomputedOperator(rows),
            _ => throw new UnreachableException("Automatic storage keeps no matrix before it is resolved."),
        };
}

/// <summary>Computes K again for every product.</summary>
internal sealed class RecomputedOperator(KernelRows rows) : KernelOperator
{
    internal override Matrix Multiply(Matrix v) => rows.MultiplyAsAsked(v);
}

/// <summary>
/// Keeps the upper triangle of K in native memory, which no array's length limits, and reads it once for a product.
/// </summary>
/// <typeparam name="T">The type of K's numbers.</typeparam>
internal sealed unsafe class TriangleOperator<T> : KernelOperator where T : unmanaged, INumberBase<T>
{
    private const int Side = TriangleLayout.Side;

    private readonly int _order;
    private readonly Workers _workers;
    private readonly TriangleLayout _layout;
    private readonly NativeBuffer<T> _values;

    internal TriangleOperator(KernelRows rows, IProgress<double>? progress)
    {
        (_order, _workers, _layout) = (rows.Count, rows.Workers, new(rows.Count));
        _values = new((nint)_layout.Count * TriangleLayout.Square, clear: false);
        try
        {
            ClearEdge();
            rows.Compute(new TriangleSink<T>(_layout, _values.Start), progress);
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
        var (outputs, length) = (v.Columns, (nint)_layout.Down * Side);
        var sum = new ProductSum(_order, _order, outputs);
        using var vectors = new NativeBuffer<double>(length * outputs);
        for (var o = 0; o < outputs; o++)
        {
            for (var i = 0; i < _order; i++)
            {
                vectors.Start[o * length + i] = v.Data[i * outputs + o];
            }
        }

        _workers.For((nint)_layout.Count, place => Multiply(place, vectors.Start, length, outputs, sum));
        return sum.ToMatrix();
    }

    // The shares of a square and of its mirror image. The squares are taken in order, so that few shares wait.
    private void Multiply(nint place, double* vectors, nint length, int outputs, ProductSum sum)
    {
        var (row, column) = _layout.At(place);
        var (i, j) = (row * Side, column * Side);
        var (ahead, mirrored) = (sum.Rent(Side), sum.Rent(Side));
        var room = stackalloc double[4 * Side];
        fixed (double* y = ahead, z = mirrored)
        {
            SquareProduct.Add(
                _values.Start + _layout.Start(row, column), outputs, vectors + j, vectors + i, length, y, z, room);
        }

        Add(sum, i, j, ahead, outputs);
        if (row == column)
        {
            sum.Return(mirrored);
        }
        else
        {
            Add(sum, j, i, mirrored, outputs);
        }
    }

    // The rows beyond the order are left out.
    private void Add(ProductSum sum, int row, int column, double[] share, int outputs)
    {
        var (rows, columns) = (Math.Min(Side, _order - row), Math.Min(Side, _order - column));
        for (var o = 1; rows < Side && o < outputs; o++)
        {
            share.AsSpan(o * Side, rows).CopyTo(share.AsSpan(o * rows));
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

/// <summary>
/// Keeps K in a temporary file that is mapped into memory. The system keeps as much of it in memory as it can.
/// </summary>
internal sealed unsafe class FileOperator : KernelOperator
{
    /// <summary>The number of rows that are multiplied at once.</summary>
    private const int Height = 24;

    private readonly Workers _workers;
    private readonly string _folder;
    private readonly GramMatrix? _matrix;

    internal FileOperator(KernelRows rows, string folder, IProgress<double>? progress)
    {
        _workers = rows.Workers;
        _folder = Path.Combine(folder, $"hntk-{Guid.NewGuid():N}");
        Directory.CreateDirectory(_folder);
        try
        {
            var path = Path.Combine(_folder, "gram.npy");
            rows.Write(path, progress);
            _matrix = GramMatrix.Open(path);
            if (!OperatingSystem.IsWindows())
            {
                // A mapped file needs no name. Without a name it does not outlive the process, even if that is killed.
                Directory.Delete(_folder, recursive: true);
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    internal override Matrix Multiply(Matrix v)
    {
        var order = v.Rows;
        var product = new double[order * v.Columns];
        fixed (double* x = v.Data, y = product)
        {
            var (right, to) = (
                new MatrixView<double>(x, order, v.Columns, v.Columns).Transpose,
                new MatrixView<double>(y, order, v.Columns, v.Columns));
            _workers.For(Blocking.Count(order, Height), t =>
            {
                var (first, count) = ((int)t * Height, Math.Min(Height, order - (int)t * Height));
                using var room = new NativeBuffer<double>((nint)count * order, clear: false);
                RowProducts.Assign(Rows(first, count, room.Start), right, to.RowBlock(first, count));
            });
        }

        return Matrix.Wrap(product, order, v.Columns);
    }

    public override void Dispose()
    {
        _matrix?.Dispose();
        if (Directory.Exists(_folder))
        {
            Directory.Delete(_folder, recursive: true);
        }
    }

    private MatrixView<double> Rows(int first, int count, double* room)
    {
        var order = _matrix!.Columns;
        for (var i = 0; i < count; i++)
        {
            _matrix.CopyRow(first + i, new(room + (nint)i * order, order));
        }

        return new(room, count, order, order);
    }
}
