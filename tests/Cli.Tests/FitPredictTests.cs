using Xunit;

namespace HadamardNtk.Cli.Tests;

/// <summary>X = (2,0), (2,2) and the linear network: K = ((2,2),(2,4)), all by hand.</summary>
public class FitPredictTests : CommandLine
{
    public FitPredictTests()
    {
        Put("x.csv", "2,0\n2,2\n");
        Put("y.csv", "1\n2\n");
        Put("new.csv", "1,0\n");
    }

    [Fact]
    public void Two_samples_give_what_a_hand_computes()
    {
        // (K + I)^-1 = ((5,-2),(-2,3))/11; weights (1,4)/11; leave-one-out residuals weight/diagonal: 1/5, 4/3.
        var json = Run("fit", "--net", "dense", "--x", "x.csv", "--y", "y.csv", "--ridge", "1", "--model", "m", "--json")
            .Json("n", "outputs", "ridge", "loo_rmse", "log_marginal_likelihood", "seconds", "features");
        Assert.Equal((2, 1, 1), (json.GetProperty("n").GetInt32(), json.GetProperty("outputs").GetInt32(), json.GetProperty("ridge").GetInt32()));
        Assert.Equal(Math.Sqrt((1 / 25.0 + 16 / 9.0) / 2), json.GetProperty("loo_rmse").GetDouble(), 1e-14);
        var likelihood = -0.5 * 9 / 11 - 0.5 * Math.Log(11) - Math.Log(2 * Math.PI);
        Assert.Equal(likelihood, json.GetProperty("log_marginal_likelihood").GetDouble(), 1e-14);

        // k = (1,1), k(x,x) = 1/2.
        Put("true.csv", "1\n");
        var scores = Run("predict", "--model", "m", "--x", "new.csv", "--y", "true.csv", "--out", "Y.npy", "--std", "--json").Json();
        Near(Read("Y.npy"), [1, 1], 5.0 / 11);
        Near(Read("Y.std.npy"), [1], Math.Sqrt(0.5 - 4.0 / 11));
        Assert.Equal(6.0 / 11, scores.GetProperty("rmse").GetDouble(), 1e-14);
        Assert.False(scores.TryGetProperty("accuracy", out _));
        Assert.Equal(["Y.npy", "Y.std.npy", "m"], Names().Where(n => !n.Contains('/') && !n.EndsWith(".csv")));
    }

    [Fact]
    public void Several_outputs_are_fitted_side_by_side()
    {
        Put("y2.csv", "1,10\n2,20\n");
        Fit("dense", "y2.csv", "m", "--ridge", "1");
        Near(Predict("m", "new.csv"), [1, 2], 5.0 / 11, 50.0 / 11);
    }

    [Fact]
    public void Targets_may_have_one_dimension()
    {
        Put("y.npy", Npy.Bytes("<f8", "(2,)", System.Runtime.InteropServices.MemoryMarshal.AsBytes<double>([1, 2])));
        Fit("dense", "y.npy", "m", "--ridge", "1");
        Near(Predict("m", "new.csv"), [1, 1], 5.0 / 11);
    }

    [Fact]
    public void The_other_kernel_can_be_fitted()
    {
        // Of 'dense dense' the NNGP kernel is K, the NTK 2 K.
        Fit("dense dense", "y.csv", "a", "--ridge", "1", "--kernel", "nngp");
        Fit("dense dense", "y.csv", "b", "--ridge", "2");
        Near(Predict("a", "new.csv"), [1, 1], 5.0 / 11);
        Near(Predict("b", "new.csv"), [1, 1], 5.0 / 11);
    }

    [Fact]
    public void Unit_rows_forget_their_length_and_centered_rows_the_origin()
    {
        Put("x5.csv", "10,0\n10,10\n");
        Put("moved.csv", "9,3\n9,5\n");
        Put("new5.csv", "5,0\n");
        Put("newmoved.csv", "8,3\n");
        Fit(Relu, "y.csv", "a", "--ridge", "0.1", "--unit");
        FitOn("x5.csv", Relu, "y.csv", "b", "--ridge", "0.1", "--unit");
        Near(Predict("b", "new5.csv"), [1, 1], Predict("a", "new.csv").Values[0]);
        Fit(Relu, "y.csv", "c", "--ridge", "0.1", "--center");
        FitOn("moved.csv", Relu, "y.csv", "d", "--ridge", "0.1", "--center");
        Near(Predict("d", "newmoved.csv"), [1, 1], Predict("c", "new.csv").Values[0]);
    }

    [Fact]
    public void Training_samples_are_interpolated_at_a_small_ridge()
    {
        Put("x20.npy", Samples(20, 4));
        Put("y20.npy", Samples(20, 3, seed: 2));
        Run("fit", "--net", Relu, "--x", "x20.npy", "--y", "y20.npy", "--model", "m").Succeeded();
        var json = Run("predict", "--model", "m", "--x", "x20.npy", "--y", "y20.npy", "--out", "Y.npy", "--json").Json();
        Assert.InRange(json.GetProperty("rmse").GetDouble(), 0, 1e-5);
    }

    [Fact]
    public void Outputs_may_lack_the_suffix()
    {
        Fit("dense", "y.csv", "m", "--ridge", "1");
        Run("predict", "--model", "m", "--x", "new.csv", "--out", "Y", "--std").Succeeded();
        Near(Read("Y"), [1, 1], 5.0 / 11);
        Near(Read("Y.std.npy"), [1], Math.Sqrt(0.5 - 4.0 / 11));
    }

    [Fact]
    public void Shapes_that_do_not_fit_are_refused_with_both()
    {
        Put("y3.csv", "1\n2\n3\n");
        Fails(2, ["fit", "--net", "dense", "--x", "x.csv", "--y", "y3.csv", "--model", "m"], "2", "3");
        Fit("dense", "y.csv", "m");
        Fails(2, ["predict", "--model", "m", "--x", "y.csv", "--out", "Y.npy"], "2 features", "1");
        Fails(2, ["predict", "--model", "m", "--x", "x.csv", "--y", "y3.csv", "--out", "Y.npy"], "y3.csv", "2 x 1", "3 x 1");
        Fails(2, ["predict", "--model", "m", "--x", "x.csv", "--y", "x.csv", "--out", "Y.npy"], "x.csv", "2 x 1", "2 x 2");
        Fails(2, ["predict", "--model", "m", "--x", "x.csv", "--out", "none/Y.npy"], "none");
        Fails(2, ["predict", "--model", "m", "--x", "x.csv", "--out", "m", "--std"], "folder");
    }

    private void Fit(string net, string y, string model, params string[] options) => FitOn("x.csv", net, y, model, options);

    private void FitOn(string x, string net, string y, string model, params string[] options) =>
        Run(["fit", "--net", net, "--x", x, "--y", y, "--model", model, .. options]).Succeeded();

    private Npy Predict(string model, string x)
    {
        Run("predict", "--model", model, "--x", x, "--out", "P.npy").Succeeded();
        return Read("P.npy");
    }

    private static void Near(Npy array, int[] shape, params double[] expected)
    {
        Assert.Equal(shape, array.Shape);
        Numbers.Near(expected, array.Values, 1e-13);
    }
}
