namespace HadamardNtk.Bench;

/// <summary>What the memory does at best, on all cores.</summary>
internal static class MemoryLoops
{
    private const int Piece = 1 << 16;

    /// <summary>Fills an array.</summary>
    internal static void Fill<T>(T[] to, T value) where T : unmanaged =>
        Workers.All.For(Blocking.Count(to.Length, Piece), p => PieceOf(to, p).Fill(value));

    /// <summary>Copies an array to one of its length.</summary>
    internal static void Copy<T>(T[] from, T[] to) where T : unmanaged =>
        Workers.All.For(Blocking.Count(to.Length, Piece), p => PieceOf(from, p).CopyTo(PieceOf(to, p)));

    private static Span<T> PieceOf<T>(T[] array, nint p)
    {
        var start = (int)p * Piece;
        return array.AsSpan(start, Math.Min(Piece, array.Length - start));
    }
}
