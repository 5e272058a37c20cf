using System.CommandLine;
using HadamardNtk.Cli.Commands;
using Xunit;

namespace HadamardNtk.Cli.Tests;

/// <summary>Options of one name are one thing in all commands, and every help fits into a window.</summary>
public class OptionsTests : CommandLine
{
    /// <summary>
    /// The options whose name stands for several things in the contract, or that say what they are in a command. All others
    /// take the same values, have the same default and are described by the same words everywhere.
    /// </summary>
    private static readonly string[] Several =
    [
        "--backend", "--center", "--classify", "--diagonal", "--folds", "--full", "--kernel", "--loss", "--model", "--momentum",
        "--nesterov", "--net", "--out", "--patience", "--precision", "--rate", "--resume", "--ridge", "--ridge-relative", "--seed",
        "--seeds", "--threads", "--tolerance", "--width", "--x", "--x2", "--y", "--y2",
    ];

    [Fact]
    public void An_option_of_one_name_is_described_by_the_same_words_in_every_command()
    {
        var different =
            from entry in All()
            group (entry.Command, Text: $"{entry.Option.HelpName} {entry.Option.Description} {Default(entry.Option)}") by entry.Option.Name into named
            where named.Select(one => one.Text).Distinct().Count() > 1
            select named;
        Assert.Equal(Several.Order(StringComparer.Ordinal), different.Select(named => named.Key).Order(StringComparer.Ordinal));
    }

    /// <summary>
    /// What is written behind an option of one name. Matrices go to files and several results to folders; compare takes several
    /// kernels and ridges; train waits for epochs, computes in f32 unless told otherwise, and a cluster waits for seconds.
    /// </summary>
    [Fact]
    public void An_option_of_one_name_takes_the_same_values_in_every_command()
    {
        var different =
            from entry in All()
            group entry.Option.HelpName ?? "" by entry.Option.Name into named
            where named.Distinct().Count() > 1
            select $"{named.Key} {string.Join(' ', named.Distinct().Order(StringComparer.Ordinal))}";
        Assert.Equal(
            [
                "--diagonal  FILE", "--kernel ntk|nngp ntk|nngp|ntk,nngp", "--out DIR FILE", "--patience N S", "--precision f32|f64 f64|f32",
                "--ridge R R,R,... R|auto", "--ridge-relative R R,R,...",
            ],
            different.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_option_and_argument_is_described_by_a_sentence_and_says_what_it_takes()
    {
        Assert.All(All(), entry =>
        {
            Assert.Matches(@"^[A-Za-z].*(\.|\])$", entry.Option.Description);
            Assert.DoesNotContain("unless given", entry.Option.Description);
            Assert.True(entry.Option is Option<bool> || entry.Option.HelpName is not null, $"{entry.Command} {entry.Option.Name}");
        });
        Assert.All(Commands().SelectMany(command => command.Arguments), argument => Assert.EndsWith(".", argument.Description));
        Assert.All(Commands(), command => Assert.EndsWith(".", command.Description));
    }

    [Theory]
    [InlineData(80)]
    [InlineData(100)]
    [InlineData(120)]
    public void Every_help_fits_into_a_window_without_blanks_at_the_ends_of_lines(int width)
    {
        foreach (var command in Commands())
        {
            var lines = new HelpText(width).Write(command, Help.ExamplesOf(command)).ReplaceLineEndings("\n").Split('\n');
            Assert.All(lines, line => Assert.InRange(line.Length, 0, width));
            Assert.All(lines, line => Assert.Equal(line.TrimEnd(), line));
        }
    }

    [Fact]
    public void Help_has_arguments_groups_of_options_and_the_help_of_nested_commands()
    {
        var study = Run("study", "--help").Succeeded().Output;
        Assert.Contains("\nArguments:\n  spectral-bias|extrapolation|linearized|bottleneck|small-images\n", study);
        Assert.Contains("small-images: kernels of image networks", study.Replace("\n    ", "").Replace("  ", " "));
        Assert.Contains("\nArguments:\n  FOLDER  ", Run("uci", "--help").Succeeded().Output);
        var fit = Run("fit", "--help").Succeeded().Output;
        Assert.Contains("\nOptions of the solver:\n  --solver <", fit);
        Assert.Contains("\nOptions of a cluster of machines:\n  --cluster <", fit);
        Assert.Contains("\n  -?, -h, --help ", Run("cluster", "status", "--help").Succeeded().Output);
    }

    [Theory]
    [InlineData("--linearised")]
    [InlineData("--linearized")]
    public void Both_spellings_of_linearized_are_understood(string option)
    {
        Assert.Contains("\n  --linearized, --linearised ", Run("train", "--help").Succeeded().Output);
        Put("x.csv", "1\n");
        Fails(2, ["train", "--net", "dense(", "--width", "2", "--seed", "1", "--x", "x.csv", "--y", "x.csv", "--model", "m", option], "network, column 7");
        Fails(2, ["study", option[2..], "--out", "e", "--finite"], "--finite with another study than linearized");
    }

    private static string Default(Option option) =>
        option.HasDefaultValue && option.Name != "--threads" ? $"{option.GetDefaultValue()}" : "";

    private static IEnumerable<(string Command, Option Option)> All() =>
        from command in Commands() from option in command.Options select (command.Name, option);

    /// <summary>All commands and those below them.</summary>
    private static Command[] Commands()
    {
        var commands = CommandList.Of([]).ToArray();
        foreach (var command in commands)
        {
            InputFiles.AddTo(command, InputFiles.Separator());
            KnownBackends.AddTo(command, KnownBackends.Libtorch());
        }

        return [.. commands.SelectMany(command => command.Subcommands.Prepend(command))];
    }
}
