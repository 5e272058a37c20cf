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
        { "convolution", "'1' (Conv2d)", "Sequential of Linear" },
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
