namespace HadamardNtk.Samples.Tests.Programs;

/// <summary>The output that a program says it has: the last lines of its text, each '// > ' and one line.</summary>
internal static class ExpectedOutput
{
    private const string Mark = "// >";

    /// <summary>The output that a text says, or null where it says none.</summary>
    internal static string? Of(string text)
    {
        var lines = Lines(text);
        var said = lines[Start(lines)..];
        return said.Length == 0 ? null : string.Concat(said.Select(Unmarked).Select(line => line + "\n"));
    }

    /// <summary>The text with other output at its end.</summary>
    internal static string Replace(string text, string output)
    {
        var lines = Lines(text);
        var program = string.Join('\n', lines[..Start(lines)]).TrimEnd();
        var said = Lines(output).Select(line => line.Length == 0 ? Mark : $"{Mark} {line}");
        return $"{program}\n\n{string.Join('\n', said)}\n";
    }

    private static string Unmarked(string line) => line.Length > Mark.Length ? line[(Mark.Length + 1)..] : "";

    private static string[] Lines(string text) => [.. text.TrimEnd().Split('\n').Select(line => line.TrimEnd())];

    private static int Start(string[] lines)
    {
        var start = lines.Length;
        while (start > 0 && lines[start - 1].StartsWith(Mark, StringComparison.Ordinal)) start--;
        return start;
    }
}
