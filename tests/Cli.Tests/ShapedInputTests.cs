using System.Globalization;
using System.Runtime.InteropServices;
using Xunit;

namespace HadamardNtk.Cli.Tests;

/// <summary>Samples of several dimensions, whose shape networks take.</summary>
public class ShapedInputTests : CommandLine
{
    private const string Net = "conv(w=1.4,b=0.1) relu global_avg_pool dense";

    private static readonly double[] Values = [.. Enumerable.Range(0, 54).Select(i => Math.Sin(3.7 * i))];

    [Theory]
    [InlineData("(3, 3, 3, 2)", "image(3x3x2) ")]
    [InlineData("(3, 9, 2)", "sequence(9x2) ")]
    public void A_network_takes_the_shape_of_an_npy_file(string shape, string prefix)
    {
        Put("x.npy", Of(shape));
        Put("flat.npy", Of("(3, 18)"));
        Assert.Equal(Empirical(prefix + Net, "flat.npy").Values, Empirical(Net, "x.npy").Values);
        Assert.Equal(Empirical(prefix + Net, "x.npy").Values, Empirical(Net, "x.npy[:]").Values);
        Assert.Equal(Empirical("dense relu dense", "flat.npy").Values, Empirical("dense relu dense", "x.npy").Values);
        var json = Run([.. All(Net, "x.npy"), "--json"]).Json();
        Assert.StartsWith(prefix, json.GetProperty("network").GetString());

        // An array of three axes may have images without an axis of channels.
        var notes = json.TryGetProperty("notes", out var found) ? found.ToString() : "";
        Assert.Equal(shape == "(3, 9, 2)", notes.Contains("image(9x2x1)"));
    }

    [Fact]
    public void Idx_files_have_images_and_the_width_reads_them()
    {
        byte[] images = [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 3, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 0];
        Put("images", images);
        Put("flat.csv", "1,2,3,4,5,6\n7,8,9,10,11,0\n");
        Assert.Equal(Empirical($"image(2x3x1) {Net}", "flat.csv").Values, Empirical(Net, "images").Values);
        string[] width = ["width", "--pilot", "16", "--seeds", "5", "--json", "--x"];
        var named = Run([.. width, "flat.csv", "--net", $"image(2x3x1) {Net}"]).Json();
        var taken = Run([.. width, "images", "--net", Net]).Json();
        Assert.Equal(named.GetProperty("constant").GetDouble(), taken.GetProperty("constant").GetDouble());
    }

    [Fact]
    public void Tensors_compute_the_matrix_of_images_and_name_the_backend_for_what_they_cannot()
    {
        Put("x.npy", Of("(3, 3, 3, 2)"));
        Put("v.csv", "1\n-1\n0.5\n");
        var line = Run("backends").Succeeded().Lines().First(l => l.StartsWith("torch ", StringComparison.Ordinal));
        Assert.SkipWhen(line.Contains("missing"), line);
        string[] options = ["--net", Net, "--x", "x.npy", "--backend"];
        Run(["gram", .. options, "cpu", "--out", "cpu.npy"]).Succeeded();
        Run(["gram", .. options, "torch", "--resume", "--out", "torch.npy"]).Succeeded();
        Read("torch.npy").IsNear(Read("cpu.npy"), 1e-12);
        Run(["matvec", .. options, "cpu", "--v", "v.csv", "--out", "p.npy"]).Succeeded();
        Run(["matvec", .. options, "torch", "--v", "v.csv", "--out", "q.npy"]).Succeeded();
        Numbers.Near(Read("p.npy").Values, Read("q.npy").Values, 1e-12);
        Fails(
            2, ["gram", "--net", "conv tanh global_avg_pool dense", "--x", "x.npy", "--backend", "torch", "--out", "none.npy"],
            "tanh has no closed form", "take the backend cpu");
        Assert.False(File.Exists(Place("none.npy")));
    }

    [Fact]
    public void Tensors_and_training_take_the_shape_too()
    {
        Put("x.npy", Of("(3, 3, 3, 2)"));
        Put("flat.npy", Of("(3, 18)"));
        Put("y.csv", "0.5\n-1\n2\n");
        var line = Run("backends").Succeeded().Lines().First(l => l.StartsWith("torch ", StringComparison.Ordinal));
        Assert.SkipWhen(line.Contains("missing"), line);
        var expected = Empirical(Net, "x.npy");
        Run([.. All(Net, "x.npy"), "--backend", "torch"]).Succeeded();
        Read("K.npy").IsNear(expected, 1e-12);
        Run(
            "train", "--net", Net, "--width", "16", "--seed", "1", "--x", "x.npy", "--y", "y.csv", "--epochs", "400",
            "--rate", "0.05", "--model", "M").Succeeded();
        Run("predict", "--model", "M", "--x", "flat.npy", "--out", "P.npy").Succeeded();
        Run("predict", "--model", "M", "--x", "x.npy", "--out", "Q.npy").Succeeded();
        Assert.Equal(Read("Q.npy").Values, Read("P.npy").Values);

        // The loss of the history is that of the predictions, |f - y|^2/(2n), in float32.
        string[][] history = [.. File.ReadLines(Place("M/history.csv")).Select(line => line.Split(','))];
        var loss = Read("P.npy").Values.Zip([0.5, -1, 2], (f, y) => (f - y) * (f - y) / 6).Sum();
        var told = double.Parse(history[^1][Array.IndexOf(history[0], "loss")], CultureInfo.InvariantCulture);
        Assert.Equal(told, loss, 1e-5);
        Assert.True(told < double.Parse(history[1][Array.IndexOf(history[0], "loss")], CultureInfo.InvariantCulture));
        Assert.Contains("image(3x3x2) patches", File.ReadAllText(Place("M/model.json")));
    }

    [Fact]
    public void Other_shapes_are_refused()
    {
        Put("x.npy", Of("(3, 3, 3, 2)"));
        Put("z.npy", Of("(3, 9, 2)"));
        Put("flat.npy", Of("(3, 18)"));
        Fails(2, All($"image(2x3x3) {Net}", "x.npy"), "image(2x3x3)", "that of image(3x3x2)", "leave the shape out");
        Fails(2, [.. All(Net, "x.npy"), "--x2", "z.npy"], "z.npy", "image(3x3x2)", "sequence(9x2)");
        Fails(2, All(Net, "flat.npy"), "image(28x28x1)");
        Fails(2, All(Net, "x.npy[:,:9]"), "image(28x28x1)");
        Run([.. All(Net, "x.npy"), "--x2", "flat.npy"]).Succeeded();
    }

    [Fact]
    public void Commands_with_kernels_read_images()
    {
        Put("x.npy", Of("(3, 3, 3, 2)"));
        Put("flat.npy", Of("(3, 18)"));
        Put("y.csv", "0.5\n-1\n2\n");
        Put("v.npy", Npy.Bytes("<f8", "(3, 1)", MemoryMarshal.AsBytes<double>([1.0, 2, 3])));
        string[] net = ["--net", Net, "--x", "x.npy"];
        string[] named = ["--net", $"image(3x3x2) {Net}", "--x", "flat.npy"];
        Run(["gram", .. net, "--out", "K.npy"]).Succeeded();
        var gram = Read("K.npy");
        Run(["gram", .. named, "--out", "L.npy", "--resume"]).Succeeded();
        Assert.Equal(gram.Values, Read("L.npy").Values);
        Run(["gram", .. named, "--backend", "reference", "--out", "R.npy"]).Succeeded();
        Read("R.npy").IsNear(gram, 1e-8);
        Run(["gram", .. net, "--x2", "flat.npy", "--precision", "f32", "--out", "S.npy"]).Succeeded();
        Run(["gram", .. net, "--diagonal", "--out", "D.npy"]).Succeeded();
        Assert.Equal(gram.Values[4], Read("D.npy").Values[1]);
        Run(["matvec", .. net, "--v", "v.npy", "--out", "P.npy"]).Succeeded();
        Assert.Equal(gram.Values[0] + 2 * gram.Values[1] + 3 * gram.Values[2], Read("P.npy").Values[0], 1e-12);
        Run(["fit", .. net, "--y", "y.csv", "--ridge", "1e-9", "--model", "M"]).Succeeded();
        Run("predict", "--model", "M", "--x", "x.npy", "--out", "Y.npy").Succeeded();
        Assert.Equal(-1, Read("Y.npy").Values[1], 1e-4);
        Run(["compare", .. net, "--net", "dense relu dense", "--y", "y.csv", "--folds", "3", "--seeds", "1"]).Succeeded();
        Run(["align", .. net, "--y", "y.csv"]).Succeeded();
        Run(["fit", .. net, "--y", "y.csv", "--tune", "w", "--model", "T"]).Succeeded();
        Run("predict", "--model", "T", "--x", "x.npy", "--out", "Z.npy").Succeeded();
        Fails(2, ["phase", "--net", net[1]], "flat rows");
        Fails(2, ["gram", .. net, "--backend", "exact", "--out", "E.npy"], "backends cpu and reference");
    }

    private static byte[] Of(string shape) => Npy.Bytes("<f8", shape, MemoryMarshal.AsBytes<double>(Values));

    private static string[] All(string net, string x) =>
        ["empirical", "--net", net, "--width", "12", "--seed", "1", "--x", x, "--out", "K.npy"];

    private Npy Empirical(string net, string x)
    {
        Run(All(net, x)).Succeeded();
        return Read("K.npy");
    }
}
