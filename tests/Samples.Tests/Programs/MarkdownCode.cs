namespace HadamardNtk.Samples.Tests.Programs;

/// <summary>A block of code of a document.</summary>
/// <param name="Language">The word behind its fence, or "".</param>
/// <param name="Rest">What else stands there.</param>
/// <param name="Line">The line of the document that its text begins at, from 1.</param>
/// <param name="Text">Its lines, each with its end.</param>
internal sealed record CodeBlock(string Language, string Rest, int Line, string Text);

/// <summary>The fenced blocks of code of a Markdown document.</summary>
internal static class MarkdownCode
{
    private const string Fence = "```";

    /// <summary>All fenced blocks in their order; one without a word has the language "".</summary>
    internal static IReadOnlyList<CodeBlock> Blocks(string document)
    {
        var (lines, blocks) = (document.ReplaceLineEndings("\n").Split('\n'), new List<CodeBlock>());
        for (var i = 0; i < lines.Length; i++)
        {
            if (!lines[i].StartsWith(Fence, StringComparison.Ordinal)) continue;
            var info = lines[i][Fence.Length..].Split(' ', 2);
            var end = Array.FindIndex(lines, i + 1, line => line.StartsWith(Fence, StringComparison.Ordinal));
            if (end < 0) throw new FormatException($"Line {i + 1}: expected a closing {Fence}.");
            var text = string.Concat(lines[(i + 1)..end].Select(line => line + '\n'));
            blocks.Add(new(info[0], info.Length > 1 ? info[1] : "", i + 2, text));
            i = end;
        }

        return blocks;
    }
}
