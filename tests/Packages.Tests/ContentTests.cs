using System.IO.Compression;
using System.Reflection;
using System.Xml.Linq;
using Xunit;

namespace HadamardNtk.Packages.Tests;

/// <summary>What is in the packages, and what they say of themselves.</summary>
public class ContentTests(Feed feed)
{
    public static TheoryData<string, string> Dependencies => new()
    {
        { "HadamardNtk.Core", "FSharp.Core MathNet.Numerics" },
        { "HadamardNtk", "HadamardNtk.Core" },
        { "HadamardNtk.Reports", "HadamardNtk OxyPlot.Core" },
        { "HadamardNtk.Torch", "HadamardNtk TorchSharp" },
        { "HadamardNtk.Cluster", "HadamardNtk Microsoft.Extensions.Hosting Microsoft.Orleans.Client Microsoft.Orleans.Clustering.AdoNet "
            + "Microsoft.Orleans.Clustering.Redis Microsoft.Orleans.Connections.Security Microsoft.Orleans.Server Npgsql "
            + "OpenTelemetry.Exporter.OpenTelemetryProtocol OpenTelemetry.Extensions.Hosting StackExchange.Redis System.IO.Hashing" },
        { "HadamardNtk.DependencyInjection", "HadamardNtk Microsoft.Extensions.Hosting.Abstractions Microsoft.Extensions.Options.ConfigurationExtensions" },
        { "hntk", "" },
    };

    public static TheoryData<string> Libraries => [.. Feed.Libraries];

    [Fact]
    public void These_are_all_packages() => Assert.Equal(
        Feed.Libraries.Append("hntk").SelectMany(name => new[] { $"{name}.{feed.Version}.nupkg", $"{name}.{feed.Version}.snupkg" }).Order(),
        Directory.GetFiles(feed.Packages).Select(Path.GetFileName).Order()!);

    [Theory]
    [MemberData(nameof(Libraries))]
    public void A_library_is_one_managed_assembly_with_its_documentation(string name)
    {
        using var package = feed.Open(name);
        Assert.Equal([$"lib/net10.0/{name}.dll", $"lib/net10.0/{name}.xml"], Names(package).Where(file => file.StartsWith("lib/")));
        Assert.DoesNotContain(Names(package), file => file.StartsWith("runtimes/"));
        using var symbols = feed.Open(name, "snupkg");
        Assert.Contains($"lib/net10.0/{name}.pdb", Names(symbols));
    }

    [Theory]
    [MemberData(nameof(Dependencies))]
    public void A_package_presents_itself_and_needs_what_it_uses(string name, string dependencies)
    {
        using var package = feed.Open(name);
        Assert.Empty(new[] { "README.md", "CHANGELOG.md", "icon.png" }.Except(Names(package)));
        Assert.Equal(File.ReadAllText(Path.Combine(Feed.Root, "docs", "packages", $"{name}.md")), Text(package, "README.md"));

        var metadata = feed.Metadata(name);
        string Said(string key) => metadata.Elements().Single(element => element.Name.LocalName == key).Value;
        Assert.Equal(("MIT", "README.md", "icon.png"), (Said("license"), Said("readme"), Said("icon")));
        Assert.Contains("CHANGELOG", Said("releaseNotes"));
        Assert.Contains("neural-tangent-kernel", Said("tags"));
        Assert.InRange(Said("description").Length, 20, 200);
        var url = metadata.Elements().Single(element => element.Name.LocalName == "repository").Attribute("url")?.Value;
        Assert.True(url is null || url.StartsWith("https://"), url);

        var needed = metadata.Descendants().Where(element => element.Name.LocalName == "dependency").ToArray();
        Assert.Equal(dependencies, string.Join(' ', needed.Select(element => element.Attribute("id")!.Value)));
        Assert.All(needed.Where(element => element.Attribute("id")!.Value.StartsWith("HadamardNtk")),
            element => Assert.Equal(feed.Version, element.Attribute("version")!.Value));
    }

    [Fact]
    public void Two_packs_have_the_same_assemblies()
    {
        var again = feed.Place("again");
        feed.Pack(again);
        Assert.All(Feed.Libraries, name =>
        {
            using var first = feed.Open(name);
            using var second = ZipFile.OpenRead(Path.Combine(again, $"{name}.{feed.Version}.nupkg"));
            Assert.Equal(Bytes(first, $"lib/net10.0/{name}.dll"), Bytes(second, $"lib/net10.0/{name}.dll"));
        });
    }

    [Theory]
    [MemberData(nameof(Libraries))]
    public void The_documentation_is_of_what_others_can_see(string name)
    {
        using var package = feed.Open(name);
        var members = XDocument.Parse(Text(package, $"lib/net10.0/{name}.xml")).Descendants("member")
            .Select(member => member.Attribute("name")!.Value).ToArray();
        Assert.InRange(members.Length, 5, 5000);
        var exported = Assembly.Load(name).GetExportedTypes().ToDictionary(type => type.FullName!.Replace('+', '.'));
        Assert.All(members, member => Assert.True(IsVisible(member, exported), member));
        var written = members.ToHashSet();
        Assert.All(
            exported.Where(type => !type.Value.IsNested),
            type => Assert.True(written.Contains($"T:{type.Key}"), $"{type.Key} has no documentation"));
    }

    /// <summary>A type that is exported, or a member of one that is; F# names cases of unions and fields in ways of its own.</summary>
    private static bool IsVisible(string member, Dictionary<string, Type> exported)
    {
        var bare = member[2..].Split('(')[0];
        bare = bare.Contains("``") ? bare[..bare.IndexOf("``", StringComparison.Ordinal)] : bare;
        var (owner, name) = (bare[..bare.LastIndexOf('.')], bare[(bare.LastIndexOf('.') + 1)..].Replace('#', '.'));
        const BindingFlags all = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance;
        return exported.ContainsKey(bare) || exported.TryGetValue(owner, out var type)
            && type.GetMembers(all).Any(found => (found.Name == name || found.Name == "New" + name) && IsVisible(found));
    }

    private static bool IsVisible(MemberInfo member) => member switch
    {
        MethodBase method => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly,
        FieldInfo field => field.IsPublic || field.IsFamily || field.IsFamilyOrAssembly,
        PropertyInfo property => property.GetAccessors(nonPublic: true).Any(IsVisible),
        EventInfo @event => IsVisible(@event.AddMethod!),
        _ => false,
    };

    private static IEnumerable<string> Names(ZipArchive package) => package.Entries.Select(entry => entry.FullName).Order(StringComparer.Ordinal);

    private static string Text(ZipArchive package, string name) => System.Text.Encoding.UTF8.GetString(Bytes(package, name)).TrimStart('\uFEFF');

    private static byte[] Bytes(ZipArchive package, string name)
    {
        using var stream = package.GetEntry(name)!.Open();
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }
}
