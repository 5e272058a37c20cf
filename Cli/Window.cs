namespace HadamardNtk.Cli;

/// <summary>The window of stdout, and lines that fit into it.</summary>
internal static class Window
{
    /// <summary>The columns of text where stdout is no terminal.</summary>
    internal const int Usual = 80;

    // Less has no room for an indent and a word, and longer lines of prose are hard to read.
    private const int Least = 40;
    private const int Most = 120;

    /// <summary>The columns of the terminal on stdout; null where stdout is none, so that no line is broken.</summary>
    internal static int? Terminal => Console.IsOutputRedirected ? null : Math.Max(Least, Console.WindowWidth);

    /// <summary>The columns of text that is always broken: those of the terminal, from 40 to 120, or else 80.</summary>
    internal static int Columns => Math.Min(Terminal ?? Usual, Most);

    /// <summary>
    /// Breaks a text at spaces into lines of at most <c>most</c> characters. Lines after the first are indented by
    /// <c>hanging</c> spaces, and a longer word is cut.
    /// </summary>
    internal static List<string> Wrapped(string text, int most, int hanging = 0)
    {
        var (lines, indent) = (new List<string>(), "");
        hanging = Math.Min(hanging, most / 2);
        while (text.Length > most)
        {
            var start = text.Length - text.TrimStart(' ').Length;
            var space = text.LastIndexOf(' ', most);
            var cut = space > start ? space : most;
            lines.Add(text[..cut].TrimEnd(' '));
            indent = new string(' ', hanging);
            text = indent + text[cut..].TrimStart(' ');
        }

        lines.Add(text);
        return lines;
    }
}
