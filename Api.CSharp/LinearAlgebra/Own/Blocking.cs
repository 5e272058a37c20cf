namespace HadamardNtk;

/// <summary>The sizes by which products are cut. Only <see cref="Depth"/> can be seen in a result.</summary>
internal static class Blocking
{
    /// <summary>Rows of a micro-tile: with <see cref="MicroColumns"/>, 12 accumulators in 16 registers.</summary>
    internal const int MicroRows = 6;

    /// <summary>Columns of a micro-tile: two vectors of 4.</summary>
    internal const int MicroColumns = 8;

    /// <summary>
    /// Terms summed in one chain before the next chain starts: part of the meaning of an inner product
    /// (see <see cref="RowProducts"/>). A micro-panel of 8 such columns fills half of a 32 KiB first-level cache.
    /// </summary>
    internal const int Depth = 256;

    /// <summary>Rows packed at once: 96 x 256 numbers take 192 KiB of the second-level cache.</summary>
    internal const int Rows = 96;

    /// <summary>Columns packed at once.</summary>
    internal const int Columns = 384;

    /// <summary>Rows and columns of the panels of a factorisation or solve.</summary>
    internal const int Panel = Depth;

    /// <summary>Order of the triangles solved or factored without blocks.</summary>
    internal const int Triangle = 32;

    /// <summary>Right-hand sides (columns of B) a thread takes at once in a triangular solve.</summary>
    internal const int Sides = 192;

    /// <summary><paramref name="size"/> rounded up to a multiple of <paramref name="unit"/>.</summary>
    /// <param name="size">A length, not negative.</param>
    /// <param name="unit">What the result is a multiple of.</param>
    internal static nint RoundUp(nint size, nint unit) => Count(size, unit) * unit;

    /// <summary>How many pieces of at most <paramref name="unit"/> make up <paramref name="size"/>.</summary>
    /// <param name="size">A length, not negative.</param>
    /// <param name="unit">The length of a piece.</param>
    internal static nint Count(nint size, nint unit) => (size + unit - 1) / unit;
}
