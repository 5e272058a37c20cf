using System.Reflection;
using PublicApiGenerator;
using Xunit;

namespace HadamardNtk.Api.Tests;

/// <summary>What a C# program sees of the library, as the text of its declarations with the full names of all types.</summary>
public class PublicSurface
{
    private const string Approve = "HNTK_APPROVE";

    private static readonly ApiGeneratorOptions Options = new() { IncludeAssemblyAttributes = false };

    public static TheoryData<string, string> Libraries => new()
    {
        { "HadamardNtk", "PublicApi.approved.txt" },
        { "HadamardNtk.Torch", "PublicApi.Torch.approved.txt" },
        { "HadamardNtk.Reports", "PublicApi.Reports.approved.txt" },
        { "HadamardNtk.Core", "PublicApi.Core.approved.txt" },
        { "HadamardNtk.DependencyInjection", "PublicApi.DependencyInjection.approved.txt" },
    };

    // The core has rules of its own: it is F#, in a namespace of its own.
    public static TheoryData<string> Names => [.. Libraries.Select(row => row.Data.Item1).Where(name => name != "HadamardNtk.Core")];

    [Theory]
    [MemberData(nameof(Names))]
    public void No_public_signature_mentions_a_type_of_FSharp_Core_or_of_the_core(string library) =>
        Assert.All(
            new[] { "Microsoft.FSharp", "HadamardNtk.Core", "MathNet.Numerics" },
            hidden => Assert.DoesNotContain(Lines(library), line => line.Contains(hidden, StringComparison.Ordinal)));

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
        var (path, actual) = (Repository.Place("tests", "Api.Tests", file), Lines(library));
        if (Environment.GetEnvironmentVariable(Approve) == "1")
        {
            File.WriteAllText(path, string.Join('\n', actual) + '\n');
        }

        var approved = File.Exists(path) ? File.ReadAllLines(path) : [];
        var changes = actual.Except(approved).Select(line => $"+ {line.Trim()}");
        changes = approved.Except(actual).Select(line => $"- {line.Trim()}").Concat(changes);
        Assert.True(
            approved.SequenceEqual(actual),
            $"""
             The public API is not the one of {Path.GetFileName(path)}:
             {string.Join('\n', changes.DefaultIfEmpty("(the same lines in another order, or more often)"))}
             If that is meant, run the tests once with {Approve}=1 in the environment and commit the file.
             """);
    }

    private static Assembly Named(string library) => library switch
    {
        "HadamardNtk" => typeof(Network).Assembly,
        "HadamardNtk.Torch" => typeof(TorchBackend).Assembly,
        "HadamardNtk.Core" => typeof(Core.Kernel).Assembly,
        "HadamardNtk.DependencyInjection" => typeof(HadamardNtkServices).Assembly,
        _ => typeof(HtmlReport).Assembly,
    };

    private static string[] Lines(string library) => library == "HadamardNtk.Core"
        ? FSharpSurface.Lines(Named(library))
        : [.. Named(library).GeneratePublicApi(Options).Split('\n').Select(line => line.TrimEnd('\r', ' '))];
}
