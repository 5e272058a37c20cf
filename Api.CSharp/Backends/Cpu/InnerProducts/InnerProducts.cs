namespace HadamardNtk;

/// <summary>
/// Inner products between the rows of X (m x d) and those of Y (n x d). They are prepared once and computed tile by
/// tile on any thread.
/// </summary>
/// <typeparam name="T">The precision: float or double.</typeparam>
internal abstract unsafe class InnerProducts<T> : IDisposable
    where T : unmanaged
{
    /// <summary>The length of a tile's row in memory is a multiple of this number.</summary>
    internal const int Unit = 16;

    /// <summary>
    /// The best shape of a tile for one call. For our own kernels it fits into the second-level cache; it is larger for
    /// a library that packs its operands anew in each call.
    /// </summary>
    internal virtual (int Height, int Width) Part => (96, 256);

    private readonly int _rows;
    private readonly int _columns;
    private readonly int _depth;

    /// <summary>Checks and keeps the shapes.</summary>
    /// <param name="x">X, (m x d).</param>
    /// <param name="y">Y, (n x d).</param>
    /// <exception cref="ArgumentException">The rows differ in length.</exception>
    private protected InnerProducts(Matrix x, Matrix y)
    {
        if (x.Columns != y.Columns)
        {
            throw new ArgumentException($"Expected rows of {x.Columns} numbers, as in X; came {y.Columns}.", nameof(y));
        }

        (_rows, _columns, _depth) = (x.Rows, y.Rows, x.Columns);
    }

    /// <summary>
    /// c[i·stride + j] = sum over k of X[row + i, k]·Y[column + j, k] for i &lt; height, j &lt; width. The entries from
    /// width up to the next multiple of <see cref="Unit"/> become zero.
    /// </summary>
    /// <param name="row">The first row of X.</param>
    /// <param name="height">The number of rows of the tile.</param>
    /// <param name="column">The first row of Y; tiles that start at multiples of 32 are fastest.</param>
    /// <param name="width">The number of columns of the tile.</param>
    /// <param name="c">The output.</param>
    /// <param name="stride">
    /// The distance, in numbers, from a row of c to the next: at least width rounded up to a multiple of
    /// <see cref="Unit"/>.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">The tile lies outside, or the stride is too short.</exception>
    internal void Tile(int row, int height, int column, int width, T* c, nint stride)
    {
        RequireInside(row, height, _rows, nameof(row));
        RequireInside(column, width, _columns, nameof(column));
        ArgumentOutOfRangeException.ThrowIfLessThan(stride, Blocking.RoundUp(width, Unit));
        var known = _depth > 0 ? width : 0;
        if (height > 0 && known > 0)
        {
            Multiply(row, height, column, width, c, stride);
        }

        Clear(c + known, height, Blocking.RoundUp(width, Unit) - known, stride);
    }

    /// <summary>Frees the memory. No tile may be in progress.</summary>
    public abstract void Dispose();

    /// <summary>
    /// Computes a tile that was checked and is not empty. The entries from width up to the next multiple of
    /// <see cref="Unit"/> may be overwritten.
    /// </summary>
    /// <param name="row">The first row of X.</param>
    /// <param name="height">The number of rows of the tile.</param>
    /// <param name="column">The first row of Y.</param>
    /// <param name="width">The number of columns of the tile.</param>
    /// <param name="c">The output.</param>
    /// <param name="stride">The distance, in numbers, from a row of c to the next.</param>
    private protected abstract void Multiply(int row, int height, int column, int width, T* c, nint stride);

    private static void RequireInside(int start, int count, int size, string name)
    {
        if (start < 0 || count < 0 || start > size - count)
        {
            throw new ArgumentOutOfRangeException(name, $"Expected a part of 0 to {size}; came {count} from {start}.");
        }
    }

    private static void Clear(T* c, int height, nint width, nint stride)
    {
        for (nint i = 0; width > 0 && i < height; i++)
        {
            new Span<T>(c + i * stride, (int)width).Clear();
        }
    }
}
