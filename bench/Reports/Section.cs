namespace HadamardNtk.Bench;

/// <summary>What a part has to say: paragraphs and tables.</summary>
/// <param name="Title">The heading.</param>
/// <param name="Blocks">Strings, which are paragraphs, and tables, in order.</param>
internal sealed record Section(string Title, params IReadOnlyList<object> Blocks)
{
    private const int Width = 80;

    /// <summary>The lines in Markdown, none over 80 columns unless a table is wider.</summary>
    internal IEnumerable<string> Lines() =>
        Blocks.SelectMany(block => (block is Table table ? table.Lines() : Wrapped((string)block)).Prepend("")).Prepend($"## {Title}");

    /// <summary>A paragraph in lines.</summary>
    internal static IEnumerable<string> Wrapped(string text)
    {
        var line = "";
        foreach (var word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.Length + 1 + word.Length > Width)
            {
                yield return line;
                line = word;
            }
            else
            {
                line = line == "" ? word : $"{line} {word}";
            }
        }

        yield return line;
    }
}
