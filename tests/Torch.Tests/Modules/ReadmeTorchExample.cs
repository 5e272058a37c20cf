using HadamardNtk.Torch.Tests.Device;
using TorchSharp;
using Xunit;

namespace HadamardNtk.Torch.Tests.Modules;

/// <summary>The program of docs/gpu.md.</summary>
public class ReadmeTorchExample
{
    [Fact]
    public void The_program_of_the_page_computes_on_tensors_and_opens_a_module()
    {
        _ = Tensors.Backend();
        Matrix x = Tensors.Random(20, 4, 1), y = Tensors.Random(20, 3, 2);
        using var module = torch.nn.Sequential(torch.nn.Linear(4, 64), torch.nn.ReLU(), torch.nn.Linear(64, 3));
        using var samples = torch.randn([20, 4]);
        using var points = torch.randn([5, 4]);

        // <readme>
        if (!TorchBackend.TryCreate("cuda", out var backend, out var reason))
        {
            Console.WriteLine(reason);                              // no GPU, no driver, no libtorch: in one line
            TorchBackend.TryCreate("cpu", out backend, out reason);
        }

        var kernel = Network.Parse("(dense(w=1.41421356) relu)^3 dense").Ntk();
        var gram = kernel.Gram(x, options: new() { Backend = backend!, Precision = Precision.Float32 });

        // The tangent kernel of a TorchSharp module: torch.nn.Module<Tensor, Tensor>.
        module.eval();
        var tangent = ModuleTangentKernel.Create(module);
        Matrix theta = tangent.Gram(samples);                       // n x n, the mean over outputs
        var process = KernelRegression.Fit(tangent, samples, y);    // a Gaussian process with this kernel
        var (mean, deviation, _) = process.Predict(points, Uncertainty.Deviation);
        Matrix predicted = tangent.Fit(samples, y).Predict(points); // the module linearized, and trained to the end
        // </readme>

        Assert.Equal(kernel.Gram(x)[3, 5], gram[3, 5], 1e-5);
        Assert.Equal((5, 3, 5), (mean.Rows, mean.Columns, deviation!.Length));
        Assert.Equal((20, 20, 5, 3), (theta.Rows, theta.Columns, predicted.Rows, predicted.Columns));
    }
}
