using System.Collections.Concurrent;
using System.Reflection;
using System.Runtime.Loader;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Text;

namespace HadamardNtk.Samples.Tests.Programs;

/// <summary>
/// A C# program of one file, as <c>dotnet run program.cs</c> runs it: statements at the top, the implicit usings of a
/// console application, and lines <c>#:package HadamardNtk@*</c>. It is compiled and run in this process, in a fraction
/// of a second.
/// </summary>
internal static class CSharpProgram
{
    private const string ImplicitUsings =
        """
        global using System;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        global using System.Net.Http;
        global using System.Threading;
        global using System.Threading.Tasks;
        """;

    private static readonly CSharpParseOptions Language = CSharpParseOptions.Default
        .WithLanguageVersion(LanguageVersion.Latest)
        .WithFeatures([new("FileBasedProgram", "true")]);

    private static readonly CSharpCompilationOptions Options = new(
        OutputKind.ConsoleApplication, nullableContextOptions: NullableContextOptions.Enable,
        optimizationLevel: OptimizationLevel.Release);

    private static readonly Lazy<IReadOnlyList<MetadataReference>> Framework = new(() =>
        [.. Trusted().Where(IsOfFramework).Select(path => MetadataReference.CreateFromFile(path))]);

    private static readonly ConcurrentDictionary<string, MetadataReference> Own = [];

    /// <summary>Compiles a program.</summary>
    /// <param name="text">The program.</param>
    /// <param name="folder">The folder that paths of projects begin at; the root of the checkout by default.</param>
    /// <param name="before">Statements that the program goes on from: the block before it in a document.</param>
    /// <param name="beside">Another file of the program, with types.</param>
    /// <returns>The assembly, for <see cref="Run"/>.</returns>
    /// <exception cref="ProgramException">The program has errors or warnings.</exception>
    internal static byte[] Compile(string text, string? folder = null, string before = "", string beside = "")
    {
        var source = before.Length == 0 ? text : Joined(before, text);
        var packages = Directives.Packages(source, folder ?? Repository.Place());
        var compilation = CSharpCompilation.Create(
            "program",
            [Parse(ImplicitUsings, "usings.cs"), Parse(beside, "beside.cs"), Parse(source, "program.cs")],
            [.. Framework.Value, .. Package.Files(packages).Select(Reference)],
            Options);
        using var image = new MemoryStream();
        var all = compilation.Emit(image).Diagnostics;
        string[] errors = [.. all.Where(d => d.Severity >= DiagnosticSeverity.Warning).Select(d => d.ToString())];
        return errors.Length == 0 ? image.ToArray() : throw new ProgramException(string.Join('\n', errors));
    }

    /// <summary>Compiles a program and runs it.</summary>
    /// <param name="text">The program.</param>
    /// <param name="folder">The folder that paths of projects begin at; the root of the checkout by default.</param>
    /// <param name="before">Statements that the program goes on from: the block before it in a document.</param>
    /// <returns>What it prints, with lines that end in '\n' alone; its current folder is empty, and deleted.</returns>
    /// <exception cref="ProgramException">The program has errors or warnings, or ends with an exception.</exception>
    internal static string Run(string text, string? folder = null, string before = "") =>
        Run(Compile(text, folder, before));

    /// <summary>Runs a program that is compiled.</summary>
    /// <returns>What it prints.</returns>
    /// <exception cref="ProgramException">The program ends with an exception.</exception>
    internal static string Run(byte[] program)
    {
        var context = new AssemblyLoadContext("program", isCollectible: true);
        try
        {
            var main = context.LoadFromStream(new MemoryStream(program)).EntryPoint!;
            object?[] arguments = main.GetParameters().Length == 0 ? [] : [Array.Empty<string>()];
            return Captured.Output(() => main.Invoke(null, BindingFlags.DoNotWrapExceptions, null, arguments, null));
        }
        finally
        {
            context.Unload();
        }
    }

    /// <summary>References to the framework and to all our packages.</summary>
    internal static IEnumerable<MetadataReference> References() =>
        [.. Framework.Value, .. Package.Files(Package.Names).Select(Reference)];

    /// <summary>Statements and those that go on from them, with directives and usings of both at the top.</summary>
    private static string Joined(string before, string text)
    {
        var first = Directives.AtTop(before).Concat(Directives.AtTop(text)).Distinct().OrderBy(line => line[0]);
        return $"{string.Join('\n', first)}\n{Directives.WithoutTop(before)}\n#line 1\n{Directives.WithoutTop(text)}";
    }

    private static SyntaxTree Parse(string text, string path) =>
        CSharpSyntaxTree.ParseText(SourceText.From(text), Language, path);

    private static MetadataReference Reference(string path) =>
        Own.GetOrAdd(path, path => MetadataReference.CreateFromFile(path));

    /// <summary>The assemblies of this process.</summary>
    internal static string[] Trusted() =>
        ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator);

    private static bool IsOfFramework(string path) =>
        Path.GetDirectoryName(path) == Path.GetDirectoryName(typeof(object).Assembly.Location);
}
