using System.Text.RegularExpressions;
using HadamardNtk.Samples.Tests.Programs;
using Xunit;

namespace HadamardNtk.Samples.Tests;

/// <summary>
/// The code of the pages. A page is one program in each language: its blocks go on from one another, and all output that
/// they say in lines <c>// &gt;</c> is all that the page prints. A comment above a block says where that is not so:
/// <c>quotes: FILE</c> are lines of a test or a sample, which runs them, and <c>new program</c> begins another one. The readmes of
/// packages, which need a cluster or tensors, are compiled alone; the tests of packages run what they install.
/// </summary>
public partial class DocumentTests
{
    public static TheoryData<string> PagesWithCSharp => [.. Documents.All.Where(page => Programs(page, "csharp").Count > 0)];

    public static TheoryData<string> PagesWithFSharp => [.. Documents.All.Where(page => Programs(page, "fsharp").Count > 0)];

    private static readonly Lazy<IReadOnlyDictionary<string, FSharpOutput>> Scripts = new(() => FSharpScripts.Run(
        [.. PagesWithFSharp.Select(row => new FSharpScript(row.Data, Script(row.Data)))]));

    [Theory]
    [MemberData(nameof(PagesWithCSharp))]
    public void The_CSharp_of_a_page_is_a_program_that_prints_what_the_page_says(string page)
    {
        Assert.All(Programs(page, "csharp"), program =>
        {
            var before = string.Concat(program[..^1].Select(block => block.Text + "\n"));
            var compiled = CSharpProgram.Compile(program[^1].Text, before: before);
            if (!page.StartsWith("docs/packages/", StringComparison.Ordinal))
            {
                Agree(program, CSharpProgram.Run(compiled));
            }
        });
    }

    [Theory]
    [MemberData(nameof(PagesWithFSharp))]
    public void The_FSharp_of_a_page_is_a_script_that_prints_what_the_page_says(string page)
    {
        var (output, errors) = Scripts.Value[page];
        Assert.Equal("", errors.Trim());
        Agree([.. Programs(page, "fsharp").SelectMany(program => program)], output);
    }

    [Fact]
    public void A_block_that_quotes_a_file_has_its_lines()
    {
        var quoted = Documents.All.SelectMany(Documents.Blocks).Where(block => block.Quoted is not null);
        Assert.All(quoted, block =>
        {
            string[] lines = [.. File.ReadLines(Repository.Place(block.Quoted!.Split('/'))).Select(line => line.Trim())];
            Assert.All(block.Code.Text.Split('\n').Select(line => line.Trim()), line => Assert.True(line == "" || lines.Contains(line), line));
        });
    }

    /// <summary>A test that is listed and was not run is one whose method the runner knows by another name.</summary>
    [Fact]
    public void Every_line_of_the_specification_was_run() =>
        Assert.DoesNotContain("(not run)", Documents.Text("docs/specification.md"));

    [Fact]
    public void Blocks_of_code_have_a_language_that_is_known()
    {
        string[] known = ["", "csharp", "fsharp", "python", "json", "xml", "bash", "ini", "yaml", "text", "sh", "powershell", "sql"];
        Assert.All(
            Documents.All.SelectMany(page => Documents.Blocks(page).Select(block => (page, block.Code.Line, block.Code.Language))),
            block => Assert.Contains(block.Language, known));
    }

    /// <summary>The programs of a page, each as its blocks.</summary>
    private static IReadOnlyList<CodeBlock[]> Programs(string page, string language)
    {
        var programs = new List<List<CodeBlock>>();
        foreach (var block in Documents.Blocks(page).Where(block => block.Code.Language == language && block.Quoted is null))
        {
            if (programs.Count == 0 || block.BeginsProgram)
            {
                programs.Add([]);
            }

            programs[^1].Add(block.Code);
        }

        return [.. programs.Select(program => program.ToArray())];
    }

    /// <summary>The blocks as one script; what refers to the package is at its top once.</summary>
    private static string Script(string page)
    {
        var text = string.Concat(Programs(page, "fsharp").SelectMany(program => program).Select(block => block.Text + "\n"));
        return $"#r \"nuget: HadamardNtk\"\n{Reference().Replace(text, "")}";
    }

    private static void Agree(IReadOnlyList<CodeBlock> blocks, string output)
    {
        string[] said = [.. blocks.Select(block => ExpectedOutput.Of(block.Text)).OfType<string>()];
        if (said.Length > 0)
        {
            Assert.Equal(string.Concat(said), output);
        }
    }

    [GeneratedRegex("""^#r "nuget: .*$""", RegexOptions.Multiline)]
    private static partial Regex Reference();
}
