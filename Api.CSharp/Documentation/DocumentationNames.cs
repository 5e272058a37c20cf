using System.Collections.Immutable;
using System.Reflection.Metadata;

namespace HadamardNtk.Documentation;

/// <summary>
/// Names of types and members as documentation files write them: M:System.String.Split(System.Char,System.Int32).
/// </summary>
internal sealed class DocumentationNames : ISignatureTypeProvider<string, object?>
{
    private static readonly DocumentationNames Instance = new();

    internal static string NameOf(MetadataReader metadata, TypeDefinition type)
    {
        var name = metadata.GetString(type.Name);
        return type.GetDeclaringType() is { IsNil: false } outer
            ? NameOf(metadata, metadata.GetTypeDefinition(outer)) + "." + name
            : Qualified(metadata.GetString(type.Namespace), name);
    }

    internal static string MethodName(MetadataReader metadata, MethodDefinition method, string own)
    {
        var signature = method.DecodeSignature(Instance, null);
        var generic = signature.GenericParameterCount > 0 ? "``" + signature.GenericParameterCount : "";
        var result = metadata.GetString(method.Name) is "op_Implicit" or "op_Explicit" ? "~" + signature.ReturnType : "";
        return "M:" + own + generic + List(signature.ParameterTypes) + result;
    }

    internal static string PropertyName(PropertyDefinition property, string own) =>
        "P:" + own + List(property.DecodeSignature(Instance, null).ParameterTypes);

    private static string List(ImmutableArray<string> types) => types.IsEmpty ? "" : $"({string.Join(',', types)})";

    private static string Qualified(string space, string name) => space == "" ? name : space + "." + name;

    public string GetTypeFromDefinition(MetadataReader reader, TypeDefinitionHandle handle, byte rawTypeKind) =>
        NameOf(reader, reader.GetTypeDefinition(handle));

    public string GetTypeFromReference(MetadataReader reader, TypeReferenceHandle handle, byte rawTypeKind)
    {
        var type = reader.GetTypeReference(handle);
        var name = reader.GetString(type.Name);
        return type.ResolutionScope.Kind == HandleKind.TypeReference
            ? GetTypeFromReference(reader, (TypeReferenceHandle)type.ResolutionScope, 0) + "." + name
            : Qualified(reader.GetString(type.Namespace), name);
    }

    public string GetTypeFromSpecification(
        MetadataReader reader, object? context, TypeSpecificationHandle handle, byte rawTypeKind) =>
        reader.GetTypeSpecification(handle).DecodeSignature(this, context);

    /// <summary>Each `n of the name becomes the next n arguments in braces.</summary>
    public string GetGenericInstantiation(string genericType, ImmutableArray<string> typeArguments)
    {
        var taken = 0;
        return string.Join('.', genericType.Split('.').Select(part =>
        {
            if (part.Split('`') is not [var name, var count] || !int.TryParse(count, out var arity))
            {
                return part;
            }

            var own = typeArguments.Skip(taken).Take(arity);
            taken += arity;
            return $"{name}{{{string.Join(',', own)}}}";
        }));
    }

    public string GetPrimitiveType(PrimitiveTypeCode typeCode) => "System." + typeCode;

    public string GetSZArrayType(string elementType) => elementType + "[]";

    public string GetArrayType(string elementType, ArrayShape shape) =>
        $"{elementType}[{string.Join(',', Enumerable.Repeat("0:", shape.Rank))}]";

    public string GetByReferenceType(string elementType) => elementType + "@";

    public string GetPointerType(string elementType) => elementType + "*";

    public string GetGenericTypeParameter(object? genericContext, int index) => "`" + index;

    public string GetGenericMethodParameter(object? genericContext, int index) => "``" + index;

    public string GetModifiedType(string modifier, string unmodifiedType, bool isRequired) => unmodifiedType;

    public string GetPinnedType(string elementType) => elementType;

    public string GetFunctionPointerType(MethodSignature<string> signature) => "function";
}
