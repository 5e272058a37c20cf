namespace HadamardNtk;

/// <summary>The selection on one axis: one item, or a list of them in brackets, which keeps the axis.</summary>
internal sealed record SelectedAxis(IReadOnlyList<SelectedItem> Items, bool IsList)
{
    internal static SelectedAxis All { get; } = new([new(AxisSelection.All)], false);

    /// <summary>Whether a single index or name is selected, which drops the axis.</summary>
    internal bool IsSingle =>
        !IsList && Items[0] is { Numbers: { IsIndex: true } } or { Numbers: null, IsRange: false };

    /// <summary>The selection that a text stands for; null if the text is no selection.</summary>
    internal static SelectedAxis? Parse(string text, bool mayName)
    {
        var trimmed = text.Trim(' ');
        var isList = trimmed is ['[', .., ']'];
        var items = (isList ? SelectionText.Split(trimmed[1..^1]) : [text])
            .Select(item => SelectedItem.Parse(item, mayName)).ToArray();
        return items.Contains(null) ? null : new(items!, isList);
    }
}

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

/// <summary>Splits the text of a selection outside its quotes and brackets.</summary>
internal static class SelectionText
{
    internal static List<string> Split(string text, char at = ',')
    {
        var (parts, start, depth, quote) = (new List<string>(), 0, 0, '\0');
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (quote != '\0') quote = c == quote ? '\0' : quote;
            else if (c is '"' || (c is '\'' && text[start..i].Trim(' ').TrimEnd('[').Length == 0)) quote = c;
            else if (c is '[' or ']') depth += c == '[' ? 1 : -1;
            else if (c == at && depth == 0)
            {
                parts.Add(text[start..i]);
                start = i + 1;
            }
        }

        parts.Add(text[start..]);
        return parts;
    }
}
