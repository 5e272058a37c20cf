using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.Runtime.CompilerServices;

namespace HadamardNtk.Cli;

/// <summary>Examples below every command's help.</summary>
internal static class Help
{
    private static readonly ConditionalWeakTable<Command, string[]> Known = [];

    internal static void Examples(this Command command, params string[] lines) => Known.Add(command, lines);

    /// <summary>Lets the help option of the root, which all commands share, print the examples too.</summary>
    internal static void AddExamples(RootCommand root)
    {
        var help = root.Options.OfType<HelpOption>().Single();
        help.Action = new WithExamples((HelpAction)help.Action!);
    }

    private sealed class WithExamples(HelpAction plain) : SynchronousCommandLineAction
    {
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parsed)
        {
            plain.Invoke(parsed);
            var output = parsed.InvocationConfiguration.Output;
            if (Known.TryGetValue(parsed.CommandResult.Command, out var lines))
            {
                output.WriteLine("Examples:");
                foreach (var line in lines)
                {
                    output.WriteLine("  " + line);
                }

                output.WriteLine();
            }

            return 0;
        }
    }
}
