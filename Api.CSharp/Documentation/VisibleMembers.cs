using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace HadamardNtk.Documentation;

/// <summary>The types and members of an assembly that others can see, by their names in documentation files.</summary>
internal sealed class VisibleMembers
{
    private readonly HashSet<string> _types = [];

    // Names with parameters, of all members; and names without kind and parameters, of those that are visible.
    private readonly Dictionary<string, bool> _exact = [];
    private readonly HashSet<string> _names = [];

    private VisibleMembers(MetadataReader metadata)
    {
        foreach (var type in metadata.TypeDefinitions.Select(metadata.GetTypeDefinition))
        {
            var (isVisible, name) = (IsVisible(metadata, type), DocumentationNames.NameOf(metadata, type));
            if (isVisible)
            {
                _types.Add(name);
            }

            foreach (var method in type.GetMethods().Select(metadata.GetMethodDefinition))
            {
                var own = name + "." + metadata.GetString(method.Name).Replace('.', '#');
                var exact = DocumentationNames.MethodName(metadata, method, own);
                Add(own, exact, isVisible && IsVisible(method.Attributes));
            }

            foreach (var field in type.GetFields().Select(metadata.GetFieldDefinition))
            {
                var own = name + "." + metadata.GetString(field.Name);
                Add(own, "F:" + own, isVisible && IsVisible((MethodAttributes)field.Attributes));
            }

            foreach (var property in type.GetProperties().Select(metadata.GetPropertyDefinition))
            {
                var own = name + "." + metadata.GetString(property.Name).Replace('.', '#');
                var accessors = property.GetAccessors();
                var isSeen = new[] { accessors.Getter, accessors.Setter }
                    .Any(accessor => !accessor.IsNil && IsVisible(metadata.GetMethodDefinition(accessor).Attributes));
                Add(own, DocumentationNames.PropertyName(property, own), isVisible && isSeen);
            }

            foreach (var @event in type.GetEvents().Select(metadata.GetEventDefinition))
            {
                var own = name + "." + metadata.GetString(@event.Name);
                var adder = metadata.GetMethodDefinition(@event.GetAccessors().Adder);
                Add(own, "E:" + own, isVisible && IsVisible(adder.Attributes));
            }
        }
    }

    internal static VisibleMembers Of(string assembly)
    {
        using var file = File.OpenRead(assembly);
        using var image = new PEReader(file);
        return new(image.GetMetadataReader());
    }

    /// <summary>
    /// Whether a member is visible. F# names cases of unions as types and fields of records as fields, although they
    /// are properties: where the name itself is not found, any visible member of that name counts.
    /// </summary>
    internal bool Has(string name)
    {
        var bare = name[2..].Split('(')[0];
        bare = bare.Contains("``") ? bare[..bare.IndexOf("``", StringComparison.Ordinal)] : bare;
        var (owner, own) = (bare[..Math.Max(bare.LastIndexOf('.'), 0)], bare[(bare.LastIndexOf('.') + 1)..]);
        return name[0] == 'T' && _types.Contains(bare)
            || (_exact.TryGetValue(name, out var isVisible)
                ? isVisible
                : _names.Contains(bare) || _names.Contains($"{owner}.New{own}"));
    }

    private void Add(string bare, string exact, bool isVisible)
    {
        _exact[exact] = isVisible;
        if (isVisible)
        {
            _names.Add(bare);
        }
    }

    private static bool IsVisible(MethodAttributes attributes) => (attributes & MethodAttributes.MemberAccessMask)
        is MethodAttributes.Public or MethodAttributes.Family or MethodAttributes.FamORAssem;

    private static bool IsVisible(MetadataReader metadata, TypeDefinition type) =>
        (type.Attributes & TypeAttributes.VisibilityMask) switch
        {
            TypeAttributes.Public => true,
            TypeAttributes.NestedPublic or TypeAttributes.NestedFamily or TypeAttributes.NestedFamORAssem =>
                IsVisible(metadata, metadata.GetTypeDefinition(type.GetDeclaringType())),
            _ => false,
        };
}
