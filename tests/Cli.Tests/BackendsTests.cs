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
}
