using System.CommandLine;
using System.CommandLine.Help;

namespace HadamardNtk.Cli;

/// <summary>
/// What a shell proposes. Its script runs hntk with the directive <c>[suggest:POSITION]</c> of System.CommandLine,
/// which knows the commands and options; here it learns the values that are words of a short list.
/// </summary>
internal static class Completion
{
    private const char Between = '|';

    /// <summary>Adds the values where proposals are asked for.</summary>
    internal static void Prepare(RootCommand root, string[] args)
    {
        if (args.Length == 0 || !args[0].StartsWith("[suggest", StringComparison.Ordinal))
        {
            return;
        }

        // The names /h and /? look like paths.
        foreach (var help in root.Options.OfType<HelpOption>())
        {
            help.Aliases.Remove("/h");
            help.Aliases.Remove("/?");
        }

        AddValues(root);
    }

    private static void AddValues(Command command)
    {
        foreach (var option in command.Options.Where(option => option.HelpName?.Contains(Between) == true))
        {
            option.CompletionSources.Add(option.HelpName!.Split(Between));
        }

        foreach (var argument in command.Arguments.Where(argument => argument.HelpName?.Contains(Between) == true))
        {
            argument.CompletionSources.Add(argument.HelpName!.Split(Between));
        }

        foreach (var sub in command.Subcommands)
        {
            AddValues(sub);
        }
    }
}
