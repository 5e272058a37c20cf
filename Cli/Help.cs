using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.Runtime.CompilerServices;
using System.Text;

namespace HadamardNtk.Cli;

/// <summary>Prints the help of each command, with examples below it.</summary>
internal static class Help
{
    /// <summary>What the option --version of each command says of itself.</summary>
    internal const string VersionText = "Print the version of hntk.";

    private static readonly ConditionalWeakTable<Command, string[]> Known = [];

    private static readonly ConditionalWeakTable<Option, string> Groups = [];

    /// <summary>Lets options stand together below the others, under a title.</summary>
    internal static void Group(string title, params Option[] options)
    {
        foreach (var option in options)
        {
            Groups.AddOrUpdate(option, title);
        }
    }

    /// <summary>The title of the group of an option, or null.</summary>
    internal static string? GroupOf(Option option) => Groups.TryGetValue(option, out var title) ? title : null;

    internal static void Examples(this Command command, params string[] lines) => Known.Add(command, lines);

    /// <summary>The examples of a command.</summary>
    internal static string[] ExamplesOf(Command command) => Known.TryGetValue(command, out var lines) ? lines : [];

    /// <summary>Lets the help option of the root command, which all commands share, print our help.</summary>
    internal static void AddTo(RootCommand root)
    {
        foreach (var option in root.Options)
        {
            if (option is HelpOption)
            {
                option.Action = new Action();
                option.Description = "Print this help.";
            }

            if (option is VersionOption)
            {
                option.Description = VersionText;
            }
        }
    }

    /// <summary>Whether help was asked for. Then no interruption needs to be handled.</summary>
    internal static bool IsWanted(ParseResult parsed) => parsed.Action is Action;

    private sealed class Action : SynchronousCommandLineAction
    {
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parsed)
        {
            var command = parsed.CommandResult.Command;
            var text = new HelpText(Window.Columns).Write(command, ExamplesOf(command));

            // The text is ASCII, with the same bytes in every encoding. A console with an encoding takes long to start.
            Stdout.Try(() =>
            {
                using var output = Console.OpenStandardOutput();
                output.Write(Encoding.ASCII.GetBytes(text));
            });
            return 0;
        }
    }
}
