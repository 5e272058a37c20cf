using Microsoft.FSharp.Collections;

namespace HadamardNtk;

/// <summary>The positions that a window reads beyond the edge of a grid.</summary>
public enum WindowPadding
{
    /// <summary>Zeros, so many that a stride of 1 keeps the size.</summary>
    Same,

    /// <summary>None: every window lies in the grid.</summary>
    Valid,

    /// <summary>The positions of the other edge.</summary>
    Circular,
}

/// <summary>The weights with which a vertex of a graph sums its neighbors.</summary>
public enum NeighborWeights
{
    /// <summary>The entries of the graph's own matrix.</summary>
    Sum,

    /// <summary>The entries divided by the sums of their rows.</summary>
    Mean,
}

/// <summary>
/// A window that slides over a grid of positions. Immutable; a number stands for the window of that size.
/// </summary>
/// <example><code>
/// var network = Network.Input.Image(28, 28, 1)
///     .Conv(5).Relu().AveragePool(new Window(2, 1) { Padding = WindowPadding.Same }).Flatten().Dense();
/// </code></example>
public sealed class Window
{
    private readonly int[] _size;

    /// <summary>Makes the window of a size.</summary>
    /// <param name="size">One number for all axes, or one for each: height and width.</param>
    /// <exception cref="ArgumentException">There is no number.</exception>
    public Window(params int[] size)
    {
        ArgumentNullException.ThrowIfNull(size);
        _size = size.Length > 0
            ? [.. size]
            : throw new ArgumentException("Expected a size; there is none.", nameof(size));
    }

    /// <summary>The length along each axis, or along all of them.</summary>
    public IReadOnlyList<int> Size => Array.AsReadOnly(_size);

    /// <summary>
    /// The distance from a window to the next along each axis, or along all of them. Null, unless set, is 1 for
    /// convolutions and patches, and the size for pools.
    /// </summary>
    public IReadOnlyList<int>? Stride
    {
        get;
        init => field = value is null ? null : Array.AsReadOnly<int>([.. value]);
    }

    /// <summary>
    /// The positions beyond the edge. Null, unless set, is <see cref="WindowPadding.Same"/> for convolutions and
    /// patches, and <see cref="WindowPadding.Valid"/> for pools.
    /// </summary>
    public WindowPadding? Padding { get; init; }

    /// <summary>The window of a size along all axes.</summary>
    /// <param name="size">The size.</param>
    public static implicit operator Window(int size) => new(size);

    /// <summary>The window of a convolution or of patches; that of size 3 if none is given.</summary>
    internal static Core.Window OfPatches(Window? window)
    {
        var given = window ?? 3;
        return given.Of([1], WindowPadding.Same);
    }

    /// <summary>The window of a pool; that of size 2 if none is given.</summary>
    internal static Core.Window OfPool(Window? window)
    {
        var given = window ?? 2;
        return given.Of(given._size, WindowPadding.Valid);
    }

    private Core.Window Of(IEnumerable<int> stride, WindowPadding padding) => new(
        ListModule.OfSeq(_size),
        ListModule.OfSeq(Stride ?? stride),
        (Padding ?? padding) switch
        {
            WindowPadding.Same => Core.Padding.Same,
            WindowPadding.Valid => Core.Padding.Valid,
            WindowPadding.Circular => Core.Padding.Circular,
            var other => throw new ArgumentOutOfRangeException(
                nameof(Padding), other, "Expected Same, Valid or Circular."),
        });
}
