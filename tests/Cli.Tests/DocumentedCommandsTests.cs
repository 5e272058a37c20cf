using System.CommandLine;
using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;
using HadamardNtk.Cli.Commands;
using Xunit;

namespace HadamardNtk.Cli.Tests;

/// <summary>The lines of hntk in the pages are understood by its own parser, and every command has its rows.</summary>
public partial class DocumentedCommandsTests : CommandLine
{
    private static readonly string[] Folders = ["docs", "samples", "bench", "tests"];

    private static readonly RootCommand Root = Commands();

    public static TheoryData<string> Finished => HelpTests.Finished;

    public static TheoryData<string> PagesOfCommands => [.. Pages().Where(page => Span().IsMatch(Text(page)))];

    public static TheoryData<string, string> Lines => [.. Pages().SelectMany(page => LinesOf(page).Select(line => (page, line)))];

    [Theory]
    [MemberData(nameof(Lines))]
    public void The_line_of_a_page_is_one_that_hntk_understands(string page, string line)
    {
        var parsed = Root.Parse(Words(line), new ParserConfiguration { ResponseFileTokenReplacer = null });
        Assert.True(parsed.Errors.Count == 0, $"{page}: {line}\n{string.Join('\n', parsed.Errors.Select(error => error.Message))}");
        Assert.All(Networks(Words(line)), text => Network.Parse(text));
    }

    /// <summary>Commands between backquotes may leave out what is required, but have no options that are not there.</summary>
    [Theory]
    [MemberData(nameof(PagesOfCommands))]
    public void Commands_in_the_text_of_a_page_have_options_that_are_there(string page)
    {
        var whole =
            from Match span in Span().Matches(Fenced().Replace(Text(page), ""))
            let line = span.Groups[1].Value
            where !line.Contains("...", StringComparison.Ordinal) && line.IndexOfAny(['[', '|']) < 0
            select line;
        foreach (var line in whole)
        {
            var errors = Root.Parse(Words(line), new ParserConfiguration { ResponseFileTokenReplacer = null }).Errors;
            Assert.True(errors.All(error => !error.Message.StartsWith("Unrecognized", StringComparison.Ordinal)), $"{page}: {line}");
        }
    }

    [Theory]
    [InlineData("README.md")]
    public void The_error_under_a_line_with_a_prompt_is_what_hntk_says(string page)
    {
        var said = Said().Matches(Continued().Replace(Text(page), " ")).ToList();
        Assert.NotEmpty(said);
        Assert.All(said, match => Assert.Equal(match.Groups[2].Value + "\n", Run(Words(match.Groups[1].Value)).Error));
    }

    [Theory]
    [MemberData(nameof(Finished))]
    public void Every_command_has_a_row_on_the_page_of_commands_and_one_in_the_contract(string command)
    {
        Assert.Contains($"`hntk {command}", Text("docs/command-line.md"));
        Assert.Contains($"| `hntk {command}", Text("docs/notation.md"));
    }

    [Theory]
    [InlineData("$ hntk demo --out tour   # makes a page", "demo|--out|tour")]
    [InlineData("srun hntk gram --net 'a b' --x \"X 1.npy\" && echo done", "gram|--net|a b|--x|X 1.npy")]
    [InlineData("xargs sh -c 'ssh \"$0\" \"cd x && hntk gram --part {}/$PARTS --out parts\" < /dev/null'", "gram|--part|16/16|--out|parts")]
    [InlineData("dotnet Cli/bin/Release/net10.0/hntk.dll layers > words.txt", "layers")]
    public void A_line_has_the_words_of_a_shell(string line, string words) => Assert.Equal(words.Split('|'), Words(line));

    /// <summary>The lines of hntk in blocks of code, but for those that say how a command is used.</summary>
    private static IEnumerable<string> LinesOf(string page) =>
        from Match block in Fenced().Matches(Text(page))
        where block.Groups[1].Value is "" or "sh" or "bash" or "text" or "powershell"
        from line in Continued().Replace(block.Groups[2].Value, " ").Split('\n')
        where Tool().IsMatch(line) && !line.EndsWith("[options]", StringComparison.Ordinal)
        select line.Trim();

    /// <summary>
    /// The words behind the tool's name, up to a comment, a sign of the shell, or the end of a quote that began before. In
    /// place of variables are numbers.
    /// </summary>
    private static string[] Words(string line)
    {
        var (words, word, quote) = (new List<string>(), new StringBuilder(), '\0');
        var (inside, tool) = (false, Tool().Match(line));
        var text = Variable().Replace(Argument().Replace(line[(tool.Index + tool.Length)..], "3/16"), "16") + " ";
        for (var at = 0; at < text.Length; at++)
        {
            var c = text[at];
            var isLast = c is '\'' or '"' && quote == '\0' && text.IndexOf(c, at + 1) < 0;
            var isEnd = isLast || (quote == '\0' && (char.IsWhiteSpace(c) || "|&;<>".Contains(c) || (c == '#' && !inside)));
            var isQuote = c == quote || (quote == '\0' && c is '\'' or '"');
            quote = isQuote ? (quote == '\0' ? c : '\0') : quote;
            if (isEnd && inside)
            {
                words.Add(word.ToString());
                word.Clear();
            }

            if (isEnd && !char.IsWhiteSpace(c))
            {
                break;
            }

            inside = !isEnd;
            word.Append(isEnd || isQuote ? "" : c.ToString());
        }

        return [.. words];
    }

    private static IEnumerable<string> Networks(string[] words) =>
        words.Zip(words.Skip(1)).Where(pair => pair.First == "--net" && pair.Second[0] != '@').Select(pair => pair.Second);

    private static RootCommand Commands()
    {
        var (root, libtorch, separator) = (new RootCommand(), KnownBackends.Libtorch(), InputFiles.Separator());
        var creators = typeof(DemoCommand).Assembly.GetTypes()
            .Where(type => type.Namespace == typeof(DemoCommand).Namespace && type.Name.EndsWith("Command", StringComparison.Ordinal))
            .Select(type => type.GetMethod("Create", BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.Public, []));
        foreach (var command in creators.Select(create => create?.Invoke(null, null)).OfType<Command>())
        {
            InputFiles.AddTo(command, separator);
            KnownBackends.AddTo(command, libtorch);
            root.Add(command);
        }

        return root;
    }

    private static IEnumerable<string> Pages() =>
        Folders.Select(name => Path.Combine(Hntk.Root, name)).Where(Directory.Exists)
            .SelectMany(folder => Directory.EnumerateFiles(folder, "*.md", SearchOption.AllDirectories))
            .Concat(Directory.EnumerateFiles(Hntk.Root, "*.md"))
            .Select(path => Path.GetRelativePath(Hntk.Root, path).Replace('\\', '/'))
            .Where(page => !page.Contains("/bin/") && !page.Contains("/obj/") && !page.Contains("/_site/")).Order(StringComparer.Ordinal);

    private static string Text(string page) => File.ReadAllText(Path.Combine(Hntk.Root, page));

    [GeneratedRegex(@"^```(\S*)[^\n]*\n(.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fenced();

    [GeneratedRegex("`(hntk [a-z][^`\n]*)`")]
    private static partial Regex Span();

    [GeneratedRegex(@"\s*\\\n\s*")]
    private static partial Regex Continued();

    [GeneratedRegex(@"^\$ (hntk [^\n]*)\n(hntk: [^\n]*)$", RegexOptions.Multiline)]
    private static partial Regex Said();

    [GeneratedRegex(@"\$[0-9]")]
    private static partial Regex Argument();

    [GeneratedRegex(@"\$\{?[A-Za-z_]\w*\}?|\{\}")]
    private static partial Regex Variable();

    [GeneratedRegex(@"(^|[\s/])(?<!--global )hntk(\.dll)? +(?=[a-z-])|--project Cli -c Release -- ")]
    private static partial Regex Tool();
}
