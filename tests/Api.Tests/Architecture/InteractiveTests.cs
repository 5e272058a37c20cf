using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using Xunit;

namespace HadamardNtk.Api.Tests.Architecture;

/// <summary>F# Interactive brings an FSharp.Core of its own, which may be older than the one that this is built with.</summary>
public class InteractiveTests
{
    [Fact]
    public void The_library_makes_no_list_of_FSharp_by_a_collection_expression()
    {
        using var file = File.OpenRead(typeof(Network).Assembly.Location);
        using var image = new PEReader(file);
        var metadata = image.GetMetadataReader();
        var names = metadata.TypeReferences.Select(t => metadata.GetString(metadata.GetTypeReference(t).Name)).ToArray();
        Assert.Contains("FSharpList`1", names);
        // The class with the methods of collection expressions, which FSharp.Core 10.1.0 lacks.
        Assert.DoesNotContain("FSharpList", names);
    }
}
