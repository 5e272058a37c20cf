using static HadamardNtk.Core.Architecture;
using Xunit;

namespace HadamardNtk.Api.Tests.Networks;

public class BuilderTests
{
    public static TheoryData<string> Layers => [.. NetworkTable.Layers.Keys];

    public static TheoryData<string> Written => [.. NetworkTable.Written.Keys];

    public static TheoryData<string> Activations => [.. NetworkTable.Activations.Keys];

    [Theory]
    [MemberData(nameof(Layers))]
    public void A_built_layer_is_the_parsed_one_and_prints_its_text(string text)
    {
        var built = NetworkTable.Layers[text]();
        Assert.Equal(text, built.ToString());
        Same(Network.Parse(text), built);
    }

    [Theory]
    [MemberData(nameof(Written))]
    public void A_built_network_is_the_parsed_one_and_its_text_reads_back(string text)
    {
        var built = NetworkTable.Written[text]();
        Same(Network.Parse(text), built);
        Same(built, Network.Parse(built.ToString()));
    }

    [Theory]
    [MemberData(nameof(Activations))]
    public void A_built_activation_is_the_parsed_one_and_prints_its_text(string text)
    {
        var activation = NetworkTable.Activations[text]();
        Assert.Equal(text, activation.ToString());
        Assert.Equal(activation, NetworkTable.Activations[text]());
        Assert.Equal(activation.GetHashCode(), NetworkTable.Activations[text]().GetHashCode());
        var built = Network.Input.Dense().Apply(activation);
        Assert.Equal($"dense {text}", built.ToString());
        Same(Network.Parse($"dense {text}"), built);
    }

    [Fact]
    public void The_table_has_every_word_of_the_notation()
    {
        var texts = NetworkTable.Layers.Keys.Concat(NetworkTable.Written.Keys).Concat(NetworkTable.Activations.Keys);
        var known = string.Join(" ", texts).Split([' ', '(', ')', ',', '=', '^', '\n']).ToHashSet();
        Assert.Superset(LayerModule.reserved.ToHashSet(), known);
    }

    [Fact]
    public void Different_networks_and_activations_differ()
    {
        var networks = NetworkTable.Layers.Values.Select(build => build()).ToList();
        Assert.Equal(networks.Count, networks.Distinct().Count());
        var activations = NetworkTable.Activations.Values.Select(build => build()).ToList();
        Assert.Equal(activations.Count, activations.Distinct().Count());
        Assert.False(networks[0].Equals(null));
        Assert.False(activations[0].Equals(null));
        Assert.False(networks[0].Equals((object)"identity"));
    }

    [Fact]
    public void Appending_leaves_the_original_as_it_was()
    {
        var original = Network.Input.Dense(1.5);
        Func<Network, Network>[] steps =
        [
            n => n.Dense(), n => n.Relu(), n => n.Erf(), n => n.Gelu(), n => n.Tanh(), n => n.LayerNorm(), n => n.Bottleneck(2),
            n => n.Repeat(3), n => n.Then(n), n => n.Apply(Activation.Sign), n => Network.Sum(n, n), n => Network.Let("p", n, p => p),
        ];
        foreach (var step in steps)
        {
            Assert.NotEqual(original, step(original));
            Assert.Equal("dense(w=1.5)", original.ToString());
        }

        Assert.Equal("identity", Network.Input.ToString());
    }

    [Fact]
    public void Two_networks_from_one_beginning_share_nothing_else()
    {
        var trunk = Network.Input.Dense(1.5);
        var (relu, erf) = (trunk.Relu().Dense(), trunk.Erf().Dense());
        Assert.Equal("dense(w=1.5) relu dense", relu.ToString());
        Assert.Equal("dense(w=1.5) erf dense", erf.ToString());
    }

    [Fact]
    public void Series_compose_associatively()
    {
        var (a, b, c) = (Network.Input.Dense(), Network.Input.Apply(Activation.Relu), Network.Input.Dense(2));
        Same(a.Then(b).Then(c), a.Then(b.Then(c)));
        Same(Network.Parse("dense relu dense(w=2)"), a.Then(b.Then(c)));
        Same(a, Network.Input.Then(a));
    }

    [Fact]
    public void The_arrays_given_to_a_builder_may_be_changed_afterwards()
    {
        Network[] parts = [Network.Input.Dense(), Network.Input.Dense(2)];
        double[] weights = [1, 3];
        double[] coefficients = [0, 1];
        var built = Network.Concat(weights, parts).Dense().Apply(Activation.Polynomial(coefficients));
        (parts[0], weights[0], coefficients[1]) = (Network.Input, 7, 7);
        Assert.Equal("concat(dense, dense(w=2), weights=1:3) dense polynomial(c=0:1)", built.ToString());
    }

    [Fact]
    public void A_let_name_is_one_set_of_weights_and_a_copy_is_its_own()
    {
        // (W x)^2 with one W against the product of two independent layers: E z^4 = 3 k^2 and (E z^2)^2 = k^2.
        var shared = Network.Let("p", Network.Input.Dense(), p => Network.Hadamard(p, p)).Dense();
        var apart = Network.Hadamard(Network.Input.Dense(), Network.Input.Dense()).Dense();
        Assert.Equal(3, shared.Nngp().Evaluate([1.0], [1.0]), 1e-14);
        Assert.Equal(1, apart.Nngp().Evaluate([1.0], [1.0]), 1e-14);
    }

    [Fact]
    public void Operators_are_the_sum_and_the_product_of_two_networks()
    {
        var (a, b, c) = (Network.Input.Dense(), Network.Input.Dense(2).Relu(), Network.Input);
        Same(Network.Sum(a, b), a + b);
        Same(Network.Hadamard(a, b), a * b);
        Same(Network.Sum(a, Network.Hadamard(b, c)), a + b * c);
        Same(Network.Parse("sum(hadamard(dense, dense), identity) dense"), (a * a + c).Dense());
        Assert.Throws<ArgumentException>("networks", () => a + null!);
        Assert.Throws<ArgumentException>("networks", () => null! * a);
    }

    [Fact]
    public void Names_can_be_written_without_the_function()
    {
        var body = Network.Sum(Network.Name("p"), Network.Name("p").Dense());
        Same(Network.Let("p", Network.Input.Dense(), _ => body), Network.Parse("let p = dense in sum(p, p dense)"));
    }

    [Fact]
    public void The_weights_of_a_concat_are_proportions()
    {
        // Each part's kernel at k = 1 is its w^2: (1 * 1 + 3 * 4)/4.
        var concat = Network.Concat([2.0, 6.0], Network.Input.Dense(1), Network.Input.Dense(2)).Dense();
        Assert.Equal(13.0 / 4, concat.Nngp().Evaluate([1.0], [1.0]), 1e-14);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void A_ccp_has_the_kernel_of_its_formula(int degree)
    {
        // Before the read-out, with k = x.x'/d: Sigma = k (1+k)^(N-1), Theta = Sigma + (N-1) k^2 (1+k)^(N-2).
        double[] x = [0.5, -1.25], other = [1.5, 0.75];
        var k = (x[0] * other[0] + x[1] * other[1]) / 2;
        var sigma = k * Math.Pow(1 + k, degree - 1);
        var theta = sigma + (degree - 1) * k * k * Math.Pow(1 + k, degree - 2);
        var value = Network.Ccp(degree).Ntk().EvaluateBoth(x, other);
        Assert.Equal(sigma, value.Nngp, 1e-14);
        Assert.Equal(theta, value.Ntk, 1e-14);
    }

    private static void Same(Network expected, Network actual)
    {
        Assert.Equal(expected, actual);
        Assert.Equal(expected.GetHashCode(), actual.GetHashCode());
        Assert.Equal(expected.ToString(), actual.ToString());
    }
}
