using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace HadamardNtk.Api.Tests.Architecture;

/// <summary>The files of a folder and the arrows between them, by the C# compiler's own symbols.</summary>
internal sealed class SourceGraph
{
    private const string Usings = """
        global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq;
        global using System.Net.Http; global using System.Threading; global using System.Threading.Tasks;
        """;

    private SourceGraph(IReadOnlyList<string> files, IReadOnlyList<Arrow> arrows) => (Files, Arrows) = (files, arrows);

    /// <summary>The files, by their paths below the folder.</summary>
    internal IReadOnlyList<string> Files { get; }

    /// <summary>One arrow for each pair of files of which the first uses the second.</summary>
    internal IReadOnlyList<Arrow> Arrows { get; }

    /// <summary>Compiles source texts by their names; what generators would add is not needed.</summary>
    internal static SourceGraph Of(IReadOnlyDictionary<string, string> sources)
    {
        var options = new CSharpParseOptions(LanguageVersion.Preview);
        var trees = sources.Select(s => CSharpSyntaxTree.ParseText(s.Value, options, s.Key)).ToArray();
        var references = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(file => !Path.GetFileName(file).StartsWith("HadamardNtk.", StringComparison.Ordinal) || Path.GetFileName(file) == "HadamardNtk.Core.dll")
            .Where(file => Path.GetFileName(file) != "HadamardNtk.dll")
            .Select(file => MetadataReference.CreateFromFile(file));
        var compilation = CSharpCompilation.Create(
            "sources",
            [.. trees, CSharpSyntaxTree.ParseText(Usings, options, "")],
            references,
            new(OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true, nullableContextOptions: NullableContextOptions.Enable));
        var arrows =
            from tree in trees
            let model = compilation.GetSemanticModel(tree)
            from node in tree.GetRoot().DescendantNodes()
            where node is SimpleNameSyntax or BaseObjectCreationExpressionSyntax or ElementAccessExpressionSyntax or BinaryExpressionSyntax
            let symbol = model.GetSymbolInfo(node).Symbol
            where symbol is not (null or ILocalSymbol or IParameterSymbol or ITypeParameterSymbol or IRangeVariableSymbol or INamespaceSymbol)
            from file in Declarations(symbol)
            where file != tree.FilePath && !Declarations(symbol).Contains(tree.FilePath)
            select new Arrow(tree.FilePath, file, symbol.Name);
        return new([.. sources.Keys], [.. arrows.DistinctBy(arrow => (arrow.From, arrow.To))]);
    }

    /// <summary>Compiles all C# files of the library.</summary>
    internal static SourceGraph OfLibrary()
    {
        var folder = Repository.Place("Api.CSharp");
        string[] outside = ["obj", "bin", "Torch", "Reports", "Cluster", "DependencyInjection", "Documentation"];
        return Of(Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(folder, file).Replace('\\', '/'))
            .Where(file => !outside.Contains(file.Split('/')[0]))
            .Order(StringComparer.Ordinal)
            .ToDictionary(file => file, file => File.ReadAllText(Path.Combine(folder, file))));
    }

    // Where a symbol is declared; of one that the compiler makes, such as a record's constructor, where its type is.
    private static string[] Declarations(ISymbol symbol)
    {
        var declared = (symbol is IMethodSymbol { ReducedFrom: { } extension } ? extension : symbol).OriginalDefinition;
        var from = declared.DeclaringSyntaxReferences.Length > 0 ? declared : declared.ContainingType?.OriginalDefinition;
        return from is null ? [] : [.. from.DeclaringSyntaxReferences.Select(r => r.SyntaxTree.FilePath).Where(file => file.Length > 0).Distinct()];
    }
}
