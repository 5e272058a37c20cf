namespace HadamardNtk;

/// <summary>A part of a tile.</summary>
/// <param name="Row">Its first row in the tile.</param>
/// <param name="Height">The number of its rows.</param>
/// <param name="Column">Its first column in the tile.</param>
/// <param name="Width">The number of its columns.</param>
internal readonly record struct BlockPart(int Row, int Height, int Column, int Width)
{
    /// <summary>The number of pairs.</summary>
    internal long Count => (long)Height * Width;

    /// <summary>The two halves of a part of several pairs.</summary>
    internal (BlockPart First, BlockPart Second) Halves => Height >= Width
        ? (this with { Height = Height / 2 }, this with { Row = Row + Height / 2, Height = Height - Height / 2 })
        : (this with { Width = Width / 2 }, this with { Column = Column + Width / 2, Width = Width - Width / 2 });
}
