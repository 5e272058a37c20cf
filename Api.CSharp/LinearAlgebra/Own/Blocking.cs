namespace HadamardNtk;

/// <summary>The sizes of the blocks of products. Only <see cref="Depth"/> affects the bits of a result.</summary>
internal static class Blocking
{
    /// <summary>
    /// The rows of a micro-tile. With <see cref="MicroColumns"/> they make 12 accumulators, for 16 registers.
    /// </summary>
    internal const int MicroRows = 6;

    /// <summary>The columns of a micro-tile: two vectors of 4.</summary>
    internal const int MicroColumns = 8;

    /// <summary>
    /// The number of terms of a chain, which is part of the definition of an inner product (see
    /// <see cref="RowProducts"/>). A micro-panel of 8 columns of this depth fills half of a 32 KiB first-level cache.
    /// </summary>
    internal const int Depth = 256;

    /// <summary>The number of rows packed at once: 96 x 256 numbers take 192 KiB of the second-level cache.</summary>
    internal const int Rows = 96;

    /// <summary>The number of columns packed at once.</summary>
    internal const int Columns = 384;

    /// <summary>The width of the panels of a factorization or solve.</summary>
    internal const int Panel = Depth;

    /// <summary>The order of the triangles that are solved or factored without blocks.</summary>
    internal const int Triangle = 32;

    /// <summary>
    /// The number of right-hand sides (columns of B) that a thread takes at once in a triangular solve.
    /// </summary>
    internal const int Sides = 192;

    /// <summary><paramref name="size"/> rounded up to a multiple of <paramref name="unit"/>.</summary>
    /// <param name="size">A length, not negative.</param>
    /// <param name="unit">The number of which the result is a multiple.</param>
    internal static nint RoundUp(nint size, nint unit) => Count(size, unit) * unit;

    /// <summary>The number of pieces of at most <paramref name="unit"/> that make up <paramref name="size"/>.</summary>
    /// <param name="size">A length, not negative.</param>
    /// <param name="unit">The length of a piece.</param>
    internal static nint Count(nint size, nint unit) => (size + unit - 1) / unit;
}
