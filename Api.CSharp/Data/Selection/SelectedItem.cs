namespace HadamardNtk;

/// <summary>An item of a selection on an axis: numbers, or names of columns.</summary>
/// <param name="Numbers">An index or a slice; null for names.</param>
/// <param name="First">The name, or the first of a range; null for the first column.</param>
/// <param name="Last">The last name of a range; null for the last column.</param>
/// <param name="IsRange">Whether the names are the ends of a range, both of which belong to it.</param>
internal sealed record SelectedItem(
    AxisSelection? Numbers, string? First = null, string? Last = null, bool IsRange = false)
{
    /// <summary>The item that a text stands for; null if the text is none.</summary>
    internal static SelectedItem? Parse(string text, bool mayName)
    {
        if (AxisSelection.Parse(text) is { } numbers)
        {
            return new(numbers);
        }

        var ends = SelectionText.Split(text, ':').Select(end => end.Trim(' ')).ToArray();
        return !mayName || ends.Length > 2 || ends.All(end => end.Length == 0) ? null
            : ends.Length == 1 ? Name(ends[0]) is { } name ? new(null, name) : null
            : ends.All(end => end.Length == 0 || Name(end) is not null)
                ? new(null, Name(ends[0]), Name(ends[1]), IsRange: true)
                : null;
    }

    // A name in quotes may hold any characters but its quote; without them, it is no number and has no quotes in it.
    private static string? Name(string text) =>
        text is ['"', .. var inner, '"'] && !inner.Contains('"') ? inner
        : text is ['\'', .. var single, '\''] && !single.Contains('\'') ? single
        : text.Length == 0 || text.AsSpan().ContainsAny("\"'[]") || AxisSelection.Parse(text) is not null ? null
        : text;
}
