using System.CommandLine;
using System.CommandLine.Parsing;

namespace HadamardNtk.Cli;

/// <summary>Commands and options that may be meant by words that are none.</summary>
internal static class Typos
{
    /// <summary>
    /// A question with the name that is nearest to the first unknown word, by one change of a short word and two of a
    /// longer one; empty where none is near.
    /// </summary>
    internal static string Asked(ParseResult parsed)
    {
        if (parsed.UnmatchedTokens is not [{ Length: > 2 } word, ..])
        {
            return "";
        }

        var most = word.Length < 6 ? 1 : 2;
        var near = Names(parsed.CommandResult)
            .Select(name => (Name: name, Changes: Changes(word, name)))
            .Where(one => one.Changes <= most)
            .OrderBy(one => one.Changes)
            .Select(one => one.Name)
            .FirstOrDefault();
        return near is null ? "" : $" Did you mean {near}?";
    }

    private static IEnumerable<string> Names(CommandResult result) => result.Command.Subcommands.Select(sub => sub.Name)
        .Concat(result.Command.Options.SelectMany(option => option.Aliases.Prepend(option.Name)))
        .Where(name => name.Length > 2);

    /// <summary>
    /// The least number of letters to put in, leave out or replace, or of neighbors to swap, that turn one word into
    /// another.
    /// </summary>
    internal static int Changes(string a, string b)
    {
        var d = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++)
        {
            for (var j = 0; j <= b.Length; j++)
            {
                d[i, j] = i == 0 || j == 0
                    ? i + j
                    : Math.Min(
                        Math.Min(d[i - 1, j], d[i, j - 1]) + 1, d[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1));
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                {
                    d[i, j] = Math.Min(d[i, j], d[i - 2, j - 2] + 1);
                }
            }
        }

        return d[a.Length, b.Length];
    }
}
