using System.Xml.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace HadamardNtk.Samples.Tests.Programs;

/// <summary>
/// The documentation of a library as its users get it: the public members of the assembly, and the XML beside it.
/// </summary>
internal sealed class ApiDocument
{
    private readonly Dictionary<string, XElement> _members;
    private readonly CSharpCompilation _compilation;
    private readonly IAssemblySymbol _assembly;

    private ApiDocument(string path)
    {
        _compilation = CSharpCompilation.Create("documented", references: CSharpProgram.References());
        _assembly = _compilation.SourceModule.ReferencedAssemblySymbols
            .Single(assembly => assembly.Name == Path.GetFileNameWithoutExtension(path));
        _members = Directory.GetFiles(Path.GetDirectoryName(path)!, "HadamardNtk*.xml")
            .SelectMany(file => XDocument.Load(file).Descendants("member"))
            .DistinctBy(member => member.Attribute("name")!.Value)
            .ToDictionary(member => member.Attribute("name")!.Value);
    }

    /// <summary>The documentation of an assembly of ours.</summary>
    internal static ApiDocument Of(string assembly) => new(Path.Combine(AppContext.BaseDirectory, assembly + ".dll"));

    /// <summary>All public members that are written by hand, with types among them.</summary>
    internal IEnumerable<ISymbol> Members => Types(_assembly.GlobalNamespace)
        .SelectMany(type => type.GetMembers().Where(IsWritten).Prepend(type));

    /// <summary>What is missing of a member's documentation: nothing, if it is whole.</summary>
    internal IEnumerable<string> Missing(ISymbol member)
    {
        var (texts, parameters) = Found(member, []);
        if (!texts.Contains("summary")) yield return $"{member.ToDisplayString()}: a summary";
        foreach (var parameter in Parameters(member).Where(p => !parameters.Contains(p.Name)))
        {
            yield return $"{member.ToDisplayString()}: the parameter {parameter.Name}";
        }
    }

    /// <summary>The programs in the examples of a member, as they are shown.</summary>
    internal IEnumerable<string> Examples(ISymbol member) =>
        from example in Entry(member)?.Elements("example").Elements("code") ?? []
        select Dedented(example.Value);

    private static IEnumerable<INamedTypeSymbol> Types(INamespaceSymbol space) => space.GetTypeMembers()
        .Where(type => type.DeclaredAccessibility == Accessibility.Public)
        .Concat(space.GetNamespaceMembers().SelectMany(Types));

    private static bool IsWritten(ISymbol member) => !member.IsImplicitlyDeclared
        && member.DeclaredAccessibility is Accessibility.Public or Accessibility.Protected
        && member is not INamedTypeSymbol
        && member.ContainingType.TypeKind != TypeKind.Delegate
        && !member.GetAttributes().Any(a => a.AttributeClass?.Name == "CompilerGeneratedAttribute")
        && member is not IMethodSymbol { MethodKind: MethodKind.PropertyGet or MethodKind.PropertySet }
        && !IsOfRecord(member);

    /// <summary>Whether the compiler makes a member of a record, or everybody knows what it is.</summary>
    private static bool IsOfRecord(ISymbol member) => member is IMethodSymbol method && (method.Name switch
    {
        "Deconstruct" or "PrintMembers" or "Equals" or "GetHashCode" or "ToString" => true,
        "Dispose" => method.Parameters.Length == 1,
        ".ctor" => method.Parameters.Length == 0,
        _ => false,
    });

    private static IEnumerable<IParameterSymbol> Parameters(ISymbol member) => member switch
    {
        IMethodSymbol method => method.Parameters,
        IPropertySymbol property => property.Parameters,
        INamedTypeSymbol { TypeKind: TypeKind.Delegate } type => type.DelegateInvokeMethod!.Parameters,
        _ => [],
    };

    /// <summary>The elements and the parameters of a member's entry and of those that it inherits.</summary>
    private (HashSet<string> Texts, HashSet<string> Parameters) Found(ISymbol member, HashSet<string> seen)
    {
        var (texts, parameters) = (new HashSet<string>(), new HashSet<string>());
        if (member.GetDocumentationCommentId() is not { } id || !seen.Add(id)) return (texts, parameters);
        var entry = Entry(member);
        foreach (var element in entry?.Elements() ?? [])
        {
            texts.Add(element.Name.LocalName);
            var name = element.Attribute("name")?.Value;
            if (element.Name == "param" && element.Value.Trim().Length > 0) parameters.Add(name!);
        }

        foreach (var other in entry is null ? OfType(member) : Inherited(member, entry))
        {
            var (more, others) = Found(other, seen);
            texts.UnionWith(more);
            parameters.UnionWith(others);
            if (entry is null && others.Contains(member.Name)) texts.Add("summary");
        }

        return (texts, parameters);
    }

    /// <summary>A constructor or a property that a record states in its first line has its text there.</summary>
    private static IEnumerable<ISymbol> OfType(ISymbol member) =>
        member is IMethodSymbol { MethodKind: MethodKind.Constructor } or IPropertySymbol
            ? [member.ContainingType]
            : [];

    private IEnumerable<ISymbol> Inherited(ISymbol member, XElement entry)
    {
        foreach (var element in entry.Elements("inheritdoc"))
        {
            if (element.Attribute("cref") is { } cref)
            {
                var found = DocumentationCommentId.GetFirstSymbolForDeclarationId(cref.Value, _compilation);
                yield return found ?? throw new ProgramException($"{cref.Value} is in no assembly.");
                continue;
            }

            foreach (var other in Overridden(member)) yield return other;
        }
    }

    private static IEnumerable<ISymbol> Overridden(ISymbol member)
    {
        var definition = member switch
        {
            IMethodSymbol { OverriddenMethod: { } method } => (ISymbol)method,
            IPropertySymbol { OverriddenProperty: { } property } => property,
            _ => null,
        };
        var implemented = member.ContainingType.AllInterfaces.SelectMany(i => i.GetMembers())
            .Where(one => SymbolEqualityComparer.Default.Equals(
                member.ContainingType.FindImplementationForInterfaceMember(one), member));
        return implemented.Prepend(definition).OfType<ISymbol>().Select(one => one.OriginalDefinition);
    }

    private XElement? Entry(ISymbol member) =>
        member.GetDocumentationCommentId() is { } id && _members.TryGetValue(id, out var entry) ? entry : null;

    private static string Dedented(string code)
    {
        string[] lines = [.. code.Split('\n').SkipWhile(string.IsNullOrWhiteSpace).Select(line => line.TrimEnd())];
        var indent = lines.Where(line => line.Length > 0).Min(line => line.Length - line.TrimStart().Length);
        return string.Join('\n', lines.Select(line => line.Length > indent ? line[indent..] : "")).TrimEnd() + '\n';
    }
}
