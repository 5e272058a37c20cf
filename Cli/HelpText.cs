using System.CommandLine;
using System.Text;

namespace HadamardNtk.Cli;

/// <summary>
/// The help of a command, in the layout of System.CommandLine. The help of System.CommandLine itself takes half of the
/// process's time, because the runtime must first compile generic code for its value types. This class has only lists
/// of references.
/// </summary>
/// <param name="width">The number of columns of the window.</param>
internal sealed class HelpText(int width)
{
    private const string Tool = "hntk";
    private const string Indent = "  ";

    /// <summary>What every command that takes a network says of its text.</summary>
    internal const string Networks =
        "Layers from left to right, as in \"dense relu dense\". (dense relu)^3 is three copies with weights of their "
        + "own; hadamard(A, B), sum(A, B) and concat(A, B) join networks on one input; let p = dense in sum(p, p relu) "
        + "uses one set of weights twice. Options stand in parentheses: dense(w=he,b=0.1), with he = sqrt(2). @FILE reads "
        + "the text from a file. hntk layers lists every word; hntk explain says what a network is, or why it is "
        + "refused and what to change.";

    /// <summary>What every command that reads samples says of files.</summary>
    internal const string Files =
        "Read are .npy, .npz (X.npz:name), .csv and MNIST's idx, each also gzipped, one row a sample; - is stdin. "
        + "A selection may follow the name, as in \"X.csv[:100,:-1]\", \"X.csv[:,width]\" or \"X.csv[:,[a,c:e]]\" "
        + "(columns by the names of a header). In a .csv numbers with decimal points stand between commas, or what "
        + "--separator says. Its first line is a header if every field is a name (the first may be empty); a number "
        + "there, 2019 too, or a missing value (NA, #N/A, ?) makes it a row of data. Lines that begin with # are "
        + "comments. Columns that are not selected may be texts.";

    private readonly StringBuilder _text = new();

    /// <summary>Composes the whole text.</summary>
    internal string Write(Command command, string[] examples)
    {
        Section("Description:", Wrapped(command.Description ?? "", width - Indent.Length));
        Section("Usage:", Wrapped(Usage(command), width - Indent.Length));
        Section("Options:", Table(Options(command)));
        Section("Commands:", Table(Commands(command)));
        Section("Networks:", Has(command, "--net") ? Wrapped(Networks, width - Indent.Length) : []);
        Section("Files:", Has(command, "--x") ? Wrapped(Files, width - Indent.Length) : []);
        Section("Examples:", [.. examples.SelectMany(line => Example(line, width - Indent.Length))]);
        return _text.ToString();
    }

    private static Command? Parent(Command command)
    {
        foreach (var parent in command.Parents)
        {
            return parent as Command;
        }

        return null;
    }

    /// <summary>Whether a command has an option of this name.</summary>
    internal static bool Has(Command command, string name)
    {
        foreach (var option in command.Options)
        {
            if (option.Name == name)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>
    /// An example in lines of at most <c>most</c> characters where its options allow that. Double quotes are those that
    /// all shells have, and the end of a line is that of bash or of PowerShell.
    /// </summary>
    internal static IEnumerable<string> Example(string text, int most)
    {
        var goesOn = OperatingSystem.IsWindows() ? " `" : " \\";
        text = text.Replace('\'', '"');
        while (text.Length > most && Cut(text, most - goesOn.Length) is > 0 and var cut)
        {
            yield return text[..cut] + goesOn;
            text = "   " + text[cut..];
        }

        yield return text;
    }

    // The last place before an option at which the line is not too long.
    private static int Cut(string text, int most)
    {
        var last = 0;
        for (var at = text.IndexOf(" --", 4, StringComparison.Ordinal); at >= 0 && at <= most;)
        {
            last = at;
            at = text.IndexOf(" --", at + 1, StringComparison.Ordinal);
        }

        return last;
    }

    /// <summary>The line of usage.</summary>
    internal static string Usage(Command command)
    {
        var names = command.Name;
        for (var above = Parent(command); above is not (null or RootCommand); above = Parent(above))
        {
            names = $"{above.Name} {names}";
        }

        var arguments = string.Concat(command.Arguments.Select(a => $" {a.HelpName ?? a.Name}"));
        return (command is RootCommand ? Tool : $"{Tool} {names}") + (command.Subcommands.Count > 0 ? " [command]" : "")
            + arguments + " [options]";
    }

    /// <summary>The options and what they are, with those of the parent that it shares.</summary>
    internal static List<Row> Options(Command command)
    {
        var rows = new List<Row>();
        foreach (var option in command.Options)
        {
            rows.Add(new(Label(option), Description(option)));
        }

        foreach (var option in Parent(command)?.Options ?? [])
        {
            if (option.Recursive)
            {
                rows.Add(new(Label(option), Description(option)));
            }
        }

        return rows;
    }

    /// <summary>The commands below and what they are.</summary>
    internal static List<Row> Commands(Command command)
    {
        var rows = new List<Row>();
        foreach (var sub in command.Subcommands)
        {
            rows.Add(new(sub.Name, sub.Description ?? ""));
        }

        return rows;
    }

    // Short names come first. Aliases with a slash are left out.
    private static string Label(Option option)
    {
        var names = new List<string>();
        foreach (var alias in option.Aliases)
        {
            if (!alias.StartsWith('/'))
            {
                names.Add(alias);
            }
        }

        names.Sort(StringComparer.Ordinal);
        names.Add(option.Name);
        var value = option.HelpName is { } name ? $" <{name}>" : "";
        return string.Join(", ", names) + value + (option.Required ? " (REQUIRED)" : "");
    }

    // The default of a flag is off and is not shown, and that of threads depends on the machine and is described.
    private static string Description(Option option) => option switch
    {
        { Name: "--threads" } => option.Description ?? "",
        { HelpName: not null, HasDefaultValue: true } => $"{option.Description} [default: {option.GetDefaultValue()}]",
        _ => option.Description ?? "",
    };

    /// <summary>
    /// A table of two columns. If they do not fit, the first takes at most half of the window and the second the rest.
    /// </summary>
    private List<string> Table(List<Row> rows)
    {
        var (first, second) = (0, 0);
        foreach (var row in rows)
        {
            (first, second) = (Math.Max(first, row.Left.Length), Math.Max(second, row.Right.Length));
        }

        if (first + second + (2 * Indent.Length) > width)
        {
            var most = (width / 2) - Indent.Length;
            first = first > most ? Longest(rows, most) : first;
            second = width - first - (2 * Indent.Length);
        }

        var lines = new List<string>();
        foreach (var row in rows)
        {
            var (left, right) = (Wrapped(row.Left, first), Wrapped(row.Right, second));
            for (var i = 0; i < Math.Max(left.Count, right.Count); i++)
            {
                var start = i < left.Count ? left[i] : "";
                lines.Add(i < right.Count ? start.PadRight(first) + Indent + right[i] : start);
            }
        }

        return lines;
    }

    private static int Longest(List<Row> rows, int most)
    {
        var longest = 0;
        foreach (var row in rows)
        {
            foreach (var line in Wrapped(row.Left, most))
            {
                longest = Math.Max(longest, line.Length);
            }
        }

        return longest;
    }

    /// <summary>Lines of at most <c>most</c> characters, broken after spaces if there are any.</summary>
    private static List<string> Wrapped(string text, int most)
    {
        var lines = new List<string>();
        most = Math.Max(most, 1);
        while (text.Length > most)
        {
            var space = text.LastIndexOf(' ', most - 1);
            var cut = space < 0 ? most : space + 1;
            lines.Add(text[..cut]);
            text = text[cut..];
        }

        lines.Add(text);
        return lines;
    }

    private void Section(string title, List<string> lines)
    {
        if (lines.Count == 0)
        {
            return;
        }

        _text.AppendLine(title);
        foreach (var line in lines)
        {
            _text.Append(Indent).AppendLine(line);
        }

        _text.AppendLine();
    }

    /// <summary>A row of a table.</summary>
    internal sealed record Row(string Left, string Right);
}
