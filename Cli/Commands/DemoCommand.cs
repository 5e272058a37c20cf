using System.CommandLine;

namespace HadamardNtk.Cli.Commands;

internal static class DemoCommand
{
    internal static Command Create() => new("demo", "x");
}
