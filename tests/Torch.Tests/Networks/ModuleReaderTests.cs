using HadamardNtk.Torch.Tests.Device;
using HadamardNtk.Torch.Tests.Modules;
using TorchSharp;
using TorchSharp.Modules;
using Xunit;
using TensorModule = TorchSharp.torch.nn.Module<TorchSharp.torch.Tensor, TorchSharp.torch.Tensor>;
using static TorchSharp.torch.nn;

namespace HadamardNtk.Torch.Tests.Networks;

/// <summary>The network that a module of TorchSharp is a reading of.</summary>
public sealed class ModuleReaderTests : IDisposable
{
    private readonly IDisposable _scope = Tensors.Scope();

    public void Dispose() => _scope.Dispose();

    [Fact]
    public void Layers_are_read_in_series_with_the_scales_of_their_parameters()
    {
        var (first, last) = (Linear(3, 4), Linear(4, 2, hasBias: false));
        init.constant_(first.weight!, 0.5);
        init.constant_(first.bias!, -0.25);
        init.constant_(last.weight!, 1.5);
        using var module = Sequential(Flatten(), first, Sequential(("norm", (TensorModule)LayerNorm(4, 1e-3, elementwise_affine: false)), ("act", ELU())), Identity(), last);
        var expected = Network.Parse(
            "dense(w=0.8660254037844386,b=0.25,width=4,param=standard) layer_norm(eps=0.001) elu dense(w=3,width=2,param=standard)");
        Assert.Equal(expected.ToString(), Network.FromModule(module).ToString());
        last.weight!.requires_grad = false;
        Assert.EndsWith("trained=false)", Network.FromModule(module).ToString());
    }

    [Fact]
    public void Every_activation_that_both_have_is_read()
    {
        var layers = new TensorModule[]
        {
            ReLU(), Tanh(), Sigmoid(), GELU(), SiLU(), Mish(), SELU(), ELU(), LeakyReLU(0.2), Softplus(), Identity(), Dropout(0),
        };
        Assert.Equal(
            ["relu", "tanh", "sigmoid", "gelu", "swish", "mish", "selu", "elu", "leaky_relu(alpha=0.2)", "softplus", "identity", "identity"],
            layers.Select(layer => Network.FromModule(layer).ToString()));
        var x = Small.Samples(1, 50, 1);
        foreach (var layer in layers)
        {
            using var back = Network.FromModule(layer).ToModule(1, 1, 0, Precision.Float64);
            Assert.True(back.call(x).allclose(layer.call(x), 1e-8, 1e-8), layer.GetType().Name);
        }
    }

    [Fact]
    public void Convolutions_and_means_are_read_for_any_size_of_images()
    {
        var (first, second, last) = (Conv2d(3, 4, 3, padding: 1), Conv2d(4, 5, 2, stride: 2, bias: false), Linear(5, 2, hasBias: false));
        foreach (var (weight, value) in new[] { (first.weight!, 0.5), (first.bias!, -0.25), (second.weight!, 0.25), (last.weight!, 1.5) })
        {
            init.constant_(weight, value);
        }

        using var module = Sequential(first, ReLU(), AvgPool2d(2), second, ELU(), AdaptiveAvgPool2d(1), Flatten(), last);
        var expected = Network.Parse(
            "conv(w=2.598076211353316,b=0.25,width=4,param=standard) relu avg_pool "
            + "conv(k=2,stride=2,pad=valid,w=1,width=5,param=standard) elu global_avg_pool dense(w=3.3541019662496847,width=2,param=standard)");
        var read = Network.FromModule(module);
        Assert.Equal(expected.ToString(), read.ToString());
        Assert.True(read.WithShape(SampleShape.Image(8, 8, 3)).BlockKernel().Gram(Matrix.Wrap([.. Enumerable.Range(0, 192).Select(i => Math.Sin(i))], 1, 192))[0, 0] > 0);
        using var circular = Sequential(Conv2d(3, 4, 5, padding: 2, padding_mode: PaddingModes.Circular), Flatten(), Linear(64, 1));
        Assert.StartsWith("patches(k=5,pad=circular) dense", Network.FromModule(circular).ToString());
        Assert.Contains(" flatten dense", Network.FromModule(circular).ToString());
    }

    /// <summary>A finite module of convolutions, on channels before positions, is the read network's at the same weights.</summary>
    [Fact]
    public void A_convolution_of_TorchSharp_is_that_of_the_notation()
    {
        using var layer = Conv2d(2, 3, 3, padding: Padding.Same, dtype: torch.float64);
        using var network = Network.FromModule(layer).WithShape(SampleShape.Image(4, 5, 2)).Then(Network.Input.Flatten())
            .ToModule(40, 1, 0, Precision.Float64);
        using var still = torch.no_grad();
        var own = network.Layers[0];

        // W is channels x (positions x channels) here, and channels x channels x height x width there.
        own.Weight.copy_(layer.weight!.permute(0, 2, 3, 1).reshape(3, 18));
        own.Bias!.copy_(layer.bias!);
        var x = Small.Samples(1, 6, 40);
        var there = layer.call(x.reshape(6, 4, 5, 2).permute(0, 3, 1, 2)).permute(0, 2, 3, 1).reshape(6, 60);
        Assert.True(network.call(x).allclose(there, 1e-12, 1e-12));
    }

    [Fact]
    public void A_network_that_was_made_a_module_comes_back()
    {
        var network = Network.Parse("hadamard(dense relu, dense(b=0.5) erf) dense");
        using var module = network.ToModule(3, 8, 1);
        Assert.Equal(network, Network.FromModule(module));
    }

    // The kernel of a wide module is near that of its network. Each of its entries is a mean over 1024 channels.
    [Fact]
    public void The_infinite_kernel_is_what_wide_modules_have()
    {
        using var module = Small.Sequence(Small.Linear(3, 1024), Tanh(), Small.Linear(1024, 1024), ReLU(), Small.Linear(1024, 1, hasBias: false));
        foreach (var (_, parameter) in module.named_parameters())
        {
            var fanIn = parameter.dim() == 2 ? parameter.shape[1] : 4;
            Small.Set(parameter, [.. Core.Draws.normals(parameter.numel(), (int)parameter.numel()).Select(z => z / Math.Sqrt(fanIn))]);
        }

        var x = Small.Samples(1, 4, 3);
        var limit = Network.FromModule(module).Ntk().Gram(Matrix.Wrap(Small.Get(x), 4, 3));
        Small.Agree(limit, ModuleTangentKernel.Create(module).Gram(x), 0.1);
    }

    [Fact]
    public void A_bias_of_zeros_that_is_trained_counts_in_the_tangent_kernel()
    {
        using var layer = Linear(3, 1);
        init.constant_(layer.weight!, 1);
        init.constant_(layer.bias!, 0);
        var gram = Network.FromModule(layer).Ntk().Gram(Matrix.Wrap([1, 2, 3], 1, 3));
        Assert.Equal(15, gram[0, 0], 1e-12);
    }

    public static TheoryData<string, string, string> Refusals => new()
    {
        { "convolution", "'1' (Conv2d)", "put it at the beginning" },
        { "a convolution in one dimension", "'0' (Conv1d)", "Sequential of Linear" },
        { "groups", "2 groups", "Network.Parse" },
        { "dilation", "a dilation", "Network.Parse" },
        { "padding", "does not keep the size", "Network.Parse" },
        { "channels of convolutions", "takes 5 channels and gets 4", "same width" },
        { "a convolution twice", "'2' (Conv2d)", "'let'" },
        { "linear on an image", "'1' (Linear)", "Flatten or AdaptiveAvgPool2d" },
        { "linear behind another number of channels", "takes 30 channels and gets 4", "same width" },
        { "padded means", "it has a padding", "Network.Parse" },
        { "means of a flat signal", "'1' (AvgPool2d)", "Sequential of Linear" },
        { "gelu by tanh", "'1' (GELU)", "Sequential of Linear" },
        { "dropout in training", "'1' (Dropout)", "Sequential of Linear" },
        { "norm behind relu", "'2' (LayerNorm)", "directly behind a linear layer" },
        { "norm with parameters", "'1' (LayerNorm)", "elementwise_affine: false" },
        { "twice", "'2' (Linear)", "'let'" },
        { "a shared weight", "'2' (Linear)", "'let'" },
        { "widths", "'1' (Linear)", "5 channels" },
        { "a bias alone", "'0' (Linear)", "train both" },
        { "inside", "'1.0' (Softsign)", "Sequential of Linear" },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public void What_cannot_be_read_is_refused_with_its_name(string which, string name, string mend)
    {
        using var module = Refused(which);
        var message = Assert.Throws<NotSupportedException>(() => Network.FromModule(module)).Message;
        Assert.Contains(name, message);
        Assert.Contains(mend, message);
    }

    private static Sequential Refused(string which)
    {
        var layer = Linear(3, 3);
        switch (which)
        {
            case "convolution":
                return Sequential(layer, Conv2d(1, 1, 3));
            case "a convolution in one dimension":
                return Sequential(Conv1d(1, 1, 3));
            case "groups":
                return Sequential(Conv2d(2, 4, 3, groups: 2));
            case "dilation":
                return Sequential(Conv2d(2, 4, 3, dilation: 2));
            case "padding":
                return Sequential(Conv2d(2, 4, 3, padding: 2));
            case "channels of convolutions":
                return Sequential(Conv2d(2, 4, 3), ReLU(), Conv2d(5, 4, 3));
            case "a convolution twice":
                var twice = Conv2d(4, 4, 3);
                return Sequential(twice, ReLU(), twice);
            case "linear on an image":
                return Sequential(Conv2d(2, 4, 3), Linear(4, 3));
            case "linear behind another number of channels":
                return Sequential(Conv2d(2, 4, 3), Flatten(), Linear(30, 3));
            case "padded means":
                return Sequential(Conv2d(2, 4, 3), AvgPool2d(3, padding: 1));
            case "means of a flat signal":
                return Sequential(layer, AvgPool2d(2));
            case "gelu by tanh":
                return Sequential(layer, GELU(TorchSharp.Modules.GELU.Approximate.tanh));
            case "dropout in training":
                return Sequential(layer, Dropout(0.5));
            case "norm behind relu":
                return Sequential(layer, ReLU(), LayerNorm(3, elementwise_affine: false));
            case "norm with parameters":
                return Sequential(layer, LayerNorm(3));
            case "twice":
                return Sequential(layer, ReLU(), layer);
            case "a shared weight":
                var other = Linear(3, 3);
                other.weight = layer.weight;
                return Sequential(layer, ReLU(), other);
            case "widths":
                return Sequential(layer, Linear(5, 3));
            case "a bias alone":
                layer.weight!.requires_grad = false;
                return Sequential(layer);
            default:
                return Sequential(layer, Sequential(Softsign()));
        }
    }
}
