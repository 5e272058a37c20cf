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
            GramStorage.Float64 => new MemoryOperator<double>(rows, progress),
            GramStorage.Float32 => new MemoryOperator<float>(rows, progress),
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

/// <summary>Stores K by rows.</summary>
internal abstract unsafe class StoredOperator(int order, Workers workers) : KernelOperator
{
    /// <summary>The number of rows that are multiplied at once.</summary>
    private const int Height = 24;

    internal override Matrix Multiply(Matrix v)
    {
        var product = new double[order * v.Columns];
        fixed (double* x = v.Data, y = product)
        {
            var (right, to) = (
                new MatrixView<double>(x, order, v.Columns, v.Columns).Transpose,
                new MatrixView<double>(y, order, v.Columns, v.Columns));
            workers.For(Blocking.Count(order, Height), t =>
            {
                var (first, count) = ((int)t * Height, Math.Min(Height, order - (int)t * Height));
                using var room = new NativeBuffer<double>(IsInPlace ? 1 : (nint)count * order, clear: false);
                RowProducts.Assign(Rows(first, count, room.Start), right, to.RowBlock(first, count));
            });
        }

        return Matrix.Wrap(product, order, v.Columns);
    }

    /// <summary>Whether rows are float64 in memory, so that no room is needed for them.</summary>
    protected abstract bool IsInPlace { get; }

    /// <summary>Some rows in float64, in place or copied to the room.</summary>
    protected abstract MatrixView<double> Rows(int first, int count, double* room);
}

/// <summary>Keeps K in native memory, which no array's length limits.</summary>
/// <typeparam name="T">The type of K's numbers.</typeparam>
internal sealed unsafe class MemoryOperator<T> : StoredOperator where T : unmanaged, INumberBase<T>
{
    private readonly int _order;
    private readonly NativeBuffer<T> _values;

    internal MemoryOperator(KernelRows rows, IProgress<double>? progress) : base(rows.Count, rows.Workers)
    {
        _order = rows.Count;
        _values = new((nint)_order * _order, clear: false);
        try
        {
            rows.Compute(new MemorySink<T>(_order, symmetric: true, _values.Start), progress);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    protected override bool IsInPlace => typeof(T) == typeof(double);

    public override void Dispose() => _values.Dispose();

    protected override MatrixView<double> Rows(int first, int count, double* room)
    {
        var start = _values.Start + (nint)first * _order;
        if (IsInPlace)
        {
            return new((double*)start, count, _order, _order);
        }

        for (var i = 0; i < count; i++)
        {
            var row = new ReadOnlySpan<float>((float*)start + (nint)i * _order, _order);
            Widening.Copy(row, new Span<double>(room + (nint)i * _order, _order));
        }

        return new(room, count, _order, _order);
    }
}

/// <summary>
/// Keeps K in a temporary file that is mapped into memory. The system keeps as much of it in memory as it can.
/// </summary>
internal sealed unsafe class FileOperator : StoredOperator
{
    private readonly string _folder;
    private readonly GramMatrix? _matrix;

    internal FileOperator(KernelRows rows, string folder, IProgress<double>? progress) : base(rows.Count, rows.Workers)
    {
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

    protected override bool IsInPlace => false;

    public override void Dispose()
    {
        _matrix?.Dispose();
        if (Directory.Exists(_folder))
        {
            Directory.Delete(_folder, recursive: true);
        }
    }

    protected override MatrixView<double> Rows(int first, int count, double* room)
    {
        var order = _matrix!.Columns;
        for (var i = 0; i < count; i++)
        {
            _matrix.CopyRow(first + i, new(room + (nint)i * order, order));
        }

        return new(room, count, order, order);
    }
}
