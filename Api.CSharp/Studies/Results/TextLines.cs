namespace HadamardNtk;

/// <summary>Lines of plain text of a given width.</summary>
internal static class TextLines
{
    /// <summary>
    /// Wraps a text at its spaces. A word that is longer than a line is broken. Lines after the first are indented.
    /// </summary>
    internal static IEnumerable<string> Wrap(string text, int width, string indent = "")
    {
        var line = "";
        foreach (var word in Clean(text).Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            var start = line.Length == 0 || line == indent ? line : line + " ";
            if (start.Length + word.Length <= width)
            {
                line = start + word;
                continue;
            }

            if (start != line)
            {
                yield return line;
                start = indent;
            }

            line = start + word;
            for (; line.Length > width; line = indent + line[width..])
            {
                yield return line[..width];
            }
        }

        yield return line;
    }

    /// <summary>Cuts a text to a width; an ellipsis stands for what is left out.</summary>
    internal static string Cut(string text, int width) => Clean(text) is var clean && clean.Length <= width
        ? clean
        : width > 0 ? clean[..(width - 1)] + "…" : "";

    /// <summary>The text with spaces in place of line ends and other control characters.</summary>
    internal static string Clean(string text) =>
        text.Any(char.IsControl) ? string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c)) : text;
}
