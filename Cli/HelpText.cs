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
    private const string Indent = "  ";

    private static readonly string[] Files =
    [
        "Read are .npy, .npz (X.npz:name), .csv and MNIST's idx, each also gzipped, one row a sample; - is stdin. "
            + "A selection may follow the name, as in 'X.csv[:100,:-1]', 'X.csv[:,width]' or 'X.csv[:,[a,c:e]]' "
            + "(columns by the names of a header).",
        "In a .csv numbers with decimal points stand between commas, or what --separator says. "
            + "Its first line is a header if every field is a name (the first",
        "may be empty); a number there, 2019 too, or a missing value (NA, #N/A, ?) "
            + "makes it a row of data. Lines that begin with # are comments. Columns that are not selected may be texts.",
    ];

    private readonly StringBuilder _text = new();

    /// <summary>Composes the whole text.</summary>
    internal string Write(Command command, string[] examples)
    {
        Section("Description:", Wrapped(command.Description ?? "", width - Indent.Length));
        Section("Usage:", Wrapped(Usage(command), width - Indent.Length));
        Section("Options:", Table(Options(command)));
        Section("Commands:", Table(Commands(command)));
        Section(
            "Files:",
            ReadsFiles(command) ? [.. Files.SelectMany(line => Wrapped(line, width - Indent.Length))] : []);
        Section("Examples:", [.. examples]);
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

    private static bool ReadsFiles(Command command)
    {
        foreach (var option in command.Options)
        {
            if (option.Name == "--x")
            {
                return true;
            }
        }

        return false;
    }

    private static string Usage(Command command)
    {
        var name = Parent(command) is { } parent ? $"{parent.Name} {command.Name}" : command.Name;
        var arguments = string.Concat(command.Arguments.Select(a => $" {a.HelpName ?? a.Name}"));
        return name + (command.Subcommands.Count > 0 ? " [command]" : "") + arguments + " [options]";
    }

    private static List<Row> Options(Command command)
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

    private static List<Row> Commands(Command command)
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

    // The default of a flag is off and is not shown.
    private static string Description(Option option) =>
        option is { HelpName: not null, HasDefaultValue: true }
            ? $"{option.Description} [default: {option.GetDefaultValue()}]"
            : option.Description ?? "";

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

    private sealed record Row(string Left, string Right);
}
