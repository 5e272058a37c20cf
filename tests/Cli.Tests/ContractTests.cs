using System.CommandLine;
using System.Text.RegularExpressions;
using HadamardNtk.Cli.Commands;
using Xunit;

namespace HadamardNtk.Cli.Tests;

/// <summary>The table of commands in docs/notation.md has the options that the commands take, and no others.</summary>
public partial class ContractTests
{
    private static readonly string[] Rows =
    [
        .. File.ReadLines(Path.Combine(Hntk.Root, "docs", "notation.md"))
            .Where(line => line.StartsWith("| `hntk ", StringComparison.Ordinal)),
    ];

    public static TheoryData<string> Names => [.. All().Select(pair => pair.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void The_options_of_a_command_are_those_of_its_rows(string name)
    {
        var (rows, options) = (RowsOf(name), All().Single(pair => pair.Name == name).Command.Options);
        Assert.NotEmpty(rows);
        string[] told = [.. rows.SelectMany(row => Words(FirstCell(row))).Distinct()];
        Assert.Empty(told.Except(options.SelectMany(Spellings)));

        // The text above the table has --json for all. A row of a cluster says "..." for the options of the cluster, which
        // stand in the row of gram.
        var isAbridged = rows.Any(row => FirstCell(row) is var cell && cell.Contains("--cluster") && cell.Contains("..."));
        string[] known = [.. told, "--json", .. isAbridged ? Words(FirstCell(Rows.Single(IsOfTheCluster))) : []];
        Assert.Empty(options.Where(option => !Spellings(option).Intersect(known).Any()).Select(option => option.Name));
    }

    [Fact]
    public void Every_row_is_that_of_a_command() =>
        Assert.Empty(Rows.Except(All().SelectMany(pair => RowsOf(pair.Name))));

    private static IEnumerable<(string Name, Command Command)> All() =>
        from command in CommandList.Of([])
        from one in command.Subcommands.Count == 0 ? [command] : command.Subcommands
        select (one == command ? command.Name : $"{command.Name} {one.Name}", one);

    private static bool IsOfTheCluster(string row) => row.StartsWith("| `hntk gram ... --cluster ", StringComparison.Ordinal);

    private static string[] RowsOf(string name) =>
        [.. Rows.Where(row => row.StartsWith($"| `hntk {name} ", StringComparison.Ordinal) || row.StartsWith($"| `hntk {name}`", StringComparison.Ordinal))];

    private static string FirstCell(string row) => Bar().Split(row)[1];

    private static IEnumerable<string> Words(string cell) => Word().Matches(cell).Select(match => match.Value);

    private static IEnumerable<string> Spellings(Option option) => [option.Name, .. option.Aliases];

    [GeneratedRegex("--[a-z][a-z0-9-]*")]
    private static partial Regex Word();

    [GeneratedRegex(@"(?<!\\)\|")]
    private static partial Regex Bar();
}
