using Xunit;

namespace HadamardNtk.Torch.Tests.Libtorch;

/// <summary>Where libtorch is looked for, and in which order.</summary>
public sealed class LibtorchSearchTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("hntk-libtorch-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private string Cache => Path.Combine("packages", $"libtorch-cpu-{Platform.Name}", TorchSharpVersion.Libtorch, "runtimes", Platform.Name, "native");

    [Fact]
    public void The_option_comes_first_then_the_environment_then_what_is_beside_the_program_then_the_cache()
    {
        foreach (var folder in new[] { "option", "variable", "beside", Cache })
        {
            Put(folder, LibtorchSearch.Core);
        }

        Assert.Equal(At("option"), Search("option", "variable").Folder());
        Assert.Equal(At("variable"), Search(null, "variable").Folder());
        Assert.Equal(At("variable"), Search("", "variable").Folder());
        Assert.Equal(At("beside"), Search(null, null).Folder());
        Assert.Equal(At("beside"), Search(null, "").Folder());
        Directory.Delete(At("beside"), recursive: true);
        Assert.Equal(At(Cache), Search(null, null).Folder());
    }

    [Theory]
    [InlineData("")]
    [InlineData("lib")]
    [InlineData("runtimes")]
    public void An_archive_or_a_package_may_be_named_by_its_top(string below)
    {
        below = below == "runtimes" ? Path.Combine(below, Platform.Name, "native") : below;
        Put(Path.Combine("torch", below), LibtorchSearch.Core);
        var search = Search("torch", null);
        Assert.Equal(Path.Combine(_root, "torch", below), Path.Combine(search.Folder()!, ""));
        Assert.True(search.Accepts(search.Folder()!));
        Assert.False(search.Accepts(At("beside")));
    }

    [Fact]
    public void The_environment_chooses_the_first_libtorch_and_refuses_none_that_is_loaded()
    {
        Assert.True(Search(null, "variable").Accepts(At("option")));
        Assert.True(Search("option", "variable").Accepts(At("option")));
        Assert.False(Search("option", "variable").Accepts(At("variable")));
    }

    [Fact]
    public void Another_version_in_the_cache_is_not_taken()
    {
        Put(Cache.Replace(TorchSharpVersion.Libtorch, "1.13.0"), LibtorchSearch.Core);
        Assert.Null(Search(null, null).Folder());
    }

    [Fact]
    public void Where_one_was_named_no_other_is_taken()
    {
        Put("beside", LibtorchSearch.Core);
        Put(Cache, LibtorchSearch.Core);
        Assert.Null(Search("option", null).Folder());
        Assert.Null(Search(null, "variable").Folder());
    }

    [Fact]
    public void What_is_missing_is_one_line_that_says_what_to_do()
    {
        var (named, asked, none) = (Search("option", "variable").NotFound(), Search(null, "variable").NotFound(), Search(null, null).NotFound());
        Assert.Contains($"'{At("option")}', which was named", named);
        Assert.Contains($"'{At("variable")}', which HNTK_LIBTORCH names", asked);
        Assert.All([$"libtorch-cpu-{Platform.Name}", TorchSharpVersion.Libtorch, "--libtorch", "LibtorchFolder", "HNTK_LIBTORCH"], part => Assert.Contains(part, none));
        Assert.All([named, asked, none], line => Assert.DoesNotContain('\n', line));
    }

    [Fact]
    public void TorchSharps_own_library_is_the_programs_then_the_caches_then_the_folders()
    {
        var cache = Path.Combine("packages", "torchsharp", TorchSharpVersion.Own, "runtimes", Platform.Name, "native");
        foreach (var folder in new[] { "torch", cache, "beside" })
        {
            Put(folder, LibtorchSearch.Bridge);
            Assert.Equal(At(folder), Search(null, null).BridgeFolder(At("torch")));
        }
    }

    [Fact]
    public void The_versions_are_read_without_running_TorchSharp()
    {
        Assert.Matches(@"\A\d+\.\d+\.\d+", TorchSharpVersion.Own);
        Assert.Matches(@"\A\d+\.\d+\.\d+\z", TorchSharpVersion.Libtorch);
        Assert.Equal(RestoredVersion(), TorchSharpVersion.Libtorch);
    }

    // That of Directory.Packages.props, which tests restore.
    private static string RestoredVersion()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "Directory.Packages.props")))
        {
            folder = folder.Parent;
        }

        var text = File.ReadAllText(Path.Combine(folder.FullName, "Directory.Packages.props"));
        return text.Split("<LibtorchVersion")[1].Split('>')[1].Split('<')[0];
    }

    private LibtorchSearch Search(string? option, string? variable) =>
        new(Full(option), Full(variable), [At("beside")], At("packages"));

    private string? Full(string? name) => string.IsNullOrEmpty(name) ? name : At(name);

    private string At(string name) => Path.Combine(_root, name);

    private void Put(string folder, string library)
    {
        Directory.CreateDirectory(At(folder));
        File.WriteAllText(Path.Combine(At(folder), Platform.FileOf(library)), "");
    }
}
