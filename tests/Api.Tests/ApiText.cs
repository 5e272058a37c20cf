using System.Reflection;
using System.Runtime.CompilerServices;

namespace HadamardNtk.Api.Tests;

/// <summary>The public API of an assembly as lines of text: types in order of their names, members below them.</summary>
internal static class ApiText
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly NullabilityInfoContext Nullability = new();

    internal static IEnumerable<string> Of(Assembly assembly)
    {
        foreach (var type in assembly.GetExportedTypes().OrderBy(Name, StringComparer.Ordinal))
        {
            yield return Header(type);
            foreach (var member in Members(type))
            {
                yield return $"    {member}";
            }
        }
    }

    /// <summary>Members that a program outside can use: public, or protected in a class that can be inherited.</summary>
    internal static IEnumerable<MemberInfo> Visible(Type type) => type.GetMembers(Declared).Where(member => member switch
    {
        MethodBase method => IsVisible(method) && !IsSynthesised(method),
        PropertyInfo property => property.GetAccessors(true).Any(IsVisible),
        FieldInfo field => (field.IsPublic || field.IsFamily || field.IsFamilyOrAssembly) && !field.IsSpecialName,
        EventInfo raised => IsVisible(raised.AddMethod!),
        _ => false,
    });

    private static bool IsVisible(MethodBase method) =>
        method.IsPublic || (!method.DeclaringType!.IsSealed && (method.IsFamily || method.IsFamilyOrAssembly));

    // Accessors are shown with their properties; what the compiler writes into records goes without saying.
    private static bool IsSynthesised(MethodBase method) =>
        (method.IsSpecialName && method is MethodInfo && !method.Name.StartsWith("op_"))
        || (method.IsDefined(typeof(CompilerGeneratedAttribute)) && method.Name != "Deconstruct");

    private static IEnumerable<string> Members(Type type) => type.IsEnum
        ? Enum.GetNames(type).Select(name => $"{name} = {Convert.ToInt64(Enum.Parse(type, name))}")
        : Visible(type).OrderBy(member => member.Name, StringComparer.Ordinal).ThenBy(Show, StringComparer.Ordinal).Select(Show);

    private static string Header(Type type)
    {
        if (type.IsEnum)
        {
            return $"enum {Name(type)}";
        }

        var record = type.GetMethod("PrintMembers", Declared) is null ? "" : "record ";
        var kind = type.IsInterface ? "interface" : record + (type.IsValueType ? "struct" : record == "" ? "class" : "");
        var modifiers = type switch
        {
            { IsAbstract: true, IsSealed: true } => "static ",
            { IsInterface: true } => "",
            { IsValueType: true } => type.IsDefined(typeof(IsReadOnlyAttribute)) ? "readonly " : "",
            { IsAbstract: true } => "abstract ",
            { IsSealed: true } => "sealed ",
            _ => "",
        };
        var inherited = type.BaseType?.GetInterfaces() ?? [];
        var parent = type.BaseType;
        string[] bases = parent is null || parent == typeof(object) || parent == typeof(ValueType) ? [] : [Name(parent)];
        var all = bases.Concat(type.GetInterfaces().Except(inherited).Select(Name).Order(StringComparer.Ordinal)).ToList();
        return $"{modifiers}{kind.Trim()} {Name(type)}{(all.Count == 0 ? "" : " : " + string.Join(", ", all))}";
    }

    private static string Show(MemberInfo member) => member switch
    {
        ConstructorInfo made => $"new{Parameters(made)}",
        MethodInfo method => Static(method) + Show(Nullability.Create(method.ReturnParameter)) + $" {method.Name}{Parameters(method)}",
        PropertyInfo property => Property(property),
        FieldInfo { IsLiteral: true } field => $"const {Show(Nullability.Create(field))} {field.Name}",
        FieldInfo field => $"{(field.IsStatic ? "static " : "")}{Show(Nullability.Create(field))} {field.Name}",
        _ => member.ToString()!,
    };

    private static string Property(PropertyInfo property)
    {
        var index = property.GetIndexParameters();
        var name = index.Length == 0 ? property.Name : $"this[{string.Join(", ", index.Select(Parameter))}]";
        var setter = property.SetMethod is not { } set || !IsVisible(set) ? "" : IsInit(set) ? " init;" : " set;";
        return $"{Static(property.GetMethod!)}{Show(Nullability.Create(property))} {name} {{ get;{setter} }}";
    }

    private static bool IsInit(MethodInfo set) =>
        set.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit));

    private static string Static(MethodBase method) => method.IsStatic ? "static " : "";

    private static string Parameters(MethodBase method) => $"({string.Join(", ", method.GetParameters().Select(Parameter))})";

    private static string Parameter(ParameterInfo parameter)
    {
        var mode = parameter.IsDefined(typeof(ParamArrayAttribute)) ? "params " : parameter.IsOut ? "out " : "";
        var fallback = parameter.HasDefaultValue ? $" = {Value(parameter)}" : "";
        return $"{mode}{Show(Nullability.Create(parameter))} {parameter.Name}{fallback}";
    }

    private static string Value(ParameterInfo parameter) => parameter.DefaultValue switch
    {
        null => parameter.ParameterType.IsValueType && Nullable.GetUnderlyingType(parameter.ParameterType) is null ? "default" : "null",
        bool value => value ? "true" : "false",
        Enum value => $"{value.GetType().Name}.{value}",
        IFormattable value => value.ToString(null, null),
        var value => $"\"{value}\"",
    };

    private static string Show(NullabilityInfo info)
    {
        var type = info.Type.IsByRef ? info.Type.GetElementType()! : info.Type;
        var mark = !type.IsValueType && info.ReadState == NullabilityState.Nullable ? "?" : "";
        if (type.IsArray && info.ElementType is { } element)
        {
            return $"{Show(element)}[{new string(',', type.GetArrayRank() - 1)}]{mark}";
        }

        var isPlain = !type.IsGenericType || Nullable.GetUnderlyingType(type) is not null;
        return isPlain ? Name(type) + mark : $"{Bare(type)}<{string.Join(", ", info.GenericTypeArguments.Select(Show))}>{mark}";
    }

    private static string Name(Type type)
    {
        if (Nullable.GetUnderlyingType(type) is { } inner)
        {
            return Name(inner) + "?";
        }

        return type.IsArray ? $"{Name(type.GetElementType()!)}[{new string(',', type.GetArrayRank() - 1)}]"
            : type.IsGenericType ? $"{Bare(type)}<{string.Join(", ", type.GetGenericArguments().Select(Name))}>"
            : Bare(type);
    }

    private static string Bare(Type type)
    {
        var name = Type.GetTypeCode(type.IsEnum ? typeof(object) : type) switch
        {
            TypeCode.Boolean => "bool",
            TypeCode.Double => "double",
            TypeCode.Single => "float",
            TypeCode.Int32 => "int",
            TypeCode.Int64 => "long",
            TypeCode.String => "string",
            _ => type == typeof(void) ? "void" : type == typeof(object) ? "object" : type.Name.Split('`')[0],
        };
        return type.DeclaringType is { } outer && !type.IsGenericParameter ? $"{Bare(outer)}.{name}" : name;
    }
}
