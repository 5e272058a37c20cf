using System.Diagnostics;

namespace HadamardNtk;

/// <summary>
/// Computes K V for many columns at once, with K stored or computed again. The sums are in float64, but those of a
/// square of K that is stored in float32.
/// </summary>
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

/// <summary>Lets other machines multiply, which keep the rows of K.</summary>
internal sealed class DistantOperator(IDistantProducts products, CancellationToken cancellation) : KernelOperator
{
    /// <summary>The operator of rows that other machines keep; null where this machine computes them.</summary>
    /// <param name="rows">The matrix.</param>
    /// <param name="storage">How they keep it, which is neither automatic nor a file.</param>
    internal static DistantOperator? TryCreate(KernelRows rows, GramStorage storage)
    {
        Precision? kept = storage switch
        {
            GramStorage.Float64 => Precision.Float64,
            GramStorage.Float32 => Precision.Float32,
            _ => null,
        };
        return rows.BeginElsewhere(kept) is { } products
            ? new DistantOperator(products, rows.Workers.Cancellation)
            : null;
    }

    internal override Matrix Multiply(Matrix v) => products.Multiply(v, cancellation);

    public override void Dispose() => products.Dispose();
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
