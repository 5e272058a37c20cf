using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace HadamardNtk;

/// <summary>
/// Part k of N of a Gram matrix: a set of its tiles, which one process computes without knowing of the others. The
/// parts have every tile once, and nearly the same number of pairs of samples.
/// </summary>
/// <remarks>
/// The pairs are counted in the order of the tiles, band by band and from left to right; of a symmetric matrix those on
/// and above the diagonal, W = n (n + 1)/2, else W = n n′. A tile with the pairs b, ..., b + p - 1 is in part
/// 1 + floor(N (b + p/2)/W). So no part has more or fewer than W/N pairs by more than the largest tile has; parts are
/// empty where there are fewer tiles than parts.
/// </remarks>
public sealed record GramPart
{
    /// <summary>The greatest number of parts.</summary>
    public const int MaxCount = 99_999;

    /// <summary>Part <paramref name="number"/> of <paramref name="count"/>.</summary>
    /// <param name="number">The number of the part, from 1 to count.</param>
    /// <param name="count">The number of parts, from 1 to <see cref="MaxCount"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">One of them is out of its range.</exception>
    public GramPart(int number, int count)
    {
        if (count is < 1 or > MaxCount)
        {
            throw new ArgumentOutOfRangeException(
                nameof(count), count, $"Expected 1 to {MaxCount} parts, not {count}.");
        }

        if (number < 1 || number > count)
        {
            throw new ArgumentOutOfRangeException(
                nameof(number), number, $"Expected a part from 1 to {count}, not {number}.");
        }

        (Number, Count) = (number, count);
    }

    /// <summary>The number of the part, from 1 to <see cref="Count"/>.</summary>
    public int Number { get; }

    /// <summary>The number of parts.</summary>
    public int Count { get; }

    /// <summary>
    /// The name of its file, such as <c>part-03-of-16.gram</c>. Numbers have the digits of the number of parts.
    /// </summary>
    public string FileName
    {
        get
        {
            var count = Count.ToString(CultureInfo.InvariantCulture);
            return $"part-{Number.ToString(CultureInfo.InvariantCulture).PadLeft(count.Length, '0')}-of-{count}.gram";
        }
    }

    /// <summary>Reads a part from text such as <c>3/16</c>.</summary>
    /// <param name="text">The text.</param>
    /// <param name="part">The part, or null.</param>
    /// <returns>Whether the text names a part.</returns>
    public static bool TryParse(string? text, [NotNullWhen(true)] out GramPart? part)
    {
        part = text?.Split('/') is [var k, var n]
            && int.TryParse(k, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && int.TryParse(n, NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            && count is >= 1 and <= MaxCount && number >= 1 && number <= count
                ? new(number, count)
                : null;
        return part is not null;
    }

    /// <summary>Whether a tile of a request is in this part.</summary>
    /// <param name="request">The request for the whole matrix.</param>
    /// <param name="tile">A tile of a backend's division of the matrix into bands of rows.</param>
    /// <exception cref="ArgumentOutOfRangeException">The tile is empty or does not lie in the result.</exception>
    public bool Contains(GramRequest request, GramTile tile)
    {
        ArgumentNullException.ThrowIfNull(request);
        var pairs = PairOrder.Of(request);
        return pairs.Has(tile)
            ? Contains(pairs, tile)
            : throw new ArgumentOutOfRangeException(
                nameof(tile), tile, $"Expected a tile within {request.Rows} x {request.Columns} entries.");
    }

    /// <summary>The same by the order of the pairs, for a tile in the matrix.</summary>
    internal bool Contains(PairOrder pairs, GramTile tile)
    {
        var twice = 2 * (Int128)pairs.Before(tile) + pairs.Pairs(tile);
        return (int)(twice * Count / (2 * (Int128)pairs.Total)) == Number - 1;
    }

    /// <summary>The part as text, <c>3/16</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Number}/{Count}");
}
