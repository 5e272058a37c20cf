using System.CommandLine;

namespace HadamardNtk.Cli.Commands;

internal static class ExplainCommand
{
    internal static Command Create() => new("explain", "x");
}
