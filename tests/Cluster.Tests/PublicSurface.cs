using System.Reflection;
using PublicApiGenerator;
using Xunit;

namespace HadamardNtk.Cluster.Tests;

/// <summary>
/// What a C# program sees of the library of clusters, without what Orleans generates. It is here and not beside that of the
/// other libraries, since Orleans brings a compiler of its own.
/// </summary>
public class PublicSurface
{
    private const string Approve = "HNTK_APPROVE";

    private static readonly Assembly Library = typeof(ClusterKernel).Assembly;

    private static readonly Type[] Types =
        [.. Library.GetExportedTypes().Where(type => !type.Namespace!.StartsWith("OrleansCodeGen", StringComparison.Ordinal))];

    [Fact]
    public void Every_public_type_is_in_the_one_namespace() =>
        Assert.All(Types, type => Assert.Equal("HadamardNtk", type.Namespace));

    [Fact]
    public void A_class_that_can_be_inherited_says_so_by_being_abstract() =>
        Assert.DoesNotContain(Types, type => type is { IsClass: true, IsSealed: false, IsAbstract: false });

    [Fact]
    public void No_public_signature_mentions_Orleans_or_a_type_of_FSharp() => Assert.All(
        new[] { "Orleans", "Microsoft.", "StackExchange" },
        hidden => Assert.DoesNotContain(Lines(), line => line.Contains(hidden, StringComparison.Ordinal)));

    [Fact]
    public void The_public_api_is_the_approved_one()
    {
        var (path, actual) = (Path.Combine(Root(), "tests", "Cluster.Tests", "PublicApi.Cluster.approved.txt"), Lines());
        if (Environment.GetEnvironmentVariable(Approve) == "1")
        {
            File.WriteAllText(path, string.Join('\n', actual) + '\n');
        }

        var approved = File.Exists(path) ? File.ReadAllLines(path) : [];
        Assert.True(
            approved.SequenceEqual(actual),
            $"The public API is not the one of {Path.GetFileName(path)}. If that is meant, run the tests once with {Approve}=1.");
    }

    private static string[] Lines() =>
    [
        .. Types.GeneratePublicApi(new() { IncludeAssemblyAttributes = false }).Split('\n').Select(line => line.TrimEnd('\r', ' ')),
    ];

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "Hybrid.sln")))
        {
            folder = folder.Parent;
        }

        return folder.FullName;
    }
}
