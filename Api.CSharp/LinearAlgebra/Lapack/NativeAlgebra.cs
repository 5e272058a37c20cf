using System.Numerics;

namespace HadamardNtk;

/// <summary>Linear algebra by a LAPACK, in one precision.</summary>
/// <param name="routines">The routines of the LAPACK.</param>
/// <param name="turn">Lets one caller at a time use the LAPACK.</param>
/// <typeparam name="T">double or float.</typeparam>
internal sealed unsafe class NativeAlgebra<T>(LapackRoutines<T> routines, LapackTurn turn) : DenseAlgebra<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly long _largestRoom = routines.HasWideSizes ? long.MaxValue : int.MaxValue;
    private readonly nint _panel = 1024;

    private NativeAlgebra(LapackRoutines<T> routines, LapackTurn turn, nint panel, long largestRoom)
        : this(routines, turn) => (_panel, _largestRoom) = (panel, largestRoom);

    /// <summary>
    /// The same algebra with panels of another width. A factorization can be canceled between panels.
    /// </summary>
    /// <param name="width">The width, at least 1.</param>
    internal NativeAlgebra<T> WithPanel(nint width) => new(routines, turn, width, _largestRoom);

    /// <summary>
    /// The same algebra with another limit on the working memory of syevd, beyond which syevr is called.
    /// </summary>
    /// <param name="numbers">The limit, in numbers.</param>
    internal NativeAlgebra<T> WithRoom(long numbers) => new(routines, turn, _panel, numbers);

    /// <summary>
    /// The size of syevd's working memory, in numbers. It fits into 32 bits up to n = 32,766; beyond that syevr finds
    /// all pairs.
    /// </summary>
    /// <param name="n">The order of the matrix.</param>
    internal static long Room(long n) => 1 + 6 * n + 2 * n * n;

    internal override bool TryFactor(
        MatrixView<T> a, Workers workers, IProgress<double>? progress, out FailingMinor failure)
    {
        workers.Cancellation.ThrowIfCancellationRequested();
        for (nint p = 0; p < a.Rows; p += _panel)
        {
            var (first, order) = (p, (nint)0);
            turn.Call(workers, () => order = FactorPanel(a, first));
            if (order > 0)
            {
                failure = new(order, double.CreateChecked(*a.At(order - 1, order - 1)));
                return false;
            }

            progress?.Report(1 - Math.Pow(nint.Max(0, a.Rows - p - _panel) / (double)a.Rows, 3));
        }

        failure = default;
        return true;
    }

    internal override void Solve(MatrixView<T> l, MatrixView<T> b, Workers workers)
    {
        if (b.IsColumnMajor)
        {
            turn.Call(
                workers, () => routines.Solve(l.Rows, b.Columns, l.Origin, l.RowLeading, b.Origin, b.ColumnLeading));
            return;
        }

        using var room = new NativeBuffer<double>(b.Rows * b.Columns, clear: false);
        var sides = new MatrixView<T>((T*)room.Start, b.Rows, b.Columns, 1, b.Rows);
        b.CopyTo(sides);
        Solve(l, sides, workers);
        sides.CopyTo(b);
    }

    // The library is column-major and hence computes Cᵀ = Bᵀ Aᵀ.
    internal override void Multiply(MatrixView<T> a, MatrixView<T> b, MatrixView<T> c, Workers workers) =>
        turn.Call(workers, () => routines.Multiply(
            !b.IsRowMajor, !a.IsRowMajor, c.Columns, c.Rows, a.Columns,
            b.Origin, Leading(b), a.Origin, Leading(a), c.Origin, c.RowLeading));

    private protected override (T[] Values, T[] Vectors) DecomposeChecked(T[] a, int n, int leading, Workers workers)
    {
        var isInPlace = leading == n && Room(n) <= _largestRoom;
        var (values, vectors) = (new T[n], isInPlace ? a : new T[(long)leading * n]);
        var status = 0;
        turn.Call(workers, () => status = isInPlace ? All(a, n, values) : Largest(a, n, leading, values, vectors));
        return status == 0 ? (values[..leading], vectors)
            : throw new ArithmeticException(
                $"expected eigenvalues of a matrix of order {n}; LAPACK's iteration did not converge");
    }

    private int All(T[] a, long n, T[] values)
    {
        var (size, wholeSize) = (Math.Max(Room(n), 70 * n), 3 + 5 * n);
        using var room = new NativeBuffer<double>((nint)size, clear: false);
        using var whole = new NativeBuffer<double>((nint)wholeSize, clear: false);
        fixed (T* x = a, w = values)
        {
            return routines.Decompose(n, x, n, w, (T*)room.Start, size, (long*)whole.Start, wholeSize);
        }
    }

    private int Largest(T[] a, long n, int count, T[] values, T[] vectors)
    {
        var (size, wholeSize) = (72 * n + 1, 10 * n);
        using var room = new NativeBuffer<double>((nint)size, clear: false);
        using var whole = new NativeBuffer<double>((nint)(wholeSize + 2 * n), clear: false);
        fixed (T* x = a, w = values, z = vectors)
        {
            var support = (long*)whole.Start + wholeSize;
            return routines.DecomposeFrom(
                n - count + 1, n, x, n, w, z, support, (T*)room.Start, size, (long*)whole.Start, wholeSize);
        }
    }

    private static nint Leading(MatrixView<T> a) => a.IsRowMajor ? a.RowLeading : a.ColumnLeading;

    /// <summary>
    /// Factors the panel that begins at column p, and subtracts its products from the columns after it.
    /// </summary>
    /// <returns>0, or the order of the leading minor that fails.</returns>
    private nint FactorPanel(MatrixView<T> a, nint p)
    {
        var width = nint.Min(_panel, a.Rows - p);
        var (next, left) = (p + width, a.Rows - p - width);
        var reported = routines.Factor(width, a.At(p, p), a.RowLeading);
        if (FirstFailing(a, p, reported == 0 ? next : p + reported - 1) is var order and > 0)
        {
            return order;
        }

        if (reported == 0 && left > 0)
        {
            routines.SolveRows(width, left, a.At(p, p), a.RowLeading, a.At(next, p), a.RowLeading);
            routines.SubtractSquare(left, width, a.At(next, p), a.RowLeading, a.At(next, next), a.RowLeading);
        }

        return reported == 0 ? 0 : p + reported;
    }

    // Some libraries take the root of NaN or infinity without reporting a failure.
    private static nint FirstFailing(MatrixView<T> a, nint start, nint end)
    {
        for (var i = start; i < end; i++)
        {
            if (!T.IsFinite(*a.At(i, i)))
            {
                return i + 1;
            }
        }

        return 0;
    }
}
