using System.Diagnostics;
using System.Numerics;
using System.Runtime.InteropServices;

namespace HadamardNtk;

/// <summary>V → K V with many columns at once, K stored or computed again; the sums are in float64.</summary>
internal abstract class KernelOperator : IDisposable
{
    /// <summary>K V, n × C.</summary>
    internal abstract Matrix Multiply(Matrix v);

    public virtual void Dispose()
    {
    }

    /// <summary>The matrix, kept where the solver says; its storage is not automatic.</summary>
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

/// <summary>K is computed again for every product.</summary>
internal sealed class RecomputedOperator(KernelRows rows) : KernelOperator
{
    internal override Matrix Multiply(Matrix v) => rows.MultiplyAsAsked(v);
}

/// <summary>K is stored by rows.</summary>
internal abstract unsafe class StoredOperator(int order, Workers workers) : KernelOperator
{
    /// <summary>Rows that are multiplied at once.</summary>
    private const int Height = 24;

    internal override Matrix Multiply(Matrix v)
    {
        var product = new double[order * v.Columns];
        fixed (double* x = v.Data, y = product)
        {
            var (right, to) = (new MatrixView(x, order, v.Columns, v.Columns).Transpose, new MatrixView(y, order, v.Columns, v.Columns));
            workers.For(Blocking.Count(order, Height), t =>
            {
                var (first, count) = ((int)t * Height, Math.Min(Height, order - (int)t * Height));
                using var room = new Scratch(IsInPlace ? 1 : (nint)count * order);
                RowProducts.Assign(Rows(first, count, room.Start), right, to.RowBlock(first, count));
            });
        }

        return new(order, v.Columns, product);
    }

    /// <summary>Whether rows are float64 in memory, so that no room is needed for them.</summary>
    protected abstract bool IsInPlace { get; }

    /// <summary>Some rows in float64, where they are or in the room.</summary>
    protected abstract MatrixView Rows(int first, int count, double* room);
}

/// <summary>K in memory of its own, which no array's length limits.</summary>
/// <typeparam name="T">Its numbers.</typeparam>
internal sealed unsafe class MemoryOperator<T> : StoredOperator where T : unmanaged, INumberBase<T>
{
    private readonly int _order;
    private T* _values;

    internal MemoryOperator(KernelRows rows, IProgress<double>? progress) : base(rows.Count, rows.Workers)
    {
        _order = rows.Count;
        _values = (T*)NativeMemory.AlignedAlloc((nuint)_order * (nuint)_order * (nuint)sizeof(T), 64);
        try
        {
            rows.Compute(request => new MemorySink<T>(request, _values), progress);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    protected override bool IsInPlace => typeof(T) == typeof(double);

    public override void Dispose()
    {
        NativeMemory.AlignedFree(_values);
        _values = null;
    }

    protected override MatrixView Rows(int first, int count, double* room)
    {
        var start = _values + (nint)first * _order;
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

/// <summary>K in a temporary file, mapped into memory: what the system can keep of it stays there.</summary>
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
                // What is mapped needs no name: a kill leaves nothing.
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

    protected override MatrixView Rows(int first, int count, double* room)
    {
        var order = _matrix!.Columns;
        for (var i = 0; i < count; i++)
        {
            _matrix.CopyRow(first + i, new(room + (nint)i * order, order));
        }

        return new(room, count, order, order);
    }
}
