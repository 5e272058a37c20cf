using System.Numerics;
using System.Runtime.CompilerServices;

namespace HadamardNtk;

/// <summary>What one thread needs to fill blocks of a Gram matrix: inner products, the program, the lanes.</summary>
/// <typeparam name="T">float or double.</typeparam>
internal abstract unsafe class BlockWorker<T> : IDisposable
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private const int Panel = HermitePanels<T>.Width;

    private readonly BlockWork<T> _work;
    private readonly T _limit;

    /// <summary>Prepares a thread's work.</summary>
    /// <param name="work">What all threads share.</param>
    /// <param name="nearest">1 - |ρ| below this is in doubt: inner products of this precision do not know the angle.</param>
    private protected BlockWorker(BlockWork<T> work, double nearest)
    {
        (_work, _limit) = (work, T.CreateTruncating(1 - nearest));
        (PartHeight, PartWidth) = work.Products.Part;
        Runner = work.NewRunner();
        Pairs = new(work.Rows, work.Columns, Lanes);
    }

    /// <summary>Rows of a part of a block: inner products are made for a part at once.</summary>
    private protected int PartHeight { get; }

    /// <summary>Columns of a part of a block.</summary>
    private protected int PartWidth { get; }

    /// <summary>What took which lane.</summary>
    internal Lanes Lanes { get; } = new();

    /// <summary>Runs the program.</summary>
    private protected StripRunner<T> Runner { get; }

    /// <summary>Pairs one at a time.</summary>
    private protected PairLanes Pairs { get; }

    private protected GramRequest Request => _work.Request;

    /// <summary>Fills a block; of a symmetric matrix only what is on or above the diagonal.</summary>
    /// <param name="row">The first row.</param>
    /// <param name="column">The first column, a multiple of a panel.</param>
    /// <param name="height">Rows of the block.</param>
    /// <param name="width">Columns of the block.</param>
    /// <param name="block">Where it goes.</param>
    /// <param name="stride">From a row of the block to the next: a multiple of a panel.</param>
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

    public virtual void Dispose() => Runner.Dispose();

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
        // A row of zeros has no direction that could show which rows equal it.
        for (panels = Pairs.IsZero(i) ? uint.MaxValue >> (32 - (int)count / Panel) : panels; panels != 0; panels &= panels - 1)
        {
            var k = from + BitOperations.TrailingZeroCount(panels) * Panel;
            Settle(i, column + k, Math.Min(Panel, columns - k), k - from, line + k);
        }
    }

    // The pairs in doubt among those of one panel.
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

    /// <summary>Told of every part before its lines.</summary>
    private protected virtual void BeginPart(int row, int column, int rows, int columns)
    {
    }

    /// <summary>Computes pairs of row i in higher precision: those of columns column + k whose bit k is set, at place + k of the strip.</summary>
    private protected abstract void Raise(int i, int column, int place, uint which, T* line);

    /// <summary>The entry of row i and column j, rounded.</summary>
    /// <exception cref="KernelUndefinedException">Float32 has no room for it.</exception>
    private protected T Round(int i, int j, double value) =>
        T.CreateTruncating(typeof(T) == typeof(float) ? Pairs.Single(i, j, value, Request.Kind) : value);
}
