using Microsoft.FSharp.Collections;

namespace HadamardNtk;

/// <summary>
/// A grid of positions as rows of an image. A sequence is an image of one row, and one position is an image of one.
/// </summary>
/// <param name="Height">The number of rows.</param>
/// <param name="Width">The number of positions of a row.</param>
internal readonly record struct SliceGrid(int Height, int Width)
{
    /// <summary>The grid of at most two extents.</summary>
    internal static SliceGrid Of(IEnumerable<int> extents) => Pair(extents, 1);

    /// <summary>The number of positions.</summary>
    internal int Count => Height * Width;

    /// <summary>The positions p for which p + offset is on the grid too.</summary>
    internal SliceArea Area(SliceOffset offset) => new(
        Math.Max(0, -offset.Down),
        Math.Min(Height, Height - offset.Down),
        Math.Max(0, -offset.Right),
        Math.Min(Width, Width - offset.Right));

    /// <summary>All positions.</summary>
    internal SliceArea All => new(0, Height, 0, Width);

    /// <summary>The offset modulo the extents, from 0 to below them.</summary>
    internal SliceOffset Wrapped(SliceOffset offset) =>
        new(((offset.Down % Height) + Height) % Height, ((offset.Right % Width) + Width) % Width);

    /// <summary>
    /// One of the four slices of which a cyclic slice is made: that of its offset less the height, the width, both or
    /// none.
    /// </summary>
    internal SliceOffset Part(SliceOffset offset, int part) =>
        new(offset.Down - (part >> 1) * Height, offset.Right - (part & 1) * Width);

    /// <summary>All offsets modulo the extents, in order.</summary>
    internal IEnumerable<SliceOffset> CyclicOffsets()
    {
        for (var down = 0; down < Height; down++)
        {
            for (var right = 0; right < Width; right++)
            {
                yield return new(down, right);
            }
        }
    }

    /// <summary>All offsets between positions, in order.</summary>
    internal IEnumerable<SliceOffset> Offsets()
    {
        for (var down = 1 - Height; down < Height; down++)
        {
            for (var right = 1 - Width; right < Width; right++)
            {
                yield return new(down, right);
            }
        }
    }

    /// <summary>The number of an offset among all of them.</summary>
    internal int Index(SliceOffset offset) =>
        (offset.Down + Height - 1) * (2 * Width - 1) + offset.Right + Width - 1;

    /// <summary>Numbers for the axes of an image; an axis that is not there has the given number.</summary>
    internal static SliceGrid Pair(IEnumerable<int> numbers, int absent)
    {
        int[] all = [.. numbers];
        return all.Length switch
        {
            0 => new(absent, absent),
            1 => new(absent, all[0]),
            2 => new(all[0], all[1]),
            _ => throw new InvalidOperationException("Grids have at most two axes here."),
        };
    }
}

/// <summary>The difference o of two positions p and p + o.</summary>
/// <param name="Down">The number of rows.</param>
/// <param name="Right">The number of positions in a row.</param>
internal readonly record struct SliceOffset(int Down, int Right)
{
    /// <summary>The difference on a grid with so many positions between neighbors of this one.</summary>
    internal SliceOffset On(SliceGrid scale) => new(Down * scale.Height, Right * scale.Width);

    /// <summary>The difference less so many rows and positions.</summary>
    internal SliceOffset Less(SliceGrid less) => new(Down - less.Height, Right - less.Width);
}

/// <summary>A rectangle of positions.</summary>
/// <param name="Top">The first row.</param>
/// <param name="Bottom">The row after the last.</param>
/// <param name="Left">The first position of a row.</param>
/// <param name="Right">The position after the last.</param>
internal readonly record struct SliceArea(int Top, int Bottom, int Left, int Right)
{
    /// <summary>Whether there are no positions.</summary>
    internal bool IsEmpty => Bottom <= Top || Right <= Left;

    /// <summary>The number of rows.</summary>
    internal int Height => Bottom - Top;

    /// <summary>The number of positions of a row.</summary>
    internal int Width => Right - Left;
}

/// <summary>The values of a slice at the positions of a grid, a vector of samples each.</summary>
/// <typeparam name="T">float or double.</typeparam>
/// <param name="Start">The address of the values at row 0 and position 0, which need not be there.</param>
/// <param name="Stride">The distance from a row to the next, in positions.</param>
internal readonly unsafe record struct SliceView<T>(nint Start, int Stride)
    where T : unmanaged
{
    /// <summary>The address of the values at a position.</summary>
    internal T* At(int y, int x, int lanes) => (T*)Start + ((nint)y * Stride + x) * lanes;
}

/// <summary>A window that slides over an axis of a grid.</summary>
/// <param name="Size">The number of its positions.</param>
/// <param name="Stride">The number of positions from a window to the next.</param>
/// <param name="Before">The number of positions of the first window before the first of the grid.</param>
/// <param name="Count">The number of windows.</param>
/// <param name="Cycle">The extent of the axis if windows read positions of the other edge, else 0.</param>
internal readonly record struct SliceAxis(int Size, int Stride, int Before, int Count, int Cycle)
{
    private static SliceAxis None => new(1, 1, 0, 1, 0);

    /// <summary>Whether windows read positions of the other edge in the place of those beyond an edge.</summary>
    internal bool Wraps => Cycle > 0;

    /// <summary>The windows along both axes of an image.</summary>
    internal static (SliceAxis Down, SliceAxis Right) Of(Core.Window window, IReadOnlyCollection<int> extents)
    {
        // FSharp.Core of F# Interactive may be too old for collection expressions of lists.
        var list = ListModule.OfSeq(extents);
        var wraps = Core.SpaceModule.wraps(window, list);
        SliceAxis[] axes =
        [
            .. Core.SpaceModule.frames(window, list).Zip(extents)
                .Select(a => new SliceAxis(
                    a.First.Item1, a.First.Item2, a.First.Item3, a.First.Item4, wraps ? a.Second : 0)),
        ];
        return axes.Length == 1 ? (None, axes[0]) : (axes[0], axes[1]);
    }

    /// <summary>
    /// The position that is number <paramref name="place"/> from the first of the axis, modulo the extent where windows
    /// read the other edge.
    /// </summary>
    internal int At(int place) => Cycle == 0 ? place : ((place % Cycle) + Cycle) % Cycle;

    /// <summary>For each position of an axis the windows that have it, once for each time.</summary>
    internal int[][] Over(int extent)
    {
        var windows = Enumerable.Range(0, extent).Select(_ => new List<int>()).ToArray();
        for (var window = 0; window < Count; window++)
        {
            for (var d = 0; d < Size; d++)
            {
                var position = At(window * Stride - Before + d);
                if (position >= 0 && position < extent)
                {
                    windows[position].Add(window);
                }
            }
        }

        return Array.ConvertAll(windows, w => w.ToArray());
    }
}
