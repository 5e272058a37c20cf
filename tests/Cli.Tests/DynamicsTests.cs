using Xunit;

namespace HadamardNtk.Cli.Tests;

public class DynamicsTests : CommandLine
{
    private const string Net = "(dense(w=1.41421356,b=0.1) relu)^2 dense";

    [Fact]
    public void One_sample_of_a_linear_network_learns_as_an_exponential()
    {
        // Theta = Sigma = x x': 4 at the sample, 6 across, 9 at the point; f_t = 6/4 (1 - e^-4t) y.
        Put("x.csv", "2\n");
        Put("y.csv", "1\n");
        Put("z.csv", "3\n");
        Flow("dense", "0,0.5,inf", "--x2", "z.csv");
        var (mean, covariance) = (Read("flow/mean.npy"), Read("flow/covariance.npy"));
        Assert.Equal([3, 1, 1], mean.Shape);
        Assert.Equal([3, 1, 1], covariance.Shape);
        double[] left = [1, Math.Exp(-2), 0];
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(1.5 * (1 - left[i]), mean.Values[i], 1e-12);
            Assert.Equal(9 * left[i] * left[i], covariance.Values[i], 1e-12);
        }
    }

    [Fact]
    public void The_end_at_a_ridge_is_what_fit_and_predict_say()
    {
        Put("x.npy", Samples(12, 3));
        Put("y.npy", Samples(12, 2));
        Put("z.npy", Samples(5, 3));
        Flow(Net, "inf", "--x2", "z.npy", "--kernel", "nngp", "--ridge", "0.1");
        Run("fit", "--net", Net, "--x", "x.npy", "--y", "y.npy", "--kernel", "nngp", "--ridge", "0.1", "--model", "model").Succeeded();
        Run("predict", "--model", "model", "--x", "z.npy", "--out", "P.npy", "--std").Succeeded();
        var (mean, predicted, covariance, deviation) = (Read("flow/mean.npy"), Read("P.npy"), Read("flow/covariance.npy"), Read("P.std.npy"));
        Assert.All(mean.Values.Zip(predicted.Values), pair => Assert.Equal(pair.Second, pair.First, 1e-10));
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal(deviation.Values[i] * deviation.Values[i], covariance.Values[6 * i], 1e-10);
        }
    }

    [Fact]
    public void Without_other_samples_it_is_the_training_samples_and_at_time_0_nothing_is_learned()
    {
        Put("x.npy", Samples(6, 3));
        Put("y.npy", Samples(6, 2));
        var json = Run("dynamics", "--net", Net, "--x", "x.npy", "--y", "y.npy", "--times", "0,1e9", "--out", "flow", "--json")
            .Json("times", "n", "outputs", "ridge", "max_learning_rate", "seconds", "features");
        Assert.Equal((2, 6, 2), (json.GetProperty("times").GetInt32(), json.GetProperty("n").GetInt32(), json.GetProperty("outputs").GetInt32()));
        Run("gram", "--net", Net, "--x", "x.npy", "--kernel", "nngp", "--out", "S.npy").Succeeded();
        var (mean, covariance) = (Read("flow/mean.npy"), Read("flow/covariance.npy"));
        Assert.Equal([2, 6, 2], mean.Shape);
        Assert.All(mean.Values.Take(12), v => Assert.Equal(0, v));
        Assert.All(covariance.Values.Take(36).Zip(Read("S.npy").Values), pair => Assert.Equal(pair.Second, pair.First, 1e-12));
        Assert.All(mean.Values.Skip(12).Zip(Read("y.npy").Values), pair => Assert.Equal(pair.Second, pair.First, 1e-6));
    }

    [Fact]
    public void A_folder_that_is_there_keeps_what_else_is_in_it()
    {
        Put("x.csv", "2\n");
        Put("y.csv", "1\n");
        Directory.CreateDirectory(Path.Combine(Folder, "flow"));
        Put("flow/notes.txt", "mine");
        Flow("dense", "1");
        Flow("dense", "2");
        Assert.Equal(["covariance.npy", "mean.npy", "notes.txt"], Directory.GetFiles(Path.Combine(Folder, "flow")).Select(f => Path.GetFileName(f)!).Order());
    }

    [Fact]
    public void What_is_wrong_is_refused_and_leaves_nothing()
    {
        Put("x.csv", "2,0\n2,2\n");
        Put("y.csv", "1\n2\n");
        Put("short.csv", "1\n");
        Put("z.csv", "1\n");
        Refused("dense", "0,1,two", "y.csv", "flow", "--times takes numbers of at least 0", "'0,1,two'");
        Refused("dense", "-1", "y.csv", "flow", "--times");
        Refused("dense", "", "y.csv", "flow", "--times");
        Refused("dense", "nan", "y.csv", "flow", "--times");
        Refused("relu", "1", "y.csv", "flow", "put a dense before relu");
        Refused("dense", "1", "short.csv", "flow", "short.csv", "2 rows");
        Refused("dense", "1", "none.csv", "flow", "none.csv");
        Refused("dense", "1", "y.csv", "none/flow", "none");
        Refused("dense", "1", "y.csv", "x.csv", "x.csv", "a folder");
        Fails(2, [.. Words("dense", "1", "y.csv", "flow"), "--x2", "z.csv"], "z.csv", "2 features");
        Fails(2, [.. Words("dense", "1", "y.csv", "flow"), "--ridge", "-1"], "--ridge");
        Assert.Equal(["short.csv", "x.csv", "y.csv", "z.csv"], Names());
    }

    private void Refused(string net, string times, string y, string output, params string[] parts) => Fails(2, Words(net, times, y, output), parts);

    private static string[] Words(string net, string times, string y, string output) =>
        ["dynamics", "--net", net, "--x", "x.csv", "--y", y, "--times", times, "--out", output];

    private void Flow(string net, string times, params string[] options)
    {
        var name = Names().Contains("x.npy") ? "npy" : "csv";
        Run(["dynamics", "--net", net, "--x", "x." + name, "--y", "y." + name, "--times", times, "--out", "flow", .. options]).Succeeded();
    }
}
