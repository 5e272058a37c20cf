using System.CommandLine;
using System.CommandLine.Parsing;

namespace HadamardNtk.Cli.Commands;

/// <summary>The options of gram for a matrix that several processes compute in parts.</summary>
internal sealed class PartInputs
{
    private readonly Option<string> _join = new("--join")
    {
        Description = "In place of --net and --x: join the parts in a folder to the matrix.",
        HelpName = "DIR",
    };

    /// <summary>The option of a part.</summary>
    internal Option<string> Part { get; } = new("--part")
    {
        Description = "Only part K of N of the matrix, to a file in the folder that --out names; other processes "
            + "compute the others.",
        HelpName = "K/N",
    };

    /// <summary>The options.</summary>
    internal Option[] All => [Part, _join];

    /// <summary>Adds the options to a command.</summary>
    internal void AddTo(Command command)
    {
        Part.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && !GramPart.TryParse(token.Value, out _))
            {
                result.AddError(
                    $"--part takes K/N, part K of N with 1 <= K <= N <= {GramPart.MaxCount}, as in 3/16, "
                    + $"not '{token.Value}'.");
            }
        });
        command.Add(Part);
        command.Add(_join);
    }

    /// <summary>Adds an error for each option that does not go with a part or with the joining of parts.</summary>
    /// <param name="result">The command line.</param>
    /// <param name="inputs">The options of the matrix.</param>
    /// <param name="output">The option of the file, which the parser misses only where nothing else is wrong.</param>
    /// <param name="others">The other options that do not go with either.</param>
    internal void Require(CommandResult result, GramInputs inputs, Option output, params Option[] others)
    {
        if (result.GetResult(_join) is null)
        {
            inputs.RequireSamples(result, output);
            RefuseWith(Part, others);
        }
        else
        {
            RefuseWith(_join, [.. inputs.All, Part, .. others]);
        }

        void RefuseWith(Option option, IEnumerable<Option> refused)
        {
            foreach (var bad in refused.Where(bad => IsGiven(bad) && IsGiven(option)))
            {
                result.AddError($"{bad.Name} does not go with {option.Name}; leave one of them out.");
            }
        }

        bool IsGiven(Option option) => result.GetResult(option) is { Implicit: false };
    }

    /// <summary>The part that is asked for, or null.</summary>
    internal GramPart? ReadPart(ParseResult parsed) =>
        GramPart.TryParse(parsed.GetValue(Part), out var part) ? part : null;

    /// <summary>The folder whose parts are joined, or null.</summary>
    internal string? ReadJoin(ParseResult parsed) => parsed.GetValue(_join);
}
