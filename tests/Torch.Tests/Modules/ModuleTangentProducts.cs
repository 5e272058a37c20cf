using HadamardNtk.Torch.Tests.Device;
using TorchSharp;
using Xunit;
using Tensor = TorchSharp.torch.Tensor;
using TensorModule = TorchSharp.torch.nn.Module<TorchSharp.torch.Tensor, TorchSharp.torch.Tensor>;
using static TorchSharp.torch.nn;

namespace HadamardNtk.Torch.Tests.Modules;

/// <summary>What is done with a module's Jacobian without the kernel, and the module linearised.</summary>
public sealed class ModuleTangentProducts : IDisposable
{
    private const double Rounding = 1e-12;

    private readonly IDisposable _scope = Tensors.Scope();
    private readonly Tensor _x = Small.Samples(1, 5, 1, 4, 4);
    private readonly TensorModule _module = Mixed();

    public void Dispose()
    {
        _module.Dispose();
        _scope.Dispose();
    }

    [Fact]
    public void A_product_is_that_with_the_kernel_of_all_outputs()
    {
        var (kernel, v) = (ModuleTangentKernel.Create(_module), Small.Numbers(7, 5, 2));
        Small.Agree(Times(kernel.Gram(_x, TangentOutputs.All), v), kernel.MultiplyOutputs(_x, v), Rounding);
        var some = _x.narrow(0, 1, 3);
        Small.Agree(Times(kernel.Cross(some, _x, TangentOutputs.All), v), kernel.MultiplyOutputs(some, v, _x), Rounding);
    }

    [Fact]
    public void A_product_over_many_samples_is_the_sum_of_the_products_of_parts()
    {
        using var module = Small.Sequence(Small.Linear(2, 3), Tanh(), Small.Linear(3, 1));
        var (x, v) = (Small.Samples(2, 700, 2), Small.Numbers(3, 700, 1));
        var kernel = ModuleTangentKernel.Create(module);
        var parts = new[] { (0, 300), (300, 400) }.Select(p => kernel.MultiplyOutputs(x, v.SelectRows(p.Item1, p.Item2), x.narrow(0, p.Item1, p.Item2)));
        var sum = parts.Select(p => p.Data).Aggregate((a, b) => [.. a.Zip(b, (s, t) => s + t)]);
        Small.Agree(Matrix.Wrap(sum, 700, 1), kernel.MultiplyOutputs(x, v), Rounding);
    }

    [Fact]
    public void The_linearised_module_differs_from_the_module_by_the_square_of_the_change()
    {
        var kernel = ModuleTangentKernel.Create(_module);
        var change = _module.named_parameters().ToDictionary(p => p.name, p => Small.Samples(p.name.Length, p.parameter.shape));
        double Error(double h)
        {
            var linear = kernel.Linearized(_x, change.ToDictionary(p => p.Key, p => p.Value * h));
            using var moved = Mixed();
            foreach (var (name, parameter) in moved.named_parameters())
            {
                Small.Set(parameter, Small.Get(parameter.detach() + (change[name] * h)));
            }

            return ModuleTangentKernel.Create(moved).Outputs(_x).Data.Zip(linear.Data, (a, b) => Math.Abs(a - b)).Max();
        }

        var (coarse, fine) = (Error(2e-3), Error(1e-3));
        Assert.InRange(fine, 1e-9, 1e-2);
        Assert.InRange(coarse / fine, 3.8, 4.2);
    }

    [Fact]
    public void Parameters_without_a_change_stay_where_they_are()
    {
        var kernel = ModuleTangentKernel.Create(_module);
        var none = new Dictionary<string, Tensor>();
        Assert.Equal(kernel.Outputs(_x).Data, kernel.Linearized(_x, none).Data);
        var last = new Dictionary<string, Tensor> { ["3.bias"] = torch.ones(2, dtype: torch.ScalarType.Float64) };
        Small.Agree(Matrix.Wrap([.. kernel.Outputs(_x).Data.Select(f => f + 1)], 5, 2), kernel.Linearized(_x, last), Rounding);
    }

    [Fact]
    public void A_fit_without_ridge_meets_its_targets()
    {
        var y = Small.Numbers(9, 5, 2);
        var fit = ModuleTangentKernel.Create(_module).Fit(_x, y);
        Assert.Equal(0, fit.Ridge);
        Small.Agree(y, fit.Predict(_x), 1e-9);
    }

    [Fact]
    public void A_fit_predicts_by_the_kernel_of_all_outputs()
    {
        var kernel = ModuleTangentKernel.Create(_module);
        var (y, points) = (Small.Numbers(9, 5, 2), Small.Samples(11, 3, 1, 4, 4));
        var fit = kernel.Fit(_x, y, Ridge.Absolute(0.3));
        var gram = MathNet.Numerics.LinearAlgebra.Double.DenseMatrix.OfArray(kernel.Gram(_x, TangentOutputs.All).ToArray());
        var residual = MathNet.Numerics.LinearAlgebra.Double.DenseVector.OfEnumerable(
            y.Data.Zip(kernel.Outputs(_x).Data, (target, output) => target - output));
        var weights = (gram + (0.3 * MathNet.Numerics.LinearAlgebra.Double.DenseMatrix.CreateIdentity(10))).Solve(residual);
        Small.Agree(Matrix.Wrap(weights.ToArray(), 5, 2), fit.Weights, Rounding);
        var change = Times(kernel.Cross(points, _x, TangentOutputs.All), fit.Weights);
        Matrix expected = Matrix.Wrap([.. kernel.Outputs(points).Data.Zip(change.Data, (f, d) => f + d)], 3, 2);
        Small.Agree(expected, fit.Predict(points), Rounding);
        var moved = fit.Change.ToDictionary(
            p => p.Key, p => torch.tensor(p.Value.ToArray()).reshape(_module.named_parameters().First(q => q.name == p.Key).parameter.shape));
        Small.Agree(expected, kernel.Linearized(points, moved), Rounding);
    }

    [Fact]
    public void Descent_on_the_linearised_module_goes_to_the_fit()
    {
        using var module = Small.Sequence(Small.Linear(3, 8), Tanh(), Small.Linear(8, 2));
        var (x, y) = (Small.Samples(1, 3, 3), Small.Numbers(2, 3, 2));
        var kernel = ModuleTangentKernel.Create(module);
        var gram = kernel.Gram(x, TangentOutputs.All);
        var values = MathNet.Numerics.LinearAlgebra.Double.DenseMatrix.OfArray(gram.ToArray()).Evd().EigenValues.Select(v => v.Real).ToArray();
        var points = Small.Samples(4, 4, 3);
        var (train, test) = (kernel.Outputs(x).Data, kernel.Outputs(points).Data);
        var rate = 1 / values.Max();
        var steps = (int)(Math.Log(1e10) / (rate * values.Min()));
        Assert.InRange(steps, 1, 200_000);
        var cross = kernel.Cross(points, x, TangentOutputs.All);
        for (var t = 0; t < steps; t++)
        {
            Matrix gradient = Matrix.Wrap([.. y.Data.Zip(train, (target, f) => rate * (target - f))], 3, 2);
            train = [.. train.Zip(Times(gram, gradient).Data, (f, d) => f + d)];
            test = [.. test.Zip(Times(cross, gradient).Data, (f, d) => f + d)];
        }

        Small.Agree(Matrix.Wrap(test, 4, 2), kernel.Fit(x, y).Predict(points), 1e-7);
    }

    [Fact]
    public void A_fit_is_refused_once_the_module_has_changed()
    {
        var fit = ModuleTangentKernel.Create(_module).Fit(_x, Small.Numbers(9, 5, 2));
        var parameter = _module.parameters().First();
        var before = Small.Get(parameter);
        Small.Set(parameter, [.. before.Select(v => v + 1e-3)]);
        Assert.Contains("Fit again", Assert.Throws<InvalidOperationException>(() => fit.Predict(_x)).Message);
        Small.Set(parameter, before);
        Small.Agree(Small.Numbers(9, 5, 2), fit.Predict(_x), 1e-9);
    }

    [Fact]
    public void A_sample_twice_has_a_singular_kernel_which_is_refused_without_a_ridge()
    {
        var kernel = ModuleTangentKernel.Create(_module);
        var twice = torch.cat([_x, _x.narrow(0, 0, 1)], 0);
        Assert.Throws<NotPositiveDefiniteException>(() => kernel.Fit(twice, Small.Numbers(9, 6, 2)));
        Assert.True(kernel.Fit(twice, Small.Numbers(9, 6, 2), Ridge.Relative(1e-6)).Ridge > 0);
    }

    // n C x n' C times n' x C, taken as one vector.
    private static Matrix Times(Matrix all, Matrix v)
    {
        var product = new double[all.Rows];
        for (var i = 0; i < all.Rows; i++)
        {
            product[i] = all.Row(i).ToArray().Zip(v.Data, (a, b) => a * b).Sum();
        }

        return Matrix.Wrap(product, all.Rows / v.Columns, v.Columns);
    }

    private static TensorModule Mixed()
    {
        var convolution = Conv2d(1, 2, 3);
        convolution.to(torch.ScalarType.Float64);
        return Small.Sequence(convolution, Tanh(), Flatten(), Small.Linear(8, 2));
    }
}
