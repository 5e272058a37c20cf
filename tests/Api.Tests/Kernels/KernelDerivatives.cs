using Xunit;

namespace HadamardNtk.Api.Tests.Kernels;

/// <summary>The derivatives of kernels by hyper-parameters and by samples are those of differences of kernels.</summary>
public class KernelDerivatives
{
    private static readonly string[] Networks =
    [
        "(dense(w=1.4,b=0.1) relu)^2 dense(w=0.7)",
        "(dense(w=1.3,b=0.2) leaky_relu(alpha=0.2))^2 dense",
        "hadamard(dense(w=1.2,b=0.3) relu, dense(w=0.9) erf(b=1.2), sum(dense(w=0.6), constant)) dense",
        "hadamard(identity, dense(w=1.2,b=0.3) relu) dense(w=0.8)",
        "sum(dense(w=0.6,b=0.2) gelu, dense(w=1.1) sin(a=0.8,b=0.7,c=0.2)) dense layer_norm relu dense",
        "dense(w=1.1,b=0.2) sign dense",
        "dense(w=0.9,b=0.1) rbf(gamma=0.6) dense",
    ];

    // Ordinary rows, a row twice, a multiple, its opposite, one that is 1e-6 away and a row of zeros.
    private static Matrix HardRows()
    {
        var x = Samples.Random(9, 3, 5).Data;
        for (var k = 0; k < 3; k++)
        {
            (x[3 + k], x[6 + k], x[9 + k]) = (x[k], 2 * x[k], -x[k]);
            x[12 + k] = x[k] + 1e-6 * (k + 1);
            x[15 + k] = 0;
        }

        return Matrix.Wrap(x, 9, 3);
    }

    // Richardson's rule leaves an error of h^6 times the seventh derivative.
    private static Matrix Difference(Func<double, Matrix> at, double h)
    {
        double[] Along(double step) =>
            [.. at(step).Data.Zip(at(-step).Data, (above, below) => (above - below) / (2 * step))];
        double[] Refined(double factor, double[] coarse, double[] fine) =>
            [.. coarse.Zip(fine, (a, b) => b + ((b - a) / (factor - 1)))];
        var (first, second, third) = (Along(h), Along(h / 2), Along(h / 4));
        var found = Refined(16, Refined(4, first, second), Refined(4, second, third));
        var shape = at(0);
        return Matrix.Wrap(found, shape.Rows, shape.Columns);
    }

    public static TheoryData<int, KernelKind> Cases()
    {
        var data = new TheoryData<int, KernelKind>();
        foreach (var network in Enumerable.Range(0, Networks.Length))
        {
            data.Add(network, KernelKind.Nngp);
            data.Add(network, KernelKind.Ntk);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_derivative_by_a_parameter_is_that_of_differences_at_hard_rows_too(int index, KernelKind kind)
    {
        var (network, x) = (Network.Parse(Networks[index]), HardRows());
        var exact = new GramOptions { Backend = Backends.Exact };
        foreach (var parameter in network.Parameters.Where(parameter => parameter.Value != 0))
        {
            // The function sign has no smooth kernel beside its jump; its rows stay apart or equal.
            var rows = Networks[index].Contains("sign", StringComparison.Ordinal) ? Samples.Random(6, 3, 5) : x;
            var expected = Difference(
                step => network.With(parameter.Name, parameter.Value + step).Kernel(kind).Gram(rows, exact), 1e-2);
            var found = network.Kernel(kind).Derivative(parameter.Name).Gram(rows);
            // Differences of numbers rounded at 1e-16 over 1e-2/4 have twelve digits, and the step has nine.
            Assert.InRange(Samples.Worst(expected, found), 0, 2e-9 * (1 + Samples.Size(expected)));
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Every_backend_computes_the_derivatives_of_the_reference(int index, KernelKind kind)
    {
        var (network, x) = (Network.Parse(Networks[index]), Samples.Random(130, 4, 3));
        var derivative = network.Kernel(kind).Derivative("w");
        var truth = derivative.Gram(x, new() { Backend = Backends.Exact });
        foreach (var backend in Backends.All)
        {
            var found = derivative.Gram(x, new() { Backend = backend });
            Assert.InRange(Samples.Worst(truth, found), 0, 1e-10 * (1 + Samples.Size(truth)));
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_gradient_by_a_sample_is_that_of_differences(int index, KernelKind kind)
    {
        var kernel = Network.Parse(Networks[index]).Kernel(kind);
        var (x, other) = (Samples.Random(5, 3, 1), Samples.Random(4, 3, 2));
        double[] v = [0.3, -1.2, 0.7, 2];
        var exact = new GramOptions { Backend = Backends.Exact };
        var gradient = kernel.SampleGradient();
        var sums = gradient.Sum(x, other, v);
        for (var k = 0; k < 3; k++)
        {
            Matrix Moved(double step)
            {
                var moved = (double[])x.Data.Clone();
                for (var i = 0; i < 5; i++)
                {
                    moved[i * 3 + k] += step;
                }

                return kernel.Cross(Matrix.Wrap(moved, 5, 3), other, exact);
            }

            var expected = Difference(Moved, 4e-3);
            for (var i = 0; i < 5; i++)
            {
                var found = gradient.At(x.Row(i), other);
                for (var j = 0; j < 4; j++)
                {
                    Assert.InRange(Math.Abs(expected[i, j] - found[j, k]), 0, 2e-9 * (1 + Samples.Size(expected)));
                }

                var sum = Enumerable.Range(0, 4).Sum(j => v[j] * found[j, k]);
                Assert.InRange(Math.Abs(sum - sums[i, k]), 0, 1e-12 * (1 + Samples.Size(sums)));
            }
        }
    }

    [Fact]
    public void Parameters_have_names_for_all_layers_and_for_one()
    {
        var network = Network.Parse("dense(w=2,b=0.5) leaky_relu(alpha=0.25) (dense(w=3) relu)^2 dense(w=4,b=0.25)");
        Assert.Equal(
            ["w=2", "b=0.5", "leaky_relu.alpha=0.25"], network.Parameters.Select(parameter => parameter.ToString()));
        Assert.Equal(3, network.Parameter("w@2").Value);
        Assert.Equal(
            Network.Parse("dense(w=4,b=0.5) leaky_relu(alpha=0.25) (dense(w=6) relu)^2 dense(w=8,b=0.25)"),
            network.With("w", 4));
        Assert.Equal(
            Network.Parse("dense(w=2,b=1) leaky_relu(alpha=0.25) (dense(w=3) relu)^2 dense(w=4,b=0.5)"),
            network.With("b", 1));
        Assert.Equal(
            Network.Parse("dense(w=2,b=0.5) leaky_relu(alpha=0.25) (dense(w=7) relu)^2 dense(w=4,b=0.25)"),
            network.With("w@2", 7));
        Assert.Equal(-0.5, network.With("leaky_relu.alpha", -0.5).Parameter("leaky_relu.alpha").Value);
    }

    [Theory]
    [InlineData("width", "Expected a parameter of the network: w, b, leaky_relu.alpha, or of one layer alone, as w@1 to w@2; 'width' came.")]
    [InlineData("w@3", "'w@3' came.")]
    [InlineData("w@0", "'w@0' came.")]
    [InlineData("w@1@2", "'w@1@2' came.")]
    [InlineData("w@", "'w@' came.")]
    public void A_name_that_is_no_parameter_is_refused_with_those_there_are(string name, string message)
    {
        var network = Network.Parse("dense leaky_relu dense");
        Assert.Contains(message, Assert.Throws<ArgumentException>(() => network.Parameter(name)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("dense(b=0.1) tanh dense", "w", "no closed form")]
    [InlineData("dense(b=0.1) relu leaky_relu dense", "leaky_relu.alpha", "same signal as another activation")]
    [InlineData("sum(dense leaky_relu, dense leaky_relu) dense", "leaky_relu.alpha@1", "some of the layers that are written so vary")]
    public void A_derivative_that_is_not_known_is_refused(string network, string parameter, string reason)
    {
        var kernel = Network.Parse(network).Ntk();
        var refused = Assert.Throws<NetworkRefusedException>(() => kernel.Derivative(parameter));
        Assert.Contains(reason, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_option_of_a_network_without_a_closed_form_above_it_alone_has_a_derivative()
    {
        // No w below tanh varies, so that nothing is asked of its expectation.
        var network = Network.Parse("dense(w=1.1,b=0.3) tanh dense(w=0.7,b=0.2)");
        var x = Samples.Random(4, 3, 8);
        var expected = Difference(step => network.With("w@2", 0.7 + step).Ntk().Gram(x), 1e-2);
        Assert.InRange(Samples.Worst(expected, network.Ntk().Derivative("w@2").Gram(x)), 0, 1e-9);
    }

    [Theory]
    [InlineData("image(4x4x1) conv(w=1.4,b=0.2) relu avg_pool conv(w=0.9,b=0.1) erf global_avg_pool dense(w=0.8)")]
    [InlineData("hadamard(image(4x4x1) conv(w=1.2) relu, image(4x4x1) conv(w=0.7,b=0.3)) flatten dense(w=0.8)")]
    [InlineData("sequence(8x2) self_attention(kind=identity,scaling=root) dense(w=0.6,b=0.2) relu flatten dense")]
    public void A_derivative_on_positions_is_that_of_differences(string text)
    {
        var (network, x) = (Network.Parse(text), Samples.Random(5, 16, 3));
        foreach (var parameter in network.Parameters.Where(parameter => parameter.Value != 0))
        {
            var expected = Difference(step => network.With(parameter.Name, parameter.Value + step).Nngp().Gram(x), 1e-2);
            var found = network.Nngp().Derivative(parameter.Name);
            Assert.InRange(Samples.Worst(expected, found.Gram(x)), 0, 1e-9 * (1 + Samples.Size(expected)));
            Assert.Equal(found.Gram(x)[1, 3], found.Evaluate(x.Row(1), x.Row(3)), 1e-14);
        }
    }

    [Fact]
    public void Derivatives_on_positions_are_refused_where_they_are_not_known()
    {
        foreach (var attention in new[] { "self_attention", "self_attention(kind=identity)" })
        {
            var kernel = Network.Parse($"sequence(4x3) {attention} dense(w=0.5) relu flatten dense").Ntk();
            var refusal = Assert.Throws<NetworkRefusedException>(() => kernel.Derivative("w"));
            Assert.Contains("take kind=identity with scaling=root", refusal.Message, StringComparison.Ordinal);
        }

        var known = Network.Parse("sequence(4x3) conv(w=1.2) relu flatten dense").Ntk().Derivative("w");
        var exact = new GramOptions { Backend = Backends.Exact };
        Assert.Throws<NetworkRefusedException>(() => known.Gram(Samples.Random(3, 12, 1), exact));
    }
}
