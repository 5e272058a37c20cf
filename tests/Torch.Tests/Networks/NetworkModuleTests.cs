using HadamardNtk.Torch.Tests.Device;
using HadamardNtk.Torch.Tests.Modules;
using TorchSharp;
using Xunit;
using Tensor = TorchSharp.torch.Tensor;

namespace HadamardNtk.Torch.Tests.Networks;

/// <summary>A network as a module: its parameters, its files, and the kernels of its layers.</summary>
public sealed class NetworkModuleTests : IDisposable
{
    private const string Shared = "let d = dense(b=0.5) in hadamard(d tanh, d d erf) dense(width=3,param=standard,b=0.2)";

    private readonly IDisposable _scope = Tensors.Scope();

    public void Dispose() => _scope.Dispose();

    [Fact]
    public void Layers_are_named_in_the_order_of_their_draws_and_share_what_a_let_shares()
    {
        using var module = Read(Shared);
        Assert.Equal(
            ["dense1.weight", "dense1.bias", "dense2.weight", "dense2.bias"],
            module.named_parameters().Select(p => p.name));
        Assert.Equal([3, 8], module.Layers[1].Weight.shape);
        Assert.Equal((8, 3, 1.0, 1.0), (module.Layers[1].Inputs, module.Layers[1].Channels, module.Layers[1].Scale, module.Layers[1].Shift));
        Assert.Equal((1 / Math.Sqrt(8), 0.5), (module.Layers[0].Scale, module.Layers[0].Shift));
        Assert.Equal((8, 3, 8, 5L), (module.Features, module.Outputs, module.Width, module.Seed));
    }

    [Fact]
    public void Stated_widths_are_kept_layer_by_layer()
    {
        using var module = Read("dense(width=5) relu dense(width=7) relu dense relu dense");
        Assert.Equal([(8, 5), (5, 7), (7, 8), (8, 1)], module.Layers.Select(layer => (layer.Inputs, layer.Channels)));
    }

    [Fact]
    public void Layers_that_are_not_trained_need_no_gradient()
    {
        using var module = Read("dense(trained=false,b=1) relu dense");
        Assert.Equal([false, false, true], module.parameters().Select(p => p.requires_grad));
        Assert.Equal(["dense2.weight"], ModuleTangentKernel.Create(module).ParameterNames);
    }

    [Fact]
    public void A_file_of_TorchSharp_brings_the_parameters_back()
    {
        var path = Path.GetTempFileName();
        try
        {
            using var module = Read(Shared);
            module.save(path);
            using var other = Network.Parse(Shared).ToModule(8, 8, seed: 99, Precision.Float64);
            var x = Small.Samples(1, 4, 8);
            Assert.False(other.call(x).allclose(module.call(x)));
            other.load(path);
            Assert.True(other.call(x).equal(module.call(x)).all().ToBoolean());
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void It_moves_to_another_precision_as_any_module()
    {
        using var module = Read(Shared);
        using var single = Network.Parse(Shared).ToModule(8, 8, seed: 5);
        var x = Small.Samples(1, 4, 8);
        var expected = module.call(x);
        module.to(torch.float32);
        Assert.Equal(torch.float32, module.Layers[0].Weight.dtype);
        var outputs = module.call(x.to(torch.float32));
        Assert.True(outputs.equal(single.call(x.to(torch.float32))).all().ToBoolean());
        Assert.True(outputs.to(torch.float64).allclose(expected, 1e-4, 1e-5));
    }

    [Fact]
    public void Samples_of_other_features_and_functions_of_the_user_are_refused()
    {
        using var module = Read("dense relu dense");
        Assert.Contains("n x 8", Assert.Throws<ArgumentException>(() => module.call(Small.Samples(1, 4, 7))).Message);
        Assert.Contains("n x 8", Assert.Throws<ArgumentException>(() => module.call(Small.Samples(1, 8))).Message);
        var own = Network.Input.Dense().Apply(Activation.Custom("mine", Math.Atan)).Dense();
        Assert.Contains("mine", Assert.Throws<NotSupportedException>(() => own.ToModule(8, 8, 1)).Message);
    }

    [Theory]
    [InlineData(2, 3, 0)]
    [InlineData(2, 3, 1)]
    [InlineData(2, 3, 2)]
    [InlineData(-2, 2, 3)]
    [InlineData(0, 3, 2)]
    [InlineData(3, 0, 2)]
    public void Kinks_of_any_degree_have_both_of_their_sides(double a, double b, int k)
    {
        var (phi, x) = (Core.ActivationModule.kinked("kinked", a, b, k), Small.Samples(1, 20, 1));
        var expected = Small.Get(x).Select(v => phi.Function.Apply.Invoke(v)).ToArray();
        Small.Agree(Matrix.Wrap(expected, 20, 1), Matrix.Wrap(Small.Get(TensorActivation.Of(phi)(x)), 20, 1), 1e-14);
    }

    [Fact]
    public void The_parts_of_the_kernel_by_layers_are_what_it_adds_up()
    {
        using var module = Read(Shared);
        var (kernel, x) = (ModuleTangentKernel.Create(module), Small.Samples(1, 5, 8));
        var parts = kernel.Layers;
        Assert.Equal(["dense1", "dense2"], parts.Select(part => part.Name));
        var grams = parts.Select(part => part.Kernel.Gram(x)).ToArray();
        Small.Agree(kernel.Gram(x), Matrix.Wrap([.. grams[0].Data.Zip(grams[1].Data, (a, b) => a + b)], 5, 5), 1e-13);
        Assert.Equal(kernel.Trace(x), parts.Sum(part => part.Kernel.Trace(x)), 1e-10 * kernel.Trace(x));

        // A frozen layer leaves the other one's part.
        using var frozen = Read(Shared.Replace("dense(b=0.5)", "dense(b=0.5,trained=false)"));
        Small.Agree(ModuleTangentKernel.Create(frozen).Gram(x), grams[1], 1e-13);
        var jacobians = ModuleTangentKernel.Create(module, new() { Form = TangentForm.Jacobian }).Part("dense1.weight");
        Small.Agree(jacobians.Gram(x), kernel.Part("dense1.weight").Gram(x), 1e-12);
        Assert.Contains("dense3", Assert.Throws<ArgumentException>(() => kernel.Part("dense3")).Message);
    }

    [Fact]
    public void The_kernel_of_an_output_is_its_block_of_all_pairs()
    {
        using var module = Read(Shared);
        var x = Small.Samples(1, 5, 8);
        var all = ModuleTangentKernel.Create(module).Gram(x, TangentOutputs.All);
        for (var o = 0; o < 3; o++)
        {
            var kernel = ModuleTangentKernel.Create(module, new() { Output = o });
            var block = Matrix.Wrap([.. Enumerable.Range(0, 25).Select(k => all[(k / 5 * 3) + o, (k % 5 * 3) + o])], 5, 5);
            Small.Agree(block, kernel.Gram(x), 1e-13);
            var v = Small.Numbers(2, 5, 1);
            Small.Agree(Matrix.Wrap(Small.Get(torch.tensor(block.Data, [5, 5]).mm(torch.tensor(v.Data, [5, 1]))), 5, 1), kernel.Multiply(x, v), 1e-12);
        }

        var beyond = ModuleTangentKernel.Create(module, new() { Output = 3 });
        Assert.Contains("3 outputs", Assert.Throws<InvalidOperationException>(() => beyond.Gram(x)).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => new ModuleTangentOptions { Output = -1 });
    }

    private static NetworkModule Read(string text) => Network.Parse(text).ToModule(8, 8, seed: 5, Precision.Float64);
}
