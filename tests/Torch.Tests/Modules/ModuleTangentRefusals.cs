using HadamardNtk.Torch.Tests.Device;
using TorchSharp;
using Xunit;
using Tensor = TorchSharp.torch.Tensor;
using TensorModule = TorchSharp.torch.nn.Module<TorchSharp.torch.Tensor, TorchSharp.torch.Tensor>;
using static TorchSharp.torch.nn;

namespace HadamardNtk.Torch.Tests.Modules;

/// <summary>What has no tangent kernel is refused, with the reason.</summary>
public sealed class ModuleTangentRefusals : IDisposable
{
    private readonly IDisposable _scope = Tensors.Scope();
    private readonly Tensor _x = Small.Samples(1, 5, 4);

    public void Dispose() => _scope.Dispose();

    /// <summary>The first, the middle and the last sample show nothing of it.</summary>
    [Fact]
    public void A_layer_that_one_sample_among_many_uses_again_is_refused_by_its_name()
    {
        var (first, second) = (Small.Drawn(Small.Linear(4, 4), 10), Small.Drawn(Small.Linear(4, 2), 20));
        using var module = new Custom(
            t => second.call(first.call(t).tanh()) + (t.narrow(1, 0, 1) - 5).relu() * t.mm(first.weight!.t()).sum(dim: 1, keepdim: true),
            ("first", first), ("second", second));
        using var samples = Small.Samples(1, 9, 4);
        using (var entry = samples.select(0, 1).narrow(0, 0, 1))
        {
            entry.copy_(torch.tensor([8.0]));
        }

        var error = Assert.Throws<InvalidOperationException>(() => ModuleTangentKernel.Create(module).Gram(samples));
        Assert.Contains("'first' differently", error.Message);
        var exact = ModuleTangentKernel.Create(module, new() { Form = TangentForm.Jacobian });
        var theta = exact.Gram(samples, TangentOutputs.All);
        var one = Matrix.Wrap([.. Enumerable.Range(0, 18).Select(k => k == 3 ? 1.0 : 0)], 9, 2);
        var product = exact.MultiplyOutputs(samples, one);
        Assert.All(Enumerable.Range(0, 18), k => Assert.Equal(theta[k, 3], product.Data[k], 1e-9 * Math.Abs(theta[3, 3])));
    }

    [Fact]
    public void Batch_normalization_in_training_mode_is_refused_and_keeps_its_statistics()
    {
        using var module = Sequential(Small.Linear(4, 3), BatchNorm1d(3), Small.Linear(3, 1));
        module.to(torch.ScalarType.Float64);
        var before = module.named_buffers().Select(b => (b.name, Text(b.buffer))).ToArray();
        Refuses(module, "eval()", "buffer '1.running_mean'");
        Assert.NotEmpty(before);
        Assert.Equal(before, module.named_buffers().Select(b => (b.name, Text(b.buffer))));
        Assert.All(module.modules(), m => Assert.True(m.training));
        module.eval();
        Assert.True(ModuleTangentKernel.Create(module).Gram(_x)[0, 0] > 0);
        Assert.All(module.modules(), m => Assert.False(m.training));
    }

    [Fact]
    public void Normalization_over_the_batch_without_statistics_is_refused_in_either_mode()
    {
        using var module = new Custom(x => x - x.mean([0], true), ("linear", Small.Linear(4, 1)));
        using var linear = Small.Linear(4, 2);
        using var centered = Sequential(linear, module);
        Refuses(centered, "eval()", "depend on the other samples");
        centered.eval();
        Refuses(centered, "eval()", "depend on the other samples");
    }

    [Fact]
    public void Dropout_in_training_mode_is_refused_by_its_name_and_taken_in_evaluation_mode()
    {
        using var module = Sequential(Small.Linear(4, 3), Dropout(0.5), Small.Linear(3, 1));
        Refuses(module, "eval()", "layer '1' (Dropout)");
        module.eval();
        Assert.True(ModuleTangentKernel.Create(module).Gram(_x)[0, 0] > 0);
    }

    [Fact]
    public void Memory_that_does_not_suffice_is_no_fault_of_the_samples()
    {
        var linear = Small.Linear(4, 3);
        using var module = new Custom(
            _ => throw new System.Runtime.InteropServices.ExternalException("CUDA out of memory. Tried to allocate 2 GiB"),
            ("linear", linear));
        module.eval();
        var error = Assert.Throws<InsufficientMemoryException>(() => ModuleTangentKernel.Create(module).Gram(_x));
        Assert.Contains("at 5 samples", error.Message);
    }

    [Fact]
    public void Chance_in_a_module_of_another_kind_is_refused()
    {
        var linear = Small.Linear(4, 3);
        using var module = new Custom(x => functional.dropout(linear.call(x), 0.5, true), ("linear", linear));
        Refuses(module, "eval()", "or on chance");
    }

    [Fact]
    public void A_module_needs_parameters_that_require_a_gradient()
    {
        using var none = Sequential(ReLU());
        Assert.Contains("there is none", Assert.Throws<InvalidOperationException>(() => ModuleTangentKernel.Create(none)).Message);
        using var frozen = Small.Linear(4, 3);
        frozen.weight!.requires_grad = false;
        frozen.bias!.requires_grad = false;
        Assert.Contains("there is none", Assert.Throws<InvalidOperationException>(() => ModuleTangentKernel.Create(frozen)).Message);
        var linear = Small.Linear(4, 3);
        using var unused = new Custom(x => x, ("linear", linear));
        Refuses(unused, "depend on none");
    }

    [Fact]
    public void Parameters_of_half_precision_are_refused_by_name()
    {
        using var module = Sequential(Linear(4, 3));
        module.to(torch.ScalarType.BFloat16);
        var message = Assert.Throws<InvalidOperationException>(() => ModuleTangentKernel.Create(module)).Message;
        Assert.Contains("'0.weight' is BFloat16", message);
    }

    [Fact]
    public void Outputs_that_are_not_a_row_for_each_sample_are_refused()
    {
        using var module = Sequential(Small.Linear(4, 6), Unflatten(1, [2, 3]));
        Refuses(module, "n or n x C", "2 x 3");
        using var mean = Sequential(Small.Linear(4, 1), new Custom(x => x.mean()));
        Refuses(mean, "n or n x C", "[]");
    }

    [Fact]
    public void Samples_that_the_module_does_not_take_are_refused_with_what_it_says()
    {
        using var module = Small.Linear(3, 2);
        var kernel = ModuleTangentKernel.Create(module);
        var message = Assert.Throws<ArgumentException>(() => kernel.Gram(_x)).Message;
        Assert.Contains("x 4] Float64", message);
        Assert.DoesNotContain('\n', message);
        Assert.Contains("at least one sample", Assert.Throws<ArgumentException>(() => kernel.Gram(_x.narrow(0, 0, 0))).Message);
        Assert.Contains("[5 x 3] and [5 x 4]", Assert.Throws<ArgumentException>(() => kernel.Cross(Small.Samples(1, 5, 3), _x)).Message);
    }

    [Fact]
    public void Outputs_that_are_not_finite_are_refused_with_the_row()
    {
        using var module = Small.Linear(4, 2);
        var x = _x.clone();
        x.select(0, 3).fill_(double.NaN);
        Assert.Contains("row 3 ", Assert.Throws<ArithmeticException>(() => ModuleTangentKernel.Create(module).Gram(x)).Message);
    }

    [Fact]
    public void The_row_is_counted_over_all_that_go_through_in_turn()
    {
        using var module = Small.Linear(4, 2);
        var x = Small.Samples(2, 600, 4);
        x.select(0, 514).fill_(double.NaN);
        var kernel = ModuleTangentKernel.Create(module);
        foreach (Action work in new Action[] { () => kernel.Gram(x), () => kernel.MultiplyOutputs(x, Small.Numbers(1, 600, 2)), () => kernel.Outputs(x) })
        {
            Assert.Contains("row 514 ", Assert.Throws<ArithmeticException>(work).Message);
        }
    }

    [Fact]
    public void Derivatives_that_are_not_finite_are_refused_with_the_row()
    {
        using var module = Sequential(Small.Drawn(Small.Linear(4, 1, false), 1), new Custom(y => y.abs().sqrt()));
        var x = _x.clone();
        x.select(0, 1).zero_();
        foreach (var form in Enum.GetValues<TangentForm>())
        {
            var kernel = ModuleTangentKernel.Create(module, new() { Form = form });
            Assert.Contains("not finite", Assert.Throws<ArithmeticException>(() => kernel.Gram(x)).Message);
        }
    }

    [Fact]
    public void A_module_that_fails_backwards_is_refused()
    {
        var linear = Small.Linear(4, 2);
        using var module = new Custom(
            x =>
            {
                var y = linear.call(x).exp();
                var product = y * y;
                y.add_(1);
                return product;
            },
            ("linear", linear));
        Refuses(module, "fails backwards", "inplace");
    }

    [Fact]
    public void Vectors_and_targets_need_a_row_for_each_sample_and_a_column_for_each_output()
    {
        using var module = Small.Linear(4, 2);
        var kernel = ModuleTangentKernel.Create(module);
        foreach (var (rows, columns) in new[] { (4, 2), (5, 1) })
        {
            var wrong = Small.Numbers(1, rows, columns);
            Assert.Contains($"Expected 5 x 2 numbers", Assert.Throws<ArgumentException>(() => kernel.MultiplyOutputs(_x, wrong)).Message);
            Assert.Contains($"came {rows} x {columns}", Assert.Throws<ArgumentException>(() => kernel.Fit(_x, wrong)).Message);
        }
    }

    [Fact]
    public void Changes_need_names_and_shapes_of_parameters()
    {
        using var module = Small.Linear(4, 2);
        var kernel = ModuleTangentKernel.Create(module);
        Matrix Linearized(string name) => kernel.Linearized(_x, new Dictionary<string, Tensor> { [name] = torch.ones(3) });
        Assert.Contains("came 'wieght'", Assert.Throws<ArgumentException>(() => Linearized("wieght")).Message);
        Assert.Contains("[2 x 4]; came [3]", Assert.Throws<ArgumentException>(() => Linearized("weight")).Message);
    }

    [Fact]
    public void Blocks_have_at_least_one_row() =>
        Assert.Contains("not 0", Assert.Throws<ArgumentOutOfRangeException>(() => new ModuleTangentOptions { Rows = 0 }).Message);

    [Fact]
    public void The_work_stops_where_it_is_cancelled()
    {
        using var module = Small.Linear(4, 2);
        using var source = new CancellationTokenSource();
        source.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(() => ModuleTangentKernel.Create(module).Gram(_x, cancellation: source.Token));
    }

    private void Refuses(TensorModule module, params string[] words)
    {
        var message = Assert.Throws<InvalidOperationException>(() => ModuleTangentKernel.Create(module).Gram(_x)).Message;
        Assert.All(words, word => Assert.Contains(word, message));
        Assert.DoesNotContain('\n', message);
    }

    private static string Text(Tensor values) => string.Join(' ', Small.Get(values.to_type(torch.ScalarType.Float64)));
}
