using HadamardNtk.Torch.Tests.Device;
using TorchSharp;
using Xunit;
using Tensor = TorchSharp.torch.Tensor;
using TensorModule = TorchSharp.torch.nn.Module<TorchSharp.torch.Tensor, TorchSharp.torch.Tensor>;
using static TorchSharp.torch.nn;

namespace HadamardNtk.Torch.Tests.Modules;

/// <summary>The tangent kernel of a module as any other kernel: its mean over outputs.</summary>
public sealed class ModuleKernelTests : IDisposable
{
    private const double Rounding = 1e-12;

    private readonly IDisposable _scope = Tensors.Scope();

    public void Dispose() => _scope.Dispose();

    public static TheoryData<int, int> Products => new() { { 1, 1 }, { 1, 5 }, { 3, 2 }, { 3, 40 } };

    [Theory]
    [MemberData(nameof(Products))]
    public void A_product_is_that_with_the_mean_over_outputs(int outputs, int columns)
    {
        using var module = Net(outputs);
        var (kernel, x, v) = (ModuleTangentKernel.Create(module), Small.Samples(1, 7, 3), Small.Numbers(2, 7, columns));
        Small.Agree(Times(kernel.Gram(x), v), kernel.Multiply(x, v), Rounding);
        var some = Small.Samples(3, 4, 3);
        Small.Agree(Times(kernel.Cross(some, x), v), kernel.Multiply(some, v, x), Rounding);
        Assert.Contains("one for each column of K", Assert.Throws<ArgumentException>(() => kernel.Multiply(some, v)).Message);
    }

    [Theory]
    [InlineData(TangentForm.Layers)]
    [InlineData(TangentForm.Jacobian)]
    public void The_diagonal_is_the_one_of_the_matrix(TangentForm form)
    {
        using var module = Net(3);
        var (kernel, x) = (ModuleTangentKernel.Create(module, new() { Form = form, Rows = 3 }), Small.Samples(1, 7, 3));
        var gram = kernel.Gram(x);
        Small.Agree(Matrix.Wrap([.. Enumerable.Range(0, 7).Select(i => gram[i, i])], 7, 1), Matrix.Wrap(kernel.Diagonal(x), 7, 1), Rounding);
    }

    [Fact]
    public void Chosen_samples_are_those_of_the_tensor_and_all_of_them_are_a_copy()
    {
        using var module = Net(1);
        var (kernel, x) = (ModuleTangentKernel.Create(module), Small.Samples(1, 6, 2, 3));
        Assert.Equal(6, kernel.Count(x));
        foreach (var chosen in new int[][] { [4, 0, 4], [2, 3], [0, 1, 2, 3, 4, 5] })
        {
            var some = kernel.Select(x, chosen);
            Assert.Equal([chosen.Length, 2, 3], some.shape);
            Assert.All(Enumerable.Range(0, chosen.Length), k => Assert.True(some[k].Equals(x[chosen[k]])));
        }

        var (all, before) = (kernel.Select(x, [0, 1, 2, 3, 4, 5]), x.clone());
        x.zero_();
        Assert.True(all.Equals(before));
    }

    [Fact]
    public void A_Gaussian_process_with_the_kernel_of_a_module_is_the_one_of_the_formulas()
    {
        using var module = Net(2);
        var (kernel, x, points, y) = (ModuleTangentKernel.Create(module), Small.Samples(1, 9, 3), Small.Samples(2, 4, 3), Small.Numbers(3, 9, 2));
        var process = KernelRegression.Fit(kernel, x, y, new() { Ridge = Ridge.Absolute(0.1) });
        var (gram, cross) = (Wide(kernel.Gram(x)), Wide(kernel.Cross(points, x)));
        var inverse = (gram + (0.1 * MathNet.Numerics.LinearAlgebra.Double.DenseMatrix.CreateIdentity(9))).Inverse();
        x.zero_();
        var (mean, deviation, _) = process.Predict(points, Uncertainty.Deviation);
        Small.Agree(Narrow(cross * inverse * Wide(y)), mean, 1e-10);
        var variance = Wide(kernel.Gram(points)) - (cross * inverse * cross.Transpose());
        Small.Agree(Matrix.Wrap([.. variance.Diagonal().Select(Math.Sqrt)], 4, 1), Matrix.Wrap(deviation!, 4, 1), 1e-8);
    }

    [Fact]
    public void The_flow_from_the_outputs_of_a_module_ends_at_its_linearised_fit()
    {
        using var module = Net(1);
        var (kernel, x, points, y) = (ModuleTangentKernel.Create(module), Small.Samples(1, 5, 3), Small.Samples(2, 4, 3), Small.Numbers(3, 5, 1));
        var dynamics = TrainingDynamics.Create(kernel, x, y, new() { Ridge = Ridge.Absolute(0.3), InitialFunction = at => kernel.Outputs(at) });
        Small.Agree(kernel.Outputs(points), dynamics.At(points).Mean(Training.Flow(0)), Rounding);
        Small.Agree(kernel.Fit(x, y, Ridge.Absolute(0.3)).Predict(points), dynamics.At(points).Mean(Training.Flow(double.PositiveInfinity)), 1e-9);
    }

    [Fact]
    public void A_module_classifies()
    {
        using var module = Net(2);
        var x = Small.Samples(1, 40, 3);
        long[] labels = [.. Enumerable.Range(0, 40).Select(i => x[i, 0].ToDouble() > 0 ? 1L : 0L)];
        var kernel = ModuleTangentKernel.Create(module);
        Assert.Equal(labels, KernelClassifier.Fit(kernel, x, labels).Predict(x).Labels);
        Assert.InRange(SupportVectorMachine.Fit(kernel, x, labels, new() { Cost = 100 }).Predict(x).Zip(labels).Count(p => p.First == p.Second), 36, 40);
    }

    [Fact]
    public void Modules_drawn_from_seeds_have_a_mean_kernel_with_standard_errors()
    {
        var x = Small.Samples(1, 4, 3);
        Matrix Gram(long seed)
        {
            using var module = Small.Drawn(Net(2), 10 * (int)seed);
            return ModuleTangentKernel.Create(module).Gram(x);
        }

        var average = KernelAverage.Of([1, 2, 3], Gram);
        Matrix[] all = [Gram(1), Gram(2), Gram(3)];
        Assert.True(average.StandardError[0, 0] > 0);
        Assert.All(Enumerable.Range(0, 16), k => Assert.Equal(all.Average(one => one[k / 4, k % 4]), average.Mean[k / 4, k % 4], Rounding));
    }

    private static TensorModule Net(int outputs) =>
        Small.Sequence(Small.Linear(3, 16), Tanh(), Small.Linear(16, outputs));

    private static MathNet.Numerics.LinearAlgebra.Matrix<double> Wide(Matrix m) =>
        MathNet.Numerics.LinearAlgebra.Matrix<double>.Build.DenseOfRowMajor(m.Rows, m.Columns, m.Data);

    private static Matrix Narrow(MathNet.Numerics.LinearAlgebra.Matrix<double> m) => Matrix.Wrap(m.ToRowMajorArray(), m.RowCount, m.ColumnCount);

    private static Matrix Times(Matrix a, Matrix b) => Narrow(Wide(a) * Wide(b));
}
