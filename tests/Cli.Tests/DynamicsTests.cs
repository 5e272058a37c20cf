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
        Numbers.Near(predicted.Values, mean.Values, 1e-10);
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
        Numbers.Near(Read("S.npy").Values, covariance.Values.Take(36), 1e-12);
        Numbers.Near(Read("y.npy").Values, mean.Values.Skip(12), 1e-6);
    }

    [Fact]
    public void Grids_of_times_have_both_ends_and_stand_beside_single_times()
    {
        // f_t = y (1 - e^-4t) at the one sample 2 of a linear network.
        Put("x.csv", "2\n");
        Put("y.csv", "1\n");
        Flow("dense", "0,lin:0.1:0.5:3,log:0.01:1:3,inf");
        double[] times = [0, 0.1, 0.3, 0.5, 0.01, 0.1, 1, double.PositiveInfinity];
        var mean = Read("flow/mean.npy");
        Assert.Equal([8, 1, 1], mean.Shape);
        Numbers.Near(times.Select(t => 1 - Math.Exp(-4 * t)), mean.Values, 1e-12);
        foreach (var wrong in new[] { "log:0:1:3", "log:1:1:3", "lin:2:1:3", "lin:0:1:1", "lin:0:inf:3", "log:1:2", "log:1:2:3:4", "pow:1:2:3", "lin:0:1:1000000", "lin:-1:1:3" })
        {
            Refused("dense", wrong, "y.csv", "none", "--times takes numbers of at least 0", "log:FROM:TO:COUNT", $"'{wrong}'");
        }
    }

    [Fact]
    public void Descent_takes_steps_with_momentum()
    {
        // The residual of one sample with kernel 4: a step of rate 0.1 keeps 0.6 of it; with heavy ball r' = r + b (r - r_before) - 0.4 r.
        Put("x.csv", "2\n");
        Put("y.csv", "1\n");
        Flow("dense", "0,1,log:1:9:3", "--rate", "0.1");
        Numbers.Near(new[] { 0, 1, 1, 3, 9 }.Select(steps => 1 - Math.Pow(0.6, steps)), Read("flow/mean.npy").Values, 1e-12);
        Flow("dense", "2", "--rate", "0.1", "--momentum", "0.5");
        Assert.Equal(1 - (0.6 - 0.5 * 0.4 - 0.4 * 0.6), Read("flow/mean.npy").Values[0], 1e-12);
        string[] words = Words("dense", "0,1", "y.csv", "none");
        Fails(2, [.. Words("dense", "0.5", "y.csv", "none"), "--rate", "0.1"], "whole numbers of steps", "0.5");
        Fails(2, [.. Words("dense", "inf", "y.csv", "none"), "--rate", "0.1"], "whole numbers of steps");
        Fails(2, [.. words, "--rate", "0"], "--rate above 0");
        Fails(2, [.. words, "--momentum", "0.5"], "--rate with --momentum");
        Fails(2, [.. words, "--rate", "0.1", "--nesterov"], "--momentum with --nesterov");
        Fails(2, [.. words, "--rate", "0.1", "--momentum", "1"], "--momentum below 1");
        Fails(1, [.. Words("dense", "100000", "y.csv", "none"), "--rate", "0.6"], "diverged");
    }

    [Theory]
    [InlineData("ntk")]
    [InlineData("nngp")]
    public void Deviations_are_the_roots_of_the_variances(string kernel)
    {
        Put("x.npy", Samples(6, 3));
        Put("y.npy", Samples(6, 2));
        Put("z.npy", Samples(4, 3));
        Flow(Net, "0,3,inf", "--x2", "z.npy", "--kernel", kernel);
        var (mean, covariance) = (Read("flow/mean.npy"), Read("flow/covariance.npy"));
        File.Delete(Place("flow/covariance.npy"));
        Flow(Net, "0,3,inf", "--x2", "z.npy", "--kernel", kernel, "--deviations");
        var deviations = Read("flow/deviations.npy");
        Assert.Equal([3, 4], deviations.Shape);
        Assert.Equal(mean.Values, Read("flow/mean.npy").Values);
        Assert.False(File.Exists(Place("flow/covariance.npy")));
        for (var t = 0; t < 3; t++)
        {
            for (var i = 0; i < 4; i++)
            {
                Assert.Equal(covariance.Values[16 * t + 5 * i], Math.Pow(deviations.Values[4 * t + i], 2), 1e-10);
            }
        }
    }

    [Fact]
    public void Another_loss_has_a_mean_alone()
    {
        // df/dt = 4/(1 + e^f) for one sample with y = 1 and kernel 4, so that f + e^f - 1 = 4 t.
        Put("x.csv", "2\n");
        Put("y.csv", "1\n");
        Flow("dense", "0,1,2.5", "--loss", "logistic");
        Assert.Equal(["mean.npy"], Directory.GetFiles(Place("flow")).Select(f => Path.GetFileName(f)!));
        var mean = Read("flow/mean.npy");
        Numbers.Near([0, 4, 10], mean.Values.Select(f => f + Math.Exp(f) - 1), 1e-6);
        string[] words = [.. Words("dense", "0,1", "y.csv", "none"), "--loss", "logistic"];
        Fails(2, [.. words, "--ridge", "0.1"], "--ridge goes with --loss squared");
        Fails(2, [.. words, "--deviations"], "--deviations goes with --loss squared");
        Fails(2, [.. words, "--rate", "1"], "--rate goes with --loss squared");
        Fails(2, [.. Words("dense", "1,0", "y.csv", "none"), "--loss", "logistic"], "ascending");
        Fails(2, [.. Words("dense", "0,inf", "y.csv", "none"), "--loss", "softmax"], "finite --times");
        Put("y.csv", "2\n");
        Fails(2, words, "-1 and 1");
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
