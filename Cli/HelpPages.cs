using System.CommandLine;
using System.Text;
using HadamardNtk.Cli.Commands;

namespace HadamardNtk.Cli;

/// <summary>The help as pages of Markdown, one for each command: docs/commands is made of it.</summary>
internal static class HelpPages
{
    private const int Columns = 100;

    private const string Origin =
        "<!-- Made from the text of --help; HNTK_APPROVE=1 with the tests of Cli.Tests writes it. -->";

    /// <summary>The pages by the names of their files.</summary>
    internal static IEnumerable<(string File, string Text)> All()
    {
        var root = CommandList.Root();
        foreach (var command in CommandList.Of([]))
        {
            InputFiles.AddTo(command, InputFiles.Separator());
            KnownBackends.AddTo(command, KnownBackends.Libtorch());
            root.Add(command);
        }

        Command[] all = [.. root.Subcommands];
        yield return ("README.md", Index(all));
        foreach (var command in all)
        {
            yield return ($"{command.Name}.md", Page(command));
        }
    }

    private static string Index(Command[] commands)
    {
        var text = new StringBuilder();
        text.Append("# Commands\n\n").Append(Origin).Append("\n\n");
        text.Append("Every command has `--help`, errors of one line on stderr, and the exit codes 0 (done), 1 (the\n");
        text.Append("computation failed), 2 (the command or an input is wrong) and 130 (interrupted). With `--json`\n");
        text.Append("each but `completion` prints one object, whose fields [notation.md](../notation.md) lists.\n");
        text.Append("`hntk completion bash` makes a shell complete all of this.\n\n");
        text.Append("| command | what it does |\n| --- | --- |\n");
        foreach (var command in commands)
        {
            text.Append($"| [`hntk {command.Name}`]({command.Name}.md) | {Cell(command.Description)} |\n");
        }

        return text.ToString();
    }

    private static string Page(Command command)
    {
        var text = new StringBuilder();
        text.Append($"# hntk {command.Name}\n\n").Append(Origin).Append("\n\n");
        Body(text, command);
        foreach (var sub in command.Subcommands)
        {
            text.Append($"\n## hntk {command.Name} {sub.Name}\n\n");
            Body(text, sub);
        }

        Paragraph(text, command, "--net", "Networks", HelpText.Networks);
        Paragraph(text, command, "--x", "Files", HelpText.Files);
        return text.ToString();
    }

    private static void Body(StringBuilder text, Command command)
    {
        text.Append(command.Description).Append("\n\n```\n").Append(HelpText.Usage(command)).Append("\n```\n");
        Table(text, "command", HelpText.Commands(command));
        Table(text, "argument", HelpText.Arguments(command));
        Table(text, "option", HelpText.Options(command));
        foreach (var group in HelpText.Groups(command))
        {
            text.Append($"\n{group}:\n");
            Table(text, "option", HelpText.Options(command, group));
        }

        text.Append("\n```\n");
        foreach (var example in Help.ExamplesOf(command))
        {
            text.AppendJoin('\n', HelpText.Example(example, Columns)).Append('\n');
        }

        text.Append("```\n");
    }

    private static void Table(StringBuilder text, string what, List<HelpText.Row> rows)
    {
        if (rows.Count == 0)
        {
            return;
        }

        text.Append($"\n| {what} | |\n| --- | --- |\n");
        foreach (var row in rows)
        {
            text.Append($"| `{Cell(row.Left)}` | {Cell(row.Right)} |\n");
        }
    }

    private static void Paragraph(StringBuilder text, Command command, string option, string title, string said)
    {
        if (HelpText.Has(command, option))
        {
            text.Append($"\n## {title}\n\n").Append(Cell(said)).Append('\n');
        }
    }

    // A bar would end a cell.
    private static string Cell(string? text) =>
        (text ?? "").Replace("|", "\\|", StringComparison.Ordinal);
}
