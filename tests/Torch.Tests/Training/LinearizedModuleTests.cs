using HadamardNtk.Torch.Tests.Device;
using HadamardNtk.Torch.Tests.Modules;
using TorchSharp;
using Xunit;
using Tensor = TorchSharp.torch.Tensor;
using TensorModule = TorchSharp.torch.nn.Module<TorchSharp.torch.Tensor, TorchSharp.torch.Tensor>;
using static TorchSharp.torch.nn;

namespace HadamardNtk.Torch.Tests.Trainers;

/// <summary>A linearized module: its function, and its training, which is descent along the tangent kernel.</summary>
public sealed class LinearizedModuleTests : IDisposable
{
    private readonly IDisposable _scope = Tensors.Scope();

    public void Dispose() => _scope.Dispose();

    public static TheoryData<string> Networks =>
    [
        "dense(b=0.5) tanh dense(b=0.1,width=2)",
        "dense (let d = dense(b=0.5) in hadamard(d tanh, d d erf)) dense(width=2,param=standard,b=0.2)",
        "dense (let d = dense(b=0.5) in sum(d sin, d d, d erf dense, constant(c=2))) layer_norm(eps=0.1) dense(width=2)",
        "concat(identity, dense erf, constant dense(b=1), weights=3:3:2) hadamard(dense, dense(trained=false) gelu) dense(width=2)",
        "TorchSharp",
    ];

    [Theory]
    [MemberData(nameof(Networks))]
    public void It_is_the_function_to_first_order_in_the_changes(string text)
    {
        using var module = Module(text);
        var (x, linearized) = (Small.Samples(1, 6, 3), LinearizedModule.Of(module));
        var f = module.call(x);
        Assert.True(linearized.call(x).allclose(f, 1e-13, 1e-13));
        var changes = linearized.Changes.ToDictionary(p => p.Key, p => Small.Samples(p.Key.Length, p.Value.shape));
        Set(linearized, changes);
        var change = Small.Get(linearized.call(x) - f);

        // Central differences of f along the changes.
        double[] At(double h)
        {
            using var still = torch.no_grad();
            foreach (var (name, parameter) in module.named_parameters().Where(p => changes.ContainsKey(p.name)))
            {
                parameter.add_(changes[name] * h);
            }

            return Small.Get(module.call(x));
        }

        const double step = 1e-5;
        var (after, before) = (At(step), At(-2 * step));
        var expected = after.Zip(before, (a, b) => (a - b) / (2 * step)).ToArray();
        Small.Agree(Matrix.Wrap(expected, 6, 2), Matrix.Wrap(change, 6, 2), 1e-7);
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public void Its_gradients_are_products_with_the_Jacobian(string text)
    {
        using var module = Module(text);
        var (x, linearized, v) = (Small.Samples(1, 6, 3), LinearizedModule.Of(module), Small.Samples(2, 6, 2));
        Set(linearized, linearized.Changes.ToDictionary(p => p.Key, p => Small.Samples(p.Key.Length, p.Value.shape)));
        torch.autograd.backward([linearized.call(x).mul(v).sum()], inputs: [.. linearized.parameters()]);
        module.zero_grad();
        module.call(x).mul(v).sum().backward();
        foreach (var (name, parameter) in module.named_parameters().Where(p => p.parameter.requires_grad))
        {
            Assert.True(linearized.Changes[name].grad!.allclose(parameter.grad!, 1e-10, 1e-11), name);
        }
    }

    // Gradient descent on the changes is gradient descent in function space along Theta_m; Nesterov's stored point is
    // the one that looks ahead, so that only heavy balls are compared.
    [Theory]
    [InlineData("dense(b=0.5) tanh dense(b=0.1)", 0)]
    [InlineData("hadamard(dense relu, dense relu) dense", 0.8)]
    [InlineData("TorchSharp", 0.5)]
    public void Its_training_is_kernel_gradient_descent(string text, double beta)
    {
        using var module = Module(text.Replace(",width=2", ""), outputs: 1);
        var (x, points) = (Small.Samples(1, 12, 3), Small.Samples(3, 5, 3));
        var y = Small.Samples(2, 12);
        var kernel = ModuleTangentKernel.Create(module);
        var targets = Matrix.Wrap(Small.Get(y), 12, 1);
        var dynamics = TrainingDynamics.Create(kernel, x, targets, new() { InitialFunction = at => kernel.Outputs(at) });
        var momentum = beta == 0 ? Momentum.None : Momentum.HeavyBall(beta);
        var rate = dynamics.MaximumRate(momentum) / 3;
        var training = Training.Descent(rate, 200, momentum);
        var linearized = LinearizedModule.Of(module);
        ModuleTrainer.Train(linearized, x, y, new() { Epochs = 200, Optimizer = ModuleOptimizer.Sgd(rate, momentum) });
        var expected = dynamics.At(points).Mean(training);
        var trained = Matrix.Wrap(Small.Get(linearized.call(points)), 5, 1);
        Small.Agree(expected, trained, 1e-8);
        Small.Agree(expected, kernel.Fit(x, targets, training).Predict(points), 1e-8);
    }

    [Fact]
    public void Several_outputs_are_trained_by_the_kernel_of_all_pairs()
    {
        using var module = Module("dense(b=0.5) tanh dense(b=0.1,width=2)");
        var (x, points, y) = (Small.Samples(1, 8, 3), Small.Samples(3, 5, 3), Small.Samples(2, 8, 2));
        var (kernel, linearized) = (ModuleTangentKernel.Create(module), LinearizedModule.Of(module));
        ModuleTrainer.Train(linearized, x, y, new() { Epochs = 100, Optimizer = ModuleOptimizer.Sgd(0.5) });
        var fit = kernel.Fit(x, Matrix.Wrap(Small.Get(y), 8, 2), Training.Descent(0.5, 100));
        Small.Agree(fit.Predict(points), Matrix.Wrap(Small.Get(linearized.call(points)), 5, 2), 1e-9);
        Small.Agree(fit.Predict(points), Matrix.Wrap(Small.Get(fit.ToModule().call(points)), 5, 2), 1e-11);
        var flow = kernel.Fit(x, Matrix.Wrap(Small.Get(y), 8, 2), Training.Flow(double.PositiveInfinity));
        Small.Agree(kernel.Fit(x, Matrix.Wrap(Small.Get(y), 8, 2)).Predict(points), flow.Predict(points), 1e-6);
    }

    // A layer whose weight is frozen, or not part of the kernel, has its bias alone.
    [Theory]
    [InlineData("dense(b=0.5) tanh dense(b=0.1,width=2)", "dense1.bias")]
    [InlineData("dense(b=0.5) tanh dense(b=0.1,width=2)", "dense2.bias")]
    [InlineData("dense(b=0.5) tanh dense(b=0.1,width=2)", "dense1.weight")]
    public void The_change_of_a_part_of_the_parameters_is_that_of_the_fit(string text, string part)
    {
        using var module = Module(text);
        var (x, y, points) = (Small.Samples(1, 6, 3), Small.Samples(2, 6, 2), Small.Samples(3, 4, 3));
        var fit = ModuleTangentKernel.Create(module).Part(part).Fit(x, Matrix.Wrap(Small.Get(y), 6, 2), Ridge.Absolute(0.1));
        var trained = Matrix.Wrap(Small.Get(fit.ToModule().call(points)), 4, 2);
        Small.Agree(fit.Predict(points), trained, 1e-10);
        Assert.NotEqual(Small.Get(module.call(points)), trained.Data);
    }

    [Fact]
    public void What_is_trained_of_the_module_may_not_change_and_samples_need_no_gradient()
    {
        using var module = Module("TorchSharp");
        var (x, y) = (Small.Samples(1, 6, 3), Small.Numbers(2, 6, 2));
        var (fit, linearized) = (ModuleTangentKernel.Create(module).Fit(x, y, Ridge.Absolute(0.1)), LinearizedModule.Of(module));
        Set(linearized, linearized.Changes.ToDictionary(p => p.Key, p => Small.Samples(p.Key.Length, p.Value.shape)));
        var before = Small.Get(linearized.call(x));
        module.parameters().First().requires_grad = false;
        Assert.Contains("trained; they have changed", Assert.Throws<InvalidOperationException>(() => fit.Predict(x)).Message);
        Assert.Contains("'0.weight' requires none", Assert.Throws<InvalidOperationException>(() => linearized.call(x)).Message);
        module.parameters().First().requires_grad = true;
        Assert.Equal(before, Small.Get(linearized.call(x)));
        var asked = x.detach().requires_grad_();
        Assert.Contains("Detach the samples", Assert.Throws<NotSupportedException>(() => linearized.call(asked)).Message);
    }

    [Fact]
    public void A_module_without_second_derivatives_is_refused()
    {
        var layer = Small.Linear(3, 3);
        using var distances = new Custom(h => torch.cdist(layer.call(h), layer.weight!).sum(1), ("layer", layer));
        var linearized = LinearizedModule.Of(distances);
        Assert.Contains("second derivatives", Assert.Throws<InvalidOperationException>(() => linearized.call(Small.Samples(1, 4, 3))).Message);
    }

    [Fact]
    public void The_module_that_it_stands_on_keeps_its_parameters()
    {
        using var module = Module("dense(b=0.5) tanh dense(b=0.1,width=2)");
        var before = module.parameters().SelectMany(p => Small.Get(p)).ToArray();
        var linearized = LinearizedModule.Of(module);
        Assert.Equal(module.named_parameters().Select(p => p.name.Replace('.', '/')), linearized.named_parameters().Select(p => p.name));
        ModuleTrainer.Train(linearized, Small.Samples(1, 8, 3), Small.Samples(2, 8, 2), new() { Epochs = 5 });
        Assert.Equal(before, module.parameters().SelectMany(p => Small.Get(p)));
        Assert.All(module.parameters(), p => Assert.Null(p.grad));
    }

    private static void Set(LinearizedModule linearized, Dictionary<string, Tensor> changes)
    {
        using var still = torch.no_grad();
        foreach (var (name, change) in changes)
        {
            linearized.Changes[name].copy_(change);
        }
    }

    private static TensorModule Module(string text, int outputs = 2) => text == "TorchSharp"
        ? Small.Sequence(Small.Linear(3, 16), Tanh(), Small.Linear(16, outputs))
        : Network.Parse(text).ToModule(3, 16, seed: 2, Precision.Float64);
}
