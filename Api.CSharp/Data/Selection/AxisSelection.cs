using System.Numerics;
using System.Text.RegularExpressions;

namespace HadamardNtk;

/// <summary>The <c>Count</c> positions First, First + Step, ... of an axis.</summary>
internal readonly record struct AxisRange(long First, int Count, long Step)
{
    public int this[int k] => (int)(First + k * Step);
}

/// <summary>The selection on one axis: a single index, or a slice start:stop:step, as in numpy.</summary>
internal sealed partial record AxisSelection(bool IsIndex, long? Start, long? Stop, long? Step)
{
    public static AxisSelection All { get; } = new(false, null, null, null);

    /// <summary>The selection that a text stands for; null if the text is no selection.</summary>
    public static AxisSelection? Parse(string text)
    {
        if (Pattern().Match(text) is not { Success: true } match) return null;
        if (match.Groups["index"].Success) return new AxisSelection(true, Number(match, "index"), null, null);
        var step = Number(match, "step");
        return step == 0 ? null : new AxisSelection(false, Number(match, "start"), Number(match, "stop"), step);
    }

    /// <summary>
    /// The selected positions on an axis of a size. Negative numbers are counted from its end. A slice is clipped to
    /// the axis and may be empty. The result is null for a single index outside the axis.
    /// </summary>
    public AxisRange? On(int size) => IsIndex ? Index(size) : Slice(size);

    private AxisRange? Index(int size)
    {
        var place = FromEnd(Start!.Value, size);
        return place >= 0 && place < size ? new AxisRange(place, 1, 1) : null;
    }

    private AxisRange Slice(int size)
    {
        var step = Step ?? 1;
        var (lower, upper) = step > 0 ? (0, size) : (-1, size - 1);
        var first = Clip(Start, size, lower, upper, step > 0 ? lower : upper);
        var behind = Clip(Stop, size, lower, upper, step > 0 ? upper : lower);
        var count = step > 0 ? (behind - first + step - 1) / step : (first - behind - step - 1) / -step;
        return new AxisRange(first, (int)Math.Max(0, count), step);
    }

    private static long Clip(long? place, int size, long lower, long upper, long absent) =>
        place is { } p ? Math.Clamp(FromEnd(p, size), lower, upper) : absent;

    private static long FromEnd(long place, int size) => place < 0 ? place + size : place;

    /// <summary>The number in a group, clamped to +-2^62, so that the arithmetic here does not overflow.</summary>
    private static long? Number(Match match, string group) => match.Groups[group] is { Success: true } found
        ? (long)BigInteger.Clamp(BigInteger.Parse(found.ValueSpan), -(1L << 62), 1L << 62)
        : null;

    [GeneratedRegex("""
        ^[ ]*(?: (?<index>-?[0-9]+)
               | (?<start>-?[0-9]+)? [ ]*: [ ]*(?<stop>-?[0-9]+)? [ ]*(?: : [ ]*(?<step>-?[0-9]+)? )? )[ ]*$
        """, RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Pattern();
}
