using System.Reflection;
using Xunit;

namespace HadamardNtk.Api.Tests;

/// <summary>What a C# program sees of the library.</summary>
public class PublicSurface
{
    private const string Approve = "HNTK_APPROVE";

    public static TheoryData<string, string> Libraries => new()
    {
        { "HadamardNtk", "PublicApi.approved.txt" },
        { "HadamardNtk.Torch", "PublicApi.Torch.approved.txt" },
    };

    public static TheoryData<string> Names => ["HadamardNtk", "HadamardNtk.Torch"];

    [Theory]
    [MemberData(nameof(Names))]
    public void No_public_signature_mentions_a_type_of_FSharp_Core_or_of_the_core(string library)
    {
        var hidden = new[] { "FSharp.Core", "HadamardNtk.Core", "MathNet.Numerics" };
        var found =
            from type in Named(library).GetExportedTypes()
            from place in Places(type)
            from mentioned in Mentioned(place.Type)
            where hidden.Contains(mentioned.Assembly.GetName().Name)
            select $"{type.Name}.{place.Where}: {mentioned}";
        Assert.Empty(found.Distinct());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_public_type_is_in_the_one_namespace(string library) =>
        Assert.All(Named(library).GetExportedTypes(), type => Assert.Equal("HadamardNtk", type.Namespace));

    [Theory]
    [MemberData(nameof(Names))]
    public void A_class_that_can_be_inherited_says_so_by_being_abstract(string library) =>
        Assert.DoesNotContain(Named(library).GetExportedTypes(), type => type is { IsClass: true, IsSealed: false, IsAbstract: false });

    [Theory]
    [MemberData(nameof(Libraries))]
    public void The_public_api_is_the_approved_one(string library, string file)
    {
        var (path, actual) = (Repository.Place("tests", "Api.Tests", file), ApiText.Of(Named(library)).ToArray());
        if (Environment.GetEnvironmentVariable(Approve) == "1")
        {
            File.WriteAllText(path, string.Join('\n', actual) + '\n');
        }

        var approved = File.Exists(path) ? File.ReadAllLines(path) : [];
        var changes = actual.Except(approved).Select(line => $"+ {line}");
        changes = approved.Except(actual).Select(line => $"- {line}").Concat(changes);
        Assert.True(
            approved.SequenceEqual(actual),
            $"""
             The public API is not the one of {Path.GetFileName(path)}:
             {string.Join('\n', changes.DefaultIfEmpty("(the same lines in another order, or more often)"))}
             If that is meant, run the tests once with {Approve}=1 in the environment and commit the file.
             """);
    }

    private static Assembly Named(string library) => library == "HadamardNtk" ? typeof(Network).Assembly : typeof(TorchBackend).Assembly;

    private static IEnumerable<(string Where, Type Type)> Places(Type type)
    {
        IEnumerable<(string, Type?)> bases = [("base", type.BaseType), .. type.GetInterfaces().Select(i => ("interface", (Type?)i))];
        var generics = type.GetGenericArguments().Select(argument => ("generic parameter", (Type?)argument));
        return bases.Concat(generics).Concat(ApiText.Visible(type).SelectMany(Places))
            .Concat(type.GetCustomAttributesData().Select(attribute => ("attribute", (Type?)attribute.AttributeType)))
            .Where(place => place.Item2 is not null)
            .Select(place => (place.Item1, place.Item2!));
    }

    private static IEnumerable<(string, Type?)> Places(MemberInfo member) => member switch
    {
        MethodBase method => method.GetParameters().Select(p => ($"{method.Name}({p.Name})", (Type?)p.ParameterType))
            .Append(($"{method.Name} returns", (method as MethodInfo)?.ReturnType))
            .Concat((method.IsGenericMethod ? method.GetGenericArguments() : []).Select(t => ($"{method.Name}<>", (Type?)t))),
        PropertyInfo property => property.GetIndexParameters().Select(p => (property.Name, (Type?)p.ParameterType))
            .Append((property.Name, property.PropertyType)),
        FieldInfo field => [(field.Name, field.FieldType)],
        EventInfo raised => [(raised.Name, raised.EventHandlerType)],
        _ => [],
    };

    /// <summary>A type and all that its name is made of. A constraint may mention the parameter that it is on.</summary>
    private static HashSet<Type> Mentioned(Type type)
    {
        var (found, left) = (new HashSet<Type>(), new Stack<Type>([type]));
        while (left.TryPop(out var next))
        {
            if (found.Add(next))
            {
                Array.ForEach(next.IsGenericParameter ? next.GetGenericParameterConstraints() : next.GetGenericArguments(), left.Push);
                if (next.GetElementType() is { } element)
                {
                    left.Push(element);
                }
            }
        }

        return found;
    }
}
