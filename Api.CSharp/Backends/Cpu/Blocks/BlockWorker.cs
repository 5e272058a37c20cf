using System.Numerics;
using System.Runtime.CompilerServices;

namespace HadamardNtk;

/// <summary>
/// Fills blocks of a Gram matrix on one thread: it computes the inner products, runs the program, and escalates pairs.
/// </summary>
/// <typeparam name="T">float or double.</typeparam>
internal abstract unsafe class BlockWorker<T> : IDisposable
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private const int Panel = HermitePanels<T>.Width;

    private readonly BlockWork<T> _work;
    private readonly T _limit;

    /// <summary>Prepares a thread's work.</summary>
    /// <param name="work">The data that all threads share.</param>
    /// <param name="nearest">
    /// The bound on 1 - |ρ| below which a pair is in doubt: inner products of this precision do not determine its
    /// angle.
    /// </param>
    private protected BlockWorker(BlockWork<T> work, double nearest)
    {
        (_work, _limit) = (work, T.CreateTruncating(1 - nearest));
        (PartHeight, PartWidth) = work.Products.Part;
        Runner = work.TakeRunner();
        Pairs = new(work.Rows, work.Columns, Lanes);
    }

    /// <summary>The number of rows of a part of a block. The inner products of a part are computed at once.</summary>
    private protected int PartHeight { get; }

    /// <summary>The number of columns of a part of a block.</summary>
    private protected int PartWidth { get; }

    /// <summary>The numbers of pairs that took each lane.</summary>
    internal Lanes Lanes { get; } = new();

    /// <summary>The runner of the program.</summary>
    private protected StripRunner<T> Runner { get; }

    /// <summary>Computes single pairs in higher precision.</summary>
    private protected PairLanes Pairs { get; }

    private protected GramRequest Request => _work.Request;

    /// <summary>Fills a block. For a symmetric matrix, only entries on or above the diagonal are defined.</summary>
    /// <param name="row">The first row.</param>
    /// <param name="column">The first column, a multiple of a panel.</param>
    /// <param name="height">The number of rows of the block.</param>
    /// <param name="width">The number of columns of the block.</param>
    /// <param name="block">The address of its first entry in memory.</param>
    /// <param name="stride">
    /// The distance, in numbers, from a row of the block to the next: a multiple of a panel.
    /// </param>
    internal void Fill(int row, int column, int height, int width, T* block, nint stride)
    {
        for (var i = 0; i < height; i += PartHeight)
        {
            var from = Request.IsSymmetric && row + i > column ? (row + i - column) / Panel * Panel : 0;
            for (var j = from; j < width; j += PartWidth)
            {
                var (rows, columns) = (Math.Min(PartHeight, height - i), Math.Min(PartWidth, width - j));
                FillPart(row + i, column + j, rows, columns, block + i * stride + j, stride);
            }
        }
    }

    public virtual void Dispose() => _work.PutBack(Runner);

    private void FillPart(int row, int column, int rows, int columns, T* part, nint stride)
    {
        BeginPart(row, column, rows, columns);
        _work.Products.Tile(row, rows, column, columns, part, stride);
        for (var i = 0; i < rows; i++)
        {
            for (var j = 0; j < columns; j += StripRunner<T>.Longest)
            {
                FillLine(row + i, column + j, Math.Min(StripRunner<T>.Longest, columns - j), part + i * stride + j);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void FillLine(int i, int column, int columns, T* line)
    {
        var from = Request.IsSymmetric && i > column ? (i - column) / Panel * Panel : 0;
        var count = (columns - from + Panel - 1) / Panel * Panel;
        if (count <= 0)
        {
            return;
        }

        var panels = Runner.Run(_work.RowValues, i, _work.ColumnValues, column + from, (int)count, line + from, _limit);
        // A row of zeros has no direction, so that its likeness does not tell which rows equal it.
        for (panels = Pairs.IsZero(i) ? uint.MaxValue >> (32 - (int)count / Panel) : panels;
            panels != 0;
            panels &= panels - 1)
        {
            var k = from + BitOperations.TrailingZeroCount(panels) * Panel;
            Settle(i, column + k, Math.Min(Panel, columns - k), k - from, line + k);
        }
    }

    // Computes the pairs of one panel that are in doubt or of equal rows.
    private void Settle(int i, int column, int count, int place, T* line)
    {
        var wanted = uint.MaxValue >> (Panel - count);
        if (Request.IsSymmetric && column < i)
        {
            wanted &= uint.MaxValue << (i - column);
        }

        var unknown = Runner.Doubtful(place, _limit) & wanted;
        var alike = (Pairs.IsZero(i) ? uint.MaxValue : Runner.Alike(place, _limit)) & wanted;
        for (; alike != 0; alike &= alike - 1)
        {
            var k = BitOperations.TrailingZeroCount(alike);
            if (Pairs.AreEqual(i, column + k))
            {
                line[k] = Round(i, column + k, Pairs.Self(i)[Request.Kind]);
                unknown &= ~(1u << k);
            }
        }

        if (unknown != 0)
        {
            Raise(i, column, place, unknown, line);
        }
    }

    /// <summary>Is called for every part before its lines are computed.</summary>
    private protected virtual void BeginPart(int row, int column, int rows, int columns)
    {
    }

    /// <summary>
    /// Computes pairs of row i in higher precision: those with columns column + k, at place + k of the strip, for every
    /// k whose bit is set in <c>which</c>.
    /// </summary>
    private protected abstract void Raise(int i, int column, int place, uint which, T* line);

    /// <summary>The entry of row i and column j, rounded.</summary>
    /// <exception cref="KernelUndefinedException">The entry is too large for float32.</exception>
    private protected T Round(int i, int j, double value) =>
        T.CreateTruncating(typeof(T) == typeof(float) ? Pairs.Single(i, j, value, Request.Kind) : value);
}
