using Xunit;

namespace HadamardNtk.Api.Tests.Finite;

public class WidthAdviceTests
{
    private static readonly Network Relu = Network.Parse("dense(w=1.41421356) relu dense");
    private static readonly Matrix X = Samples.Random(3, 4, 1);

    [Fact]
    public void Products_of_relu_factors_have_the_widths_of_their_closed_forms()
    {
        double[] widths = [1200, 7600, 42800, 241520];
        for (var n = 1; n <= 4; n++)
        {
            var advice = WidthAdvice.ReluProduct(n);
            Assert.Equal((0.05, widths[n - 1], 0.0, false), (advice.Tolerance, advice.Width, advice.StandardError, advice.IsRough));
            Assert.Equal((advice.Width, advice.Width), (advice.LeastWidth, advice.MostWidth));
            Assert.Null(advice.Row);
            Assert.Empty(advice.Rows);
        }

        Assert.Equal(107, WidthAdvice.ReluProduct(3, 0.5).Constant, 1e-12);
        Assert.Equal(428, WidthAdvice.ReluProduct(3, 0.5).Width);
        Assert.Equal(16.43430684, WidthAdvice.ReluSkipProduct(3).Constant, 1e-8);
        Assert.Equal(6574, WidthAdvice.ReluSkipProduct(3).Width);
        Assert.Equal(1200, WidthAdvice.ReluSkipProduct(1).Width);
        Assert.InRange(WidthAdvice.ReluProduct(250).Width, 1e195, 1e199);
    }

    [Fact]
    public void An_estimate_is_made_of_the_kernels_of_each_seed_and_is_for_the_worst_row()
    {
        var network = Network.Parse("dense(b=0.5) relu dense(b=0.1)");
        var advice = WidthAdvice.Of(network, X, 0.1, new() { Pilot = 16, Seeds = 20, Seed = 7 });
        double[][] kernels = [.. Enumerable.Range(7, 20).Select(s => FiniteNetwork.Create(network, 16, 4, s).Ntk().Diagonal(X))];
        Assert.Equal(3, advice.Rows.Count);
        for (var i = 0; i < 3; i++)
        {
            var mean = kernels.Average(k => k[i]);
            var variance = kernels.Sum(k => (k[i] - mean) * (k[i] - mean)) / 19;
            Assert.Equal(16 * variance / (mean * mean), advice.Rows[i].Value, 1e-12);
        }

        var worst = advice.Rows.Max(row => row.Value);
        Assert.Equal(worst, advice.Rows[advice.Row!.Value].Value);
        Assert.Equal((worst, advice.Rows[advice.Row.Value].StandardError), (advice.Constant, advice.StandardError));
        Assert.Equal(Math.Ceiling(worst / 0.01), advice.Width);
        Assert.Equal(Math.Max(1, Math.Ceiling((worst - (2 * advice.StandardError)) / 0.01)), advice.LeastWidth);
        Assert.Equal(Math.Ceiling((worst + (2 * advice.StandardError)) / 0.01), advice.MostWidth);
    }

    [Fact]
    public void An_estimate_agrees_with_the_closed_form_and_does_not_depend_on_threads()
    {
        WidthOptions options = new() { Pilot = 400, Seeds = 400, Threads = 2 };
        var advice = WidthAdvice.Of(Relu, X, options: options);
        Assert.False(advice.IsRough);
        Assert.All(advice.Rows, row => Assert.Equal(3, row.Value, 5 * row.StandardError));
        Assert.InRange(advice.StandardError, 0.1, 0.4);
        Assert.InRange(advice.Width, advice.LeastWidth, advice.MostWidth);
        Assert.Equal(advice.Rows, WidthAdvice.Of(Relu, X, options: options with { Threads = 1 }).Rows);
    }

    [Fact]
    public void Heavy_tails_make_it_rough()
    {
        var product = Network.Parse("hadamard(" + string.Join(", ", Enumerable.Repeat("dense relu", 6)) + ") dense");
        var advice = WidthAdvice.Of(product, X.SelectRows(0, 1), 0.05, new() { Pilot = 64, Seeds = 16 });
        Assert.True(advice.IsRough);
        Assert.True(advice.Width < 0.5 * WidthAdvice.ReluProduct(6).Width);
    }

    [Fact]
    public void A_network_whose_kernel_is_the_same_for_all_seeds_needs_one_channel()
    {
        foreach (var text in new[] { "dense", "dense(trained=false) layer_norm dense" })
        {
            var advice = WidthAdvice.Of(Network.Parse(text), X, 0.05, new() { Seeds = 3 });
            Assert.Equal((0.0, 1.0, 1.0, false), (advice.Constant, advice.Width, advice.MostWidth, advice.IsRough));
        }
    }

    [Fact]
    public void What_has_no_advice_is_refused_by_name()
    {
        Assert.Throws<ArgumentNullException>("network", () => WidthAdvice.Of(null!, X));
        Assert.Throws<ArgumentNullException>("x", () => WidthAdvice.Of(Relu, null!));
        Assert.Throws<ArgumentException>("x", () => WidthAdvice.Of(Relu, Matrix.Wrap([], 0, 4)));
        Assert.Throws<ArgumentException>("network", () => WidthAdvice.Of(Network.Parse("dense(width=9) relu dense"), X));
        Assert.Throws<ArgumentException>("options", () => WidthAdvice.Of(Relu, X, 0.05, new() { Seed = long.MaxValue - 5 }));
        Assert.All([0, -1, 1.1, double.NaN], tolerance => Assert.Throws<ArgumentException>("tolerance", () => WidthAdvice.Of(Relu, X, tolerance)));
        Assert.Throws<ArgumentException>("degree", () => WidthAdvice.ReluProduct(0));
        Assert.Throws<ArgumentException>("degree", () => WidthAdvice.ReluSkipProduct(251));
        Assert.Throws<ArgumentException>("tolerance", () => WidthAdvice.ReluProduct(1, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new WidthOptions { Pilot = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new WidthOptions { Seeds = 2 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new WidthOptions { Threads = 0 });
        WidthOptions few = new() { Pilot = 4, Seeds = 3 };
        Assert.Contains("row 1", Assert.Throws<ArgumentException>("x", () => WidthAdvice.Of(Relu, new double[,] { { 1 }, { 0 } }, 0.05, few)).Message);
        Assert.Contains("trained", Assert.Throws<ArgumentException>("x", () => WidthAdvice.Of(Network.Parse("dense(trained=false)"), X, 0.05, few)).Message);
        Assert.Contains("row 1", Assert.Throws<ArithmeticException>(() => WidthAdvice.Of(Relu, new double[,] { { 1 }, { 1e200 } }, 0.05, few)).Message);
    }

    [Fact]
    public void It_reports_each_seed_and_can_be_canceled()
    {
        var log = new Shares();
        WidthAdvice.Of(Relu, X, 0.05, new() { Pilot = 4, Seeds = 8, Threads = 1, Progress = log });
        Assert.Equal(Enumerable.Range(1, 8).Select(s => s / 8.0), log.All);
        Assert.ThrowsAny<OperationCanceledException>(() => WidthAdvice.Of(Relu, X, 0.05, null, new CancellationToken(true)));
    }

    private sealed class Shares : IProgress<double>
    {
        internal List<double> All { get; } = [];

        public void Report(double value) => All.Add(value);
    }
}
