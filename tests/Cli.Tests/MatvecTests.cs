using Xunit;

namespace HadamardNtk.Cli.Tests;

public class MatvecTests : CommandLine
{
    private const string Net = "(dense(w=1.41421356,b=0.1) relu)^2 dense";

    [Fact]
    public void The_product_with_the_kernel_of_a_dense_layer_is_that_of_inner_products()
    {
        Put("x.csv", "2,0\n2,2\n");
        Put("v.csv", "1\n-3\n");
        Matvec("dense", "--x", "x.csv", "--v", "v.csv").IsExactly([2, 1], -4, -10);
        Put("z.csv", "1,0\n0,1\n-1,3\n");
        Put("w.csv", "1,0\n0,1\n2,0\n");
        Matvec("dense", "--x", "x.csv", "--x2", "z.csv", "--v", "w.csv").IsExactly([2, 2], -1, 0, 5, 1);
    }

    [Theory]
    [InlineData("cpu")]
    [InlineData("reference")]
    [InlineData("exact")]
    public void It_is_K_times_V_for_every_backend_and_kernel(string backend)
    {
        Put("x.npy", Samples(120, 6));
        Put("z.npy", Samples(30, 6, seed: 2));
        Put("v.npy", Samples(120, 3, seed: 3));
        Put("w.npy", Samples(30, 1, seed: 4));
        string[] options = ["--backend", backend];
        IsProduct("v.npy", [.. options, "--x", "x.npy"]);
        IsProduct("w.npy", [.. options, "--x", "x.npy", "--x2", "z.npy", "--kernel", "nngp"]);
    }

    [Fact]
    public void Threads_do_not_show()
    {
        Put("x.npy", Samples(700, 7));
        Put("v.npy", Samples(700, 2, seed: 2));
        string[] options = ["--x", "x.npy", "--v", "v.npy", "--threads"];
        var one = Matvec(Net, [.. options, "1"]);
        Assert.Equal(one.Values, Matvec(Net, [.. options, "2"]).Values);
        Assert.Equal(one.Values, Matvec(Net, [.. options, "5"]).Values);
    }

    [Fact]
    public void In_half_the_precision_the_result_is_so_too()
    {
        Put("x.npy", Samples(20, 5));
        Put("v.npy", Samples(20, 2, seed: 2));
        var full = Matvec(Net, "--x", "x.npy", "--v", "v.npy");
        var half = Matvec(Net, "--x", "x.npy", "--v", "v.npy", "--precision", "f32");
        Assert.Equal(("<f8", "<f4"), (full.Type, half.Type));
        Numbers.Near(full.Values, half.Values, 1e-4);
    }

    [Fact]
    public void Json_has_the_keys_of_gram()
    {
        Put("x.csv", "2,0\n2,2\n");
        var json = Run("matvec", "--net", "dense", "--x", "x.csv", "--v", "x.csv", "--out", "Y.npy", "--json")
            .Json("rows", "columns", "seconds", "backend", "features");
        Assert.Equal((2, 2), (json.GetProperty("rows").GetInt32(), json.GetProperty("columns").GetInt32()));
        Assert.Equal(["Y.npy", "x.csv"], Names());
    }

    [Fact]
    public void What_does_not_fit_is_refused()
    {
        Put("x.csv", "2,0\n2,2\n");
        Put("v.csv", "1\n2\n3\n");
        Fails(2, ["matvec", "--net", "dense", "--x", "x.csv", "--v", "v.csv", "--out", "Y.npy"], "v.csv", "2 rows", "3");
        Fails(2, ["matvec", "--net", "dense", "--x", "x.csv", "--v", "none.csv", "--out", "Y.npy"], "none.csv");
        Fails(2, ["matvec", "--net", "dense", "--x", "x.csv", "--v", "x.csv", "--out", "none/Y.npy"], "none");
        Fails(2, ["matvec", "--net", "dense", "--x", "x.csv", "--x2", "v.csv", "--v", "v.csv", "--out", "Y.npy"], "v.csv", "2 features");
        Put("huge.csv", "1e200\n");
        Fails(1, ["matvec", "--net", "dense", "--x", "huge.csv", "--v", "huge.csv", "--out", "Y.npy"], "row 0");
    }

    private void IsProduct(string v, string[] options)
    {
        Run(["gram", "--net", Net, .. options, "--out", "K.npy"]).Succeeded();
        var (k, factor, product) = (Read("K.npy"), Read(v), Matvec(Net, [.. options, "--v", v]));
        Assert.Equal([k.Rows, factor.Shape[1]], product.Shape);
        for (var i = 0; i < k.Rows; i++)
        {
            for (var o = 0; o < factor.Shape[1]; o++)
            {
                var sum = Enumerable.Range(0, k.Shape[1]).Sum(j => k[i, j] * factor[j, o]);
                Assert.Equal(sum, product[i, o], 1e-10);
            }
        }
    }

    private Npy Matvec(string net, params string[] options)
    {
        Run(["matvec", "--net", net, .. options, "--out", "Y.npy"]).Succeeded();
        return Read("Y.npy");
    }
}
