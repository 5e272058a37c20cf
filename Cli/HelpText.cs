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
    private const int LongestLabel = 30;

    // A default stands on the line of its word.
    private const string Default = "[default: ";
    private const string Unbroken = "[default:\u00a0";

    /// <summary>What every command that takes a network says of its text.</summary>
    internal const string Networks =
        "Layers act from left to right, as in \"dense relu dense\": a hidden layer, infinitely wide, and one that "
        + "reads it out. (dense relu)^3 is three copies with weights of their own; hadamard(A, B) (their product), "
        + "sum(A, B) and concat(A, B) join networks on one input; let p = dense in sum(p, p relu) uses one set of "
        + "weights twice. Options stand in parentheses: dense(w=he,b=0.1), with he = sqrt(2). @FILE reads the text "
        + "from a file. hntk layers lists every word; hntk explain says what a network is, or why it is refused and "
        + "what to change.";

    /// <summary>What every command that reads samples says of files.</summary>
    internal const string Files =
        "Files are .npy, .npz (X.npz:name), .csv and MNIST's idx, each also gzipped, with one sample a row; - is "
        + "stdin. A selection may follow the name, as in \"X.csv[:100,:-1]\", \"X.csv[:,width]\" or "
        + "\"X.csv[:,[a,c:e]]\" (columns by the names of a header). In a .csv numbers with decimal points stand "
        + "between commas, or what --separator says. Its first line is a header if every field is a name (the first "
        + "may be empty); a number there, 2019 too, or a missing value (NA, #N/A, ?) makes it a row of data. Lines "
        + "that begin with # are comments. Columns that are not selected may be texts.";

    private readonly StringBuilder _text = new();

    /// <summary>Composes the whole text.</summary>
    internal string Write(Command command, string[] examples)
    {
        Section("Description:", Wrapped(command.Description ?? ""));
        Section("Usage:", Wrapped(Usage(command)));
        Section("Arguments:", Table(Arguments(command)));
        Section("Options:", Table(Options(command)));
        foreach (var group in Groups(command))
        {
            Section($"{group}:", Table(Options(command, group)));
        }

        Section("Commands:", Table(Commands(command)));
        Section("Networks:", Has(command, "--net") ? Wrapped(Networks) : []);
        Section("Files:", Has(command, "--x") ? Wrapped(Files) : []);
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
        var arguments = string.Concat(command.Arguments.Select(a => $" {a.HelpName ?? a.Name}"));
        return Named(command) + (command.Subcommands.Count > 0 ? " [command]" : "") + arguments + " [options]";
    }

    /// <summary>The command as it is called, as in <c>hntk cluster status</c>.</summary>
    internal static string Named(Command command)
    {
        if (command is RootCommand)
        {
            return Tool;
        }

        var names = command.Name;
        for (var above = Parent(command); above is not (null or RootCommand); above = Parent(above))
        {
            names = $"{above.Name} {names}";
        }

        return $"{Tool} {names}";
    }

    /// <summary>The arguments without a name, and what they are.</summary>
    internal static List<Row> Arguments(Command command)
    {
        var rows = new List<Row>();
        foreach (var argument in command.Arguments)
        {
            rows.Add(new(argument.HelpName ?? argument.Name, argument.Description ?? ""));
        }

        return rows;
    }

    /// <summary>The groups that options of a command form beside the others.</summary>
    internal static List<string> Groups(Command command)
    {
        var groups = new List<string>();
        foreach (var option in command.Options)
        {
            if (Help.GroupOf(option) is { } group && !groups.Contains(group))
            {
                groups.Add(group);
            }
        }

        return groups;
    }

    /// <summary>
    /// The options of a group and what they are. Those of no group have with them the ones that the command shares with
    /// the commands above.
    /// </summary>
    internal static List<Row> Options(Command command, string? group = null)
    {
        var rows = new List<Row>();
        foreach (var option in command.Options)
        {
            if (Help.GroupOf(option) == group)
            {
                rows.Add(new(Label(option), Description(option)));
            }
        }

        for (var above = group is null ? Parent(command) : null; above is not null; above = Parent(above))
        {
            foreach (var option in above.Options)
            {
                if (option.Recursive)
                {
                    rows.Add(new(Label(option), Description(option)));
                }
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
    /// A table of two columns. If they do not fit, the first takes a part of the window and the second the rest. A
    /// label that is longer than the first column has a line of its own.
    /// </summary>
    private List<string> Table(List<Row> rows)
    {
        var (all, first) = (width - (2 * Indent.Length), 0);
        var (longest, second) = (0, 0);
        foreach (var row in rows)
        {
            (longest, second) = (Math.Max(longest, row.Left.Length), Math.Max(second, row.Right.Length));
        }

        var most = longest + second <= all ? longest : Math.Min(LongestLabel, all / 2);
        foreach (var row in rows)
        {
            first = row.Left.Length <= most ? Math.Max(first, row.Left.Length) : first;
        }

        var lines = new List<string>();
        foreach (var row in rows)
        {
            var start = row.Left;
            if (start.Length > first)
            {
                lines.AddRange(Wrapped(start));
                start = "";
            }

            foreach (var line in Window.Wrapped(row.Right.Replace(Default, Unbroken), all - first))
            {
                lines.Add((start.PadRight(first) + Indent + line.Replace(Unbroken, Default)).TrimEnd(' '));
                start = "";
            }
        }

        return lines;
    }

    private List<string> Wrapped(string text) => Window.Wrapped(text, width - Indent.Length);

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
