using Xunit;

namespace HadamardNtk.Cli.Tests;

public class BackendsTests : CommandLine
{
    [Fact]
    public void What_is_available_is_listed_with_one_default()
    {
        var lines = Run("backends").Succeeded().Lines();
        Assert.Contains(lines, line => line.StartsWith("cpu "));
        Assert.Contains(lines, line => line.StartsWith("reference "));
        Assert.Single(lines, line => line.Contains(" default "));
    }

    [Fact]
    public void Each_name_of_the_json_is_a_backend_that_works()
    {
        Put("x.csv", "1,1\n");
        var backends = Run("backends", "--json").Json("backends", "lapack").GetProperty("backends").EnumerateArray().ToArray();
        Assert.Single(backends, b => b.GetProperty("default").GetBoolean());
        foreach (var name in backends.Where(b => b.GetProperty("available").GetBoolean()).Select(b => b.GetProperty("name").GetString()!))
        {
            var json = Run("gram", "--net", "dense", "--x", "x.csv", "--backend", name, "--out", "K.npy", "--json").Json();
            Assert.Equal(name, json.GetProperty("backend").GetString());
        }
    }

    [Fact]
    public void What_decomposes_is_told_or_how_to_get_it()
    {
        var line = Assert.Single(Run("backends").Succeeded().Lines(), line => line.StartsWith("lapack "));
        var lapack = Run("backends", "--json").Json("backends", "lapack").GetProperty("lapack");
        var (isAvailable, description) = (lapack.GetProperty("available").GetBoolean(), lapack.GetProperty("description").GetString());
        Assert.Equal(!isAvailable, line.Contains(" missing "));
        Assert.Contains(isAvailable ? "verified on loading" : "install OpenBLAS", description);
    }

    [Theory]
    [InlineData("torch")]
    [InlineData("cuda")]
    [InlineData("cuda:1")]
    public void A_backend_on_tensors_computes_or_says_what_it_needs(string backend)
    {
        Put("x.csv", "1,2\n3,4\n-1,0\n");
        string[] gram = ["gram", "--net", Relu, "--x", "x.csv", "--backend", backend, "--out", "K.npy"];
        var run = Run(gram);
        if (run.Code == 0)
        {
            Run("gram", "--net", Relu, "--x", "x.csv", "--out", "same.npy").Succeeded();
            var (tensors, same) = (DataFile.ReadMatrix(Place("K.npy")), DataFile.ReadMatrix(Place("same.npy")));
            Assert.All(Enumerable.Range(0, 9), k => Assert.Equal(same.AsSpan()[k], tensors.AsSpan()[k], 1e-12));
            return;
        }

        Fails(2, gram, $"'{backend}'");
        Assert.Matches("libtorch|LibTorchSharp|GPU", run.Error);
        Assert.Equal(["x.csv"], Names());
    }

    [Fact]
    public void Backends_on_tensors_are_listed()
    {
        var lines = Run("backends").Succeeded().Lines();
        Assert.Contains(lines, line => line.StartsWith("torch "));
        Assert.Contains(lines, line => line.StartsWith("cuda "));
    }

    [Theory]
    [InlineData("gram")]
    [InlineData("matvec")]
    [InlineData("fit")]
    [InlineData("predict")]
    [InlineData("dynamics")]
    [InlineData("train")]
    [InlineData("backends")]
    [InlineData("empirical")]
    [InlineData("study")]
    public void What_takes_a_backend_takes_the_folder_of_libtorch(string command) =>
        Assert.Contains("--libtorch <DIR>", Run(command, "--help").Succeeded().Output);

    [Fact]
    public void A_folder_without_libtorch_is_named_and_nothing_else_is_tried()
    {
        Put("x.csv", "1,2\n3,4\n");
        string[] gram = ["gram", "--net", Relu, "--x", "x.csv", "--out", "K.npy", "--backend", "torch", "--libtorch", "nowhere"];
        Fails(2, gram, "'torch'", "'nowhere'", "torch_cpu");
    }

    [Fact]
    public void A_file_that_is_no_library_is_one_line_and_no_crash()
    {
        var library = OperatingSystem.IsWindows() ? "torch_cpu.dll" : OperatingSystem.IsMacOS() ? "libtorch_cpu.dylib" : "libtorch_cpu.so";
        Put("x.csv", "1,2\n3,4\n");
        Directory.CreateDirectory(Place("broken/lib"));
        Put("broken/lib/" + library, "no library");
        string[] gram = ["gram", "--net", Relu, "--x", "x.csv", "--out", "K.npy", "--backend", "torch", "--libtorch", "broken"];
        Fails(2, gram, "'torch'", library, "does not load");
        Assert.Contains("missing", Run("backends", "--libtorch", "broken").Succeeded().Lines().First(line => line.StartsWith("torch ")));
    }

    [Fact]
    public void The_environment_names_the_folder_where_no_option_does()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "there is no bash.");
        const string Line = "HNTK_LIBTORCH=elsewhere \"$@\"";
        string[] backends = ["backends", "--json"];
        Assert.Contains("HNTK_LIBTORCH names", Hntk.Shell(Folder, Line, backends).Succeeded().Output);
        var both = Hntk.Shell(Folder, Line, [.. backends, "--libtorch", "nowhere"]).Succeeded().Output;
        Assert.Contains("nowhere", both);
        Assert.DoesNotContain("elsewhere", both);
    }
}
