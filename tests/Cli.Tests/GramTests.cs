using Xunit;

namespace HadamardNtk.Cli.Tests;

public class GramTests : CommandLine
{
    private const string Net = "(dense(w=1.41421356,b=0.1) relu)^2 dense";

    [Fact]
    public void The_kernel_of_a_dense_layer_is_the_inner_product_over_d()
    {
        Put("x.csv", "2,0\n2,2\n");
        Put("z.csv", "1,0\n0,1\n-1,3\n");
        Gram("dense", "--x", "x.csv").IsExactly([2, 2], 2, 2, 2, 4);
        Gram("dense(w=3,b=0.5)", "--x", "x.csv", "--x2", "z.csv", "--kernel", "nngp")
            .IsExactly([2, 3], 9.25, 0.25, -8.75, 9.25, 9.25, 18.25);
    }

    [Fact]
    public void It_is_symmetric_bit_for_bit_and_threads_do_not_show()
    {
        Put("x.npy", Samples(300, 7));
        var one = Gram(Net, "--x", "x.npy", "--threads", "1");
        var two = Gram(Net, "--x", "x.npy", "--threads", "2");
        Assert.Equal(Bits(one.Values), Bits(two.Values));
        for (var i = 0; i < one.Rows; i++)
        {
            for (var j = 0; j < i; j++)
            {
                Assert.Equal(BitConverter.DoubleToInt64Bits(one[i, j]), BitConverter.DoubleToInt64Bits(one[j, i]));
            }
        }
    }

    [Theory]
    [InlineData("dense(b=0.1) tanh dense relu dense", 20)]
    [InlineData("dense elu dense", 80)]
    [InlineData("dense relu dense", 20)]
    public void Narrower_vectors_of_the_processor_do_not_show(string net, int rows)
    {
        Put("x.npy", Samples(rows, 5));
        foreach (var precision in new[] { "f64", "f32" })
        {
            Run("gram", "--net", net, "--x", "x.npy", "--precision", precision, "--out", "wide.npy").Succeeded();
            Hntk.Shell(
                Folder,
                "DOTNET_EnableAVX=0 \"$@\"",
                "gram", "--net", net, "--x", "x.npy", "--precision", precision, "--out", "narrow.npy").Succeeded();
            Assert.Equal(File.ReadAllBytes(Place("wide.npy")), File.ReadAllBytes(Place("narrow.npy")));
        }
    }

    [Fact]
    public void The_cpu_backend_computes_what_the_reference_defines()
    {
        Put("x.npy", Samples(140, 33));
        Put("z.npy", Samples(9, 33, seed: 2));
        foreach (var options in new[] { new[] { "--x", "x.npy" }, ["--x", "x.npy", "--x2", "z.npy", "--kernel", "nngp"] })
        {
            var reference = Gram(Net, [.. options, "--backend", "reference"]);
            var cpu = Gram(Net, [.. options, "--backend", "cpu"]);
            Assert.Equal(reference.Shape, cpu.Shape);
            Numbers.Near(reference.Values, cpu.Values, 1e-12);
        }
    }

    [Fact]
    public void A_second_file_of_the_same_samples_gives_the_same_numbers()
    {
        Put("x.npy", Samples(20, 5));
        var symmetric = Gram(Net, "--x", "x.npy");
        var cross = Gram(Net, "--x", "x.npy", "--x2", "x.npy");
        Numbers.Near(symmetric.Values, cross.Values, 1e-13);
        var part = Gram(Net, "--x", "x.npy[:3]", "--x2", "x.npy[5:]");
        Assert.Equal([3, 15], part.Shape);
        Assert.Equal(symmetric[2, 19], part[2, 14], 1e-13);
    }

    [Fact]
    public void Half_the_precision_is_the_same_numbers_to_six_digits()
    {
        Put("x.npy", Samples(20, 5));
        var full = Gram(Net, "--x", "x.npy");
        var half = Gram(Net, "--x", "x.npy", "--precision", "f32");
        Assert.Equal(("<f8", "<f4"), (full.Type, half.Type));
        var scale = Enumerable.Range(0, 20).Max(i => full.Values[21 * i]);
        Numbers.Near(full.Values, half.Values, 2e-6 * scale);
    }

    [Fact]
    public void One_row_and_one_column_are_enough()
    {
        Put("x.csv", "3\n");
        Gram("dense", "--x", "x.csv").IsExactly([1, 1], 9);
        Put("wide.npy", Samples(2, 20000));
        Assert.Equal([2, 1], Gram(Relu, "--x", "wide.npy", "--x2", "wide.npy[0]").Shape);
        Put("tall.npy", Samples(1000, 1));
        Assert.Equal([1000, 1], Gram(Relu, "--x", "tall.npy", "--x2", "tall.npy[:1]").Shape);
    }

    [Fact]
    public void Json_is_one_object_with_the_keys_of_the_contract()
    {
        Put("x.csv", "2,0\n2,2\n");
        Put("z.csv", "1,0\n0,1\n-1,3\n");
        var json = Run("gram", "--net", "dense", "--x", "x.csv", "--x2", "z.csv", "--out", "K.npy", "--json")
            .Json("rows", "columns", "seconds", "backend", "features");
        Assert.Equal((2, 3, "cpu"), (json.GetProperty("rows").GetInt32(), json.GetProperty("columns").GetInt32(), json.GetProperty("backend").GetString()));
        Assert.InRange(json.GetProperty("seconds").GetDouble(), 0, 60);
    }

    [Fact]
    public void Without_json_the_same_is_said_in_lines_and_no_progress_is_drawn()
    {
        Put("x.npy", Samples(400, 5));
        var lines = Run("gram", "--net", Net, "--x", "x.npy", "--out", "K.npy").Succeeded().Lines();
        Assert.Equal(["rows", "columns", "seconds", "backend", "features"], lines.Select(l => l.Split(' ')[0]));
        Assert.DoesNotContain(lines, line => line.Any(char.IsControl));
    }

    [Fact]
    public void A_file_of_that_name_is_replaced()
    {
        Put("x.npy", new double[,] { { 1, 1 }, { 0, 2 } });
        Put("K.npy", new double[,] { { 7 } });
        Run("gram", "--net", "dense", "--x", "x.npy", "--out", "K.npy").Succeeded();
        Read("K.npy").IsExactly([2, 2], 1, 1, 1, 2);
        Assert.Equal(["K.npy", "K.npy.json", "x.npy"], Names());
    }

    private Npy Gram(string net, params string[] options)
    {
        Run(["gram", "--net", net, .. options, "--out", "K.npy"]).Succeeded();
        return Read("K.npy");
    }

    private static IEnumerable<long> Bits(double[] values) => values.Select(BitConverter.DoubleToInt64Bits);
}
