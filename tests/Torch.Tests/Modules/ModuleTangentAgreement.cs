using HadamardNtk.Torch.Tests.Device;
using TorchSharp;
using TorchSharp.Modules;
using Xunit;
using Tensor = TorchSharp.torch.Tensor;
using TensorModule = TorchSharp.torch.nn.Module<TorchSharp.torch.Tensor, TorchSharp.torch.Tensor>;
using static TorchSharp.torch.nn;

namespace HadamardNtk.Torch.Tests.Modules;

/// <summary>The tangent kernel of a module is what it is by other ways.</summary>
public sealed class ModuleTangentAgreement : IDisposable
{
    // Two orders of the same sums of at most some thousand numbers.
    private const double Rounding = 1e-12;

    // The samples that go through a module at once.
    private const int Batch = 512;

    private readonly IDisposable _scope = Tensors.Scope();

    public void Dispose() => _scope.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_kernel_is_that_of_differences_of_the_module(bool hasBias)
    {
        using var module = Small.Sequence(Small.Linear(3, 4, hasBias), Tanh(), Small.Linear(4, 2, hasBias));
        var x = Small.Samples(1, 5, 3);
        Matrix expected = Small.ByDifferences(module, x);
        foreach (var form in Enum.GetValues<TangentForm>())
        {
            var kernel = ModuleTangentKernel.Create(module, new() { Form = form });
            Small.Agree(expected, kernel.Gram(x, TangentOutputs.All), 1e-8);
            Small.Agree(MeanOverOutputs(expected, 2), kernel.Gram(x), 1e-8);
        }
    }

    [Theory]
    [InlineData("dense(param=standard) relu dense(param=standard)", 1)]
    [InlineData("dense(param=standard,b=0.5) relu dense(param=standard,b=0.3,width=3)", 3)]
    public void The_kernel_is_that_of_the_finite_network_with_its_parameters(string text, int outputs)
    {
        var network = Network.Parse(text);
        var hasBias = text.Contains("b=");
        var finite = FiniteNetwork.Create(network, 7, 4, 3);
        using var module = Small.Sequence(Small.Linear(4, 7, hasBias), ReLU(), Small.Linear(7, outputs, hasBias));
        Copy(network, 7, 4, 3, module);
        var x = Small.Numbers(5, 6, 4);
        Small.Agree(finite.Outputs(x), ModuleTangentKernel.Create(module).Outputs(ToTensor(x)), Rounding);
        Small.Agree(finite.Ntk().Gram(x), ModuleTangentKernel.Create(module).Gram(ToTensor(x)), Rounding);
    }

    [Fact]
    public void Weights_scaled_by_their_fan_in_give_the_kernel_of_the_finite_network_in_that_parameterisation()
    {
        var network = Network.Parse("dense relu dense relu dense");
        var finite = FiniteNetwork.Create(network, 6, 4, 8);
        var layers = new[] { Small.Linear(4, 6, false), Small.Linear(6, 6, false), Small.Linear(6, 1, false) };
        Tensor Dense(int k, Tensor h) => layers[k].call(h) / Math.Sqrt(h.shape[1]);
        using var module = new Custom(
            x => Dense(2, Dense(1, Dense(0, x).relu()).relu()), [.. layers.Select((layer, k) => ($"dense{k}", (torch.nn.Module)layer))]);
        Copy(network, 6, 4, 8, module);
        var (rows, columns) = (Small.Numbers(5, 6, 4), Small.Numbers(6, 3, 4));
        var kernel = ModuleTangentKernel.Create(module);
        Assert.Equal(["dense0", "dense1", "dense2"], kernel.LayersWithoutJacobian(ToTensor(rows)));
        Small.Agree(finite.Ntk().Cross(rows, columns), kernel.Cross(ToTensor(rows), ToTensor(columns)), Rounding);
    }

    public static TheoryData<string, string[]> Modules => new()
    {
        { "relu", ["0", "2"] },
        { "tanh without biases", ["0", "2"] },
        { "gelu, three layers", ["0", "2", "4"] },
        { "one linear layer alone", [""] },
        { "one number for each sample", ["0"] },
        { "a layer used twice", ["square", "out"] },
        { "weights tied by another layer", ["out"] },
        { "a layer called by forward", ["out"] },
        { "a layer on sequences", ["3"] },
        { "convolution and linear", ["3"] },
        { "normalized", ["0", "3"] },
        { "a frozen first layer", ["2"] },
        { "a frozen weight", ["0", "2"] },
        { "a frozen bias", ["0", "2"] },
        { "a parameter of its own", ["linear"] },
        { "a layer that nothing follows", ["idle", "out"] },
        { "two linear branches multiplied", ["a", "b", "out"] },
        { "samples in another order inside", ["out"] },
    };

    [Theory]
    [MemberData(nameof(Modules))]
    public void Layers_and_Jacobians_give_the_same_kernel(string name, string[] layers)
    {
        var (module, x) = Make(name);
        using var owned = module;
        var (byLayers, byJacobian) =
            (ModuleTangentKernel.Create(module), ModuleTangentKernel.Create(module, new() { Form = TangentForm.Jacobian }));
        Assert.Equal(layers, byLayers.LayersWithoutJacobian(x));
        Assert.Empty(byJacobian.LayersWithoutJacobian(x));
        foreach (var outputs in Enum.GetValues<TangentOutputs>())
        {
            Small.Agree(byJacobian.Gram(x, outputs), byLayers.Gram(x, outputs), Rounding);
            var some = x.narrow(0, 1, 3);
            Small.Agree(byJacobian.Cross(some, x, outputs), byLayers.Cross(some, x, outputs), Rounding);
        }

        Small.Agree(Small.ByDifferences(module, x), byLayers.Gram(x, TangentOutputs.All), 1e-7);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void Blocks_of_any_size_give_the_same_kernel(int rows)
    {
        var (module, x) = Make("convolution and linear");
        using var owned = module;
        var (whole, blocks) = (ModuleTangentKernel.Create(module), ModuleTangentKernel.Create(module, new() { Rows = rows }));
        foreach (var outputs in Enum.GetValues<TangentOutputs>())
        {
            Small.Agree(whole.Gram(x, outputs), blocks.Gram(x, outputs), Rounding);
            Small.Agree(whole.Cross(x.narrow(0, 0, 3), x, outputs), blocks.Cross(x.narrow(0, 0, 3), x, outputs), Rounding);
            Small.Agree(whole.Cross(x, x.narrow(0, 0, 3), outputs), blocks.Cross(x, x.narrow(0, 0, 3), outputs), Rounding);
        }
    }

    [Fact]
    public void More_samples_than_go_through_at_once_give_the_kernel_of_each_pair()
    {
        using var module = Small.Sequence(Small.Linear(2, 3), Tanh(), Small.Linear(3, 1));
        var x = Small.Samples(2, Batch + 3, 2);
        var ends = torch.cat([x.narrow(0, 0, 2), x.narrow(0, Batch - 1, 4)], 0);
        var (gram, part) = (ModuleTangentKernel.Create(module).Gram(x), ModuleTangentKernel.Create(module).Gram(ends));
        int Row(int i) => i < 2 ? i : Batch - 3 + i;
        for (var i = 0; i < 36; i++)
        {
            Assert.Equal(part[i / 6, i % 6], gram[Row(i / 6), Row(i % 6)], Rounding * part.Data.Max());
        }
    }

    [Theory]
    [InlineData(TangentForm.Layers)]
    [InlineData(TangentForm.Jacobian)]
    public void A_Gram_matrix_is_symmetric_to_the_last_bit_and_positive_semidefinite(TangentForm form)
    {
        using var module = Small.Sequence(Small.Linear(3, 9), ReLU(), Small.Linear(9, 2));
        var gram = ModuleTangentKernel.Create(module, new() { Form = form, Rows = 17 }).Gram(Small.Samples(1, 40, 3), TangentOutputs.All);
        for (var i = 0; i < gram.Rows; i++)
        {
            for (var j = 0; j < i; j++)
            {
                Assert.Equal(gram[i, j], gram[j, i]);
            }
        }

        var values = MathNet.Numerics.LinearAlgebra.Double.DenseMatrix.OfArray(gram.ToArray()).Evd().EigenValues;
        Assert.InRange(values.Min(v => v.Real), -gram.Rows * Math.Pow(2, -50) * values.Max(v => v.Real), double.PositiveInfinity);
    }

    [Theory]
    [InlineData(TangentForm.Layers)]
    [InlineData(TangentForm.Jacobian)]
    public void A_float32_module_has_the_kernel_of_its_parameters_to_float32(TangentForm form)
    {
        using var wide = Small.Sequence(Small.Linear(5, 8), Tanh(), Small.Linear(8, 3));
        using var narrow = Sequential(Linear(5, 8), Tanh(), Linear(8, 3));
        foreach (var (a, b) in wide.parameters().Zip(narrow.parameters()))
        {
            Small.Set(b, Small.Get(a));
        }

        var x = Small.Samples(4, 6, 5);
        var options = new ModuleTangentOptions { Form = form };
        Small.Agree(
            ModuleTangentKernel.Create(wide, options).Gram(x, TangentOutputs.All),
            ModuleTangentKernel.Create(narrow, options).Gram(x.to_type(torch.ScalarType.Float32), TangentOutputs.All), 100 * Math.Pow(2, -24));
    }

    private static Matrix MeanOverOutputs(Matrix all, int count)
    {
        var n = all.Rows / count;
        var mean = new double[n, n];
        for (var i = 0; i < n * n; i++)
        {
            mean[i / n, i % n] = Enumerable.Range(0, count).Sum(o => all[(i / n * count) + o, (i % n * count) + o]) / count;
        }

        return mean;
    }

    private static Tensor ToTensor(Matrix x) => torch.tensor(x.Data, [x.Rows, x.Columns]);

    private static void Copy(Network network, int width, int features, long seed, torch.nn.Module module)
    {
        var values = Core.FiniteNetworkModule.parameters(Core.FiniteNetworkModule.create(width, features, seed, network.Core));
        var at = 0;
        foreach (var parameter in module.parameters())
        {
            Small.Set(parameter, values[at..(at += (int)parameter.numel())]);
        }

        Assert.Equal(values.Length, at);
    }

    private static (TensorModule Module, Tensor Samples) Make(string name)
    {
        var x = Small.Samples(1, 5, 4);
        var (square, @out) = (Small.Drawn(Small.Linear(4, 4), 10), Small.Drawn(Small.Linear(4, 2), 20));
        switch (name)
        {
            case "relu":
                return (Small.Sequence(Small.Linear(4, 6), ReLU(), Small.Linear(6, 3)), x);
            case "tanh without biases":
                return (Small.Sequence(Small.Linear(4, 6, false), Tanh(), Small.Linear(6, 3, false)), x);
            case "gelu, three layers":
                return (Small.Sequence(Small.Linear(4, 6), GELU(), Small.Linear(6, 5), GELU(), Small.Linear(5, 2)), x);
            case "one linear layer alone":
                return (square, x);
            case "one number for each sample":
                return (Small.Sequence(Small.Linear(4, 1), Flatten(0)), x);
            case "a layer used twice":
                return (new Custom(h => @out.call(square.call(square.call(h).tanh())), ("square", square), ("out", @out)), x);
            case "weights tied by another layer":
                return (new Custom(h => @out.call(functional.linear(square.call(h).tanh(), square.weight!)), ("square", square), ("out", @out)), x);
            case "a layer called by forward":
                return (new Custom(h => @out.call(square.forward(h).tanh()), ("square", square), ("out", @out)), x);
            case "a layer on sequences":
                return (Small.Sequence(square, Tanh(), Flatten(), Small.Linear(12, 2)), Small.Samples(1, 5, 3, 4));
            case "convolution and linear":
                return (Small.Sequence(Double(Conv2d(1, 2, 3)), Tanh(), Flatten(), Small.Linear(8, 2)), Small.Samples(1, 5, 1, 4, 4));
            case "normalized":
                var normalized = Small.Sequence(Small.Linear(4, 6), Double(BatchNorm1d(6)), Tanh(), Small.Linear(6, 2));
                normalized.eval();
                return (normalized, x);
            case "a frozen first layer":
                Freeze(square.weight!, square.bias!);
                return (Small.Sequence(square, Tanh(), @out), x);
            case "a frozen weight":
                Freeze(square.weight!);
                return (Small.Sequence(square, Tanh(), @out), x);
            case "a frozen bias":
                Freeze(square.bias!);
                return (Small.Sequence(square, Tanh(), @out), x);
            case "a parameter of its own":
                var scale = Parameter(Small.Samples(3, 4));
                return (new Custom(h => square.call(h * scale).tanh(), ("linear", square)).With("scale", scale), x);
            case "a layer that nothing follows":
                var idle = Small.Linear(4, 3);
                return (new Custom(h =>
                {
                    idle.call(h);
                    return @out.call(h.tanh());
                }, ("idle", idle), ("out", @out)), x);
            case "two linear branches multiplied":
                var second = Small.Drawn(Small.Linear(4, 4, false), 30);
                return (new Custom(h => @out.call(square.call(h) * second.call(h)), ("a", square), ("b", second), ("out", @out)), x);
            default:
                return (new Custom(h => @out.call(square.call(h.flip(0)).flip(0).tanh()), ("square", square), ("out", @out)), x);
        }
    }

    private static TensorModule Double(TensorModule module)
    {
        module.to(torch.ScalarType.Float64);
        return module;
    }

    private static void Freeze(params Tensor[] parameters) => Array.ForEach(parameters, p => p.requires_grad = false);
}
