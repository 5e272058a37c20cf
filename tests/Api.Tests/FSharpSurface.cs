using System.Reflection;
using System.Runtime.CompilerServices;
using Microsoft.FSharp.Core;

namespace HadamardNtk.Api.Tests;

/// <summary>What an F# program sees of the core, which the generator for C# cannot read: a line for each type and member.</summary>
internal static class FSharpSurface
{
    private const BindingFlags Own = BindingFlags.Public | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly;

    internal static string[] Lines(Assembly assembly) =>
        [.. assembly.GetExportedTypes().Where(IsWritten).OrderBy(Name, StringComparer.Ordinal).SelectMany(Lines), ""];

    private static IEnumerable<string> Lines(Type type)
    {
        yield return $"{Kind(type)} {Name(type)}";
        foreach (var member in type.GetMembers(Own).Where(IsWritten).Select(Text).Distinct().Order(StringComparer.Ordinal))
        {
            yield return "    " + member;
        }
    }

    // What the compiler adds is of no interest: equality, tags, accessors of properties.
    private static bool IsWritten(MemberInfo member) =>
        !member.IsDefined(typeof(CompilerGeneratedAttribute), inherit: false)
        && member is not (Type { IsNested: true, Name: "Tags" } or MethodBase { IsSpecialName: true, IsConstructor: false, IsStatic: false })
        && member is not MethodInfo { Name: "Equals" or "GetHashCode" or "CompareTo" or "ToString" };

    private static string Kind(Type type) => type switch
    {
        _ when type.GetCustomAttribute<CompilationMappingAttribute>()?.SourceConstructFlags == SourceConstructFlags.Module => "module",
        { IsInterface: true } => "interface",
        { IsValueType: true } => "struct",
        _ => "type",
    };

    private static string Text(MemberInfo member) => member switch
    {
        Type nested => $"{Kind(nested)} {nested.Name}",
        MethodInfo method => $"{method.Name}({Parameters(method)}) : {Name(method.ReturnType)}",
        ConstructorInfo constructor => $"new({Parameters(constructor)})",
        PropertyInfo property => $"{property.Name} : {Name(property.PropertyType)}",
        FieldInfo field => $"{field.Name} : {Name(field.FieldType)}",
        _ => member.ToString() ?? "",
    };

    private static string Parameters(MethodBase method) =>
        string.Join(", ", method.GetParameters().Select(parameter => $"{parameter.Name}: {Name(parameter.ParameterType)}"));

    private static string Name(Type type)
    {
        var name = type.IsGenericParameter || type.Namespace?.StartsWith("System", StringComparison.Ordinal) == true
            ? type.Name : $"{type}".Split('[')[0].Replace("HadamardNtk.Core.", "").Replace("Microsoft.FSharp.", "");
        return type.IsConstructedGenericType && type.Name.Contains('`')
            ? $"{name.Split('`')[0]}<{string.Join(", ", type.GetGenericArguments().Select(Name))}>"
            : name;
    }
}
