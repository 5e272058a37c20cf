using Xunit;

namespace HadamardNtk.Cli.Tests;

/// <summary>A few golden kernels through files and the real process; the core's tests go through all of them.</summary>
public class GoldenGramTests : CommandLine
{
    [Theory]
    [InlineData("relu_3_bias", 1e-12)]
    [InlineData("erf_2", 1e-12)]
    [InlineData("tanh", 1e-11)]
    [InlineData("sigmoid_edge", 1e-10)]
    [InlineData("mish_edge", 1e-11)]
    [InlineData("hadamard_mixed", 1e-12)]
    [InlineData("ncp_skip_2", 1e-13)]
    [InlineData("concat_2", 1e-12)]
    [InlineData("layer_norm", 1e-12)]
    [InlineData("standard_parameterisation", 1e-12)]
    [InlineData("frozen_factor", 1e-12)]
    public void A_gram_file_holds_the_golden_kernel(string name, double tolerance)
    {
        var (net, inputs) = TestData.GoldenCase(name);
        Gram(net, inputs, "ntk").IsNear(TestData.GoldenKernel(name, "ntk"), tolerance);
        Gram(net, inputs, "nngp").IsNear(TestData.GoldenKernel(name, "nngp"), tolerance);
    }

    [Theory]
    [InlineData("refuse_nongaussian")]
    [InlineData("refuse_uneven_channels")]
    public void A_network_that_must_be_refused_is_refused(string name)
    {
        var (net, inputs) = TestData.GoldenCase(name);
        Fails(2, ["gram", "--net", net, "--x", TestData.GoldenInput(inputs), "--out", "K.npy"], "refused");
        Assert.Empty(Names());
    }

    [Fact]
    public void A_network_that_was_refused_once_is_exact()
    {
        const string name = "refuse_shared_factor";
        var (net, inputs) = TestData.GoldenCase(name);
        Gram(net, inputs, "ntk").IsNear(TestData.GoldenKernel(name, "ntk"), 1e-12);
    }

    private Npy Gram(string net, string inputs, string kernel)
    {
        Run("gram", "--net", net, "--x", TestData.GoldenInput(inputs), "--kernel", kernel, "--out", "K.npy").Succeeded();
        Assert.Equal(["K.npy", "K.npy.json"], Names());
        return Read("K.npy");
    }
}
