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
    [InlineData("refuse_shared_factor")]
    [InlineData("refuse_nongaussian")]
    [InlineData("refuse_uneven_channels")]
    public void A_network_that_must_be_refused_is_refused_or_exact(string name)
    {
        var (net, inputs) = TestData.GoldenCase(name);
        var outcome = Run("gram", "--net", net, "--x", TestData.GoldenInput(inputs), "--out", "K.npy");
        if (outcome.Code == 0)
        {
            Read("K.npy").IsNear(TestData.GoldenKernel(name, "ntk"), 1e-12);
        }
        else
        {
            outcome.Failed(2, "refused");
            Assert.Empty(Names());
        }
    }

    private Npy Gram(string net, string inputs, string kernel)
    {
        Run("gram", "--net", net, "--x", TestData.GoldenInput(inputs), "--kernel", kernel, "--out", "K.npy").Succeeded();
        Assert.Equal(["K.npy", "K.npy.json"], Names());
        return Read("K.npy");
    }
}
