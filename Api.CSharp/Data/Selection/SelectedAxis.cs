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
