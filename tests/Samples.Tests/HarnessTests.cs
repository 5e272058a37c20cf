using HadamardNtk.Samples.Tests.Programs;
using Xunit;

namespace HadamardNtk.Samples.Tests;

/// <summary>Programs and scripts are compiled as a stranger would, and their errors are seen.</summary>
public class HarnessTests
{
    [Fact]
    public void A_program_prints_what_it_prints_in_a_folder_of_its_own()
    {
        const string Program =
            """
            #:package HadamardNtk@*
            using HadamardNtk;

            var kernel = Network.Parse("dense relu dense").Ntk();
            await File.WriteAllTextAsync("here.txt", "");
            Console.WriteLine($"{kernel.Evaluate([1.0], [1.0]):F2} {Directory.GetFiles(".").Length}");
            // > 1.00 1
            """;
        var here = Environment.CurrentDirectory;
        Assert.Equal(ExpectedOutput.Of(Program), CSharpProgram.Run(Program));
        Assert.Equal(here, Environment.CurrentDirectory);
    }

    [Theory]
    [InlineData("int x = \"\";", "program.cs(1,9): error CS0029")]
    [InlineData("int x = 1;", "warning CS0219")]
    [InlineData("string x = null; Console.Write(x);", "warning CS8600")]
    [InlineData("#:package Newtonsoft.Json@13.0.3", "came '#:package Newtonsoft.Json@13.0.3'")]
    [InlineData("#:project Api.CSharp/None.csproj", "the path of a project")]
    [InlineData("#:package HadamardNtk@*\nConsole.Write(new HadamardNtk.ReportOptions());", "error CS0234")]
    [InlineData("Console.Write(1); throw new FormatException(\"no\");", "FormatException: no\nIt had printed:\n1")]
    public void A_program_that_is_wrong_fails_with_the_reason(string program, string reason) =>
        Assert.Contains(reason, Assert.Throws<ProgramException>(() => CSharpProgram.Run(program)).Message);

    [Fact]
    public void A_program_may_ask_for_a_project_and_go_on_from_statements()
    {
        const string Before = "#:project Api.CSharp/Api.CSharp.csproj\nusing System.Text;\nint a = 1, b = 2;";
        Assert.Equal("3\n", CSharpProgram.Run("using System.Text;\n\nConsole.WriteLine(a + b);", before: Before));
        const string Wrong = "using System.Text;\na = c;";
        var failure = Assert.Throws<ProgramException>(() => CSharpProgram.Run(Wrong, before: Before));
        Assert.Contains("(2,5): error CS0103", failure.Message);
    }

    [Fact]
    public void Expected_output_is_the_last_lines_and_can_be_replaced()
    {
        const string Program = "x();\n// > no\ny();\n\n// > a\n// >\n// >  b\n";
        Assert.Equal("a\n\n b\n", ExpectedOutput.Of(Program));
        Assert.Null(ExpectedOutput.Of("x();\n"));
        Assert.Equal("x();\n\n// > c\n", ExpectedOutput.Replace("x();", "c\n"));
        Assert.Equal("x();\n// > no\ny();\n\n// > c\n// >\n// > d\n", ExpectedOutput.Replace(Program, "c\n\nd\n"));
    }

    [Fact]
    public void Scripts_share_a_process_and_not_their_output_or_errors()
    {
        const string First =
            """
            #r "nuget: HadamardNtk"
            open HadamardNtk
            let kernel = Network.Parse("dense relu dense").Ntk()
            printfn "%.2f" (kernel.Evaluate([| 1.0 |], [| 1.0 |]))
            """;
        var results = FSharpScripts.Run(
        [
            new("first", First),
            new("wrong", "let x : int = \"\"\n"),
            new("throws", "printfn \"before\"\ninvalidOp \"no\"\n"),
            new("last", "printfn \"%d\" (System.IO.Directory.GetFiles \".\").Length\n"),
        ]);
        Assert.Equal(new FSharpOutput("1.00\n", ""), results["first"]);
        Assert.Contains("error FS0001", results["wrong"].Errors);
        Assert.Equal("before\n", results["throws"].Output);
        Assert.Contains("no", results["throws"].Errors);
        Assert.Equal(new FSharpOutput("1\n", ""), results["last"]);
    }

    [Fact]
    public void Values_are_shown_as_FSharp_Interactive_shows_them()
    {
        var results = FSharpScripts.Run([new("echo", "let x = 1 + 1;;")], echo: true);
        Assert.Contains("val x: int = 2", results["echo"].Output);
    }

    [Fact]
    public void Blocks_of_a_document_have_their_language_and_their_line()
    {
        var blocks = MarkdownCode.Blocks("a\n```csharp run\nx();\n\ny();\n```\n\n```\nz\n```\n");
        Assert.Equal([new("csharp", "run", 3, "x();\n\ny();\n"), new("", "", 9, "z\n")], blocks);
    }
}
