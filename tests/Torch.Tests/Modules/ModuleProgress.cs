using HadamardNtk.Torch.Tests.Device;
using TorchSharp;
using Xunit;
using Tensor = TorchSharp.torch.Tensor;
using TensorModule = TorchSharp.torch.nn.Module<TorchSharp.torch.Tensor, TorchSharp.torch.Tensor>;
using static TorchSharp.torch.nn;

namespace HadamardNtk.Torch.Tests.Modules;

/// <summary>Work on modules says how far it is, in ascending parts that end with 1, and a token stops it.</summary>
public sealed class ModuleProgress : IDisposable
{
    private readonly IDisposable _scope = Tensors.Scope();
    private readonly Tensor _few = Small.Samples(1, 20, 2);
    private readonly Tensor _many = Small.Samples(2, 1200, 2);
    private readonly TensorModule _module = Small.Sequence(Small.Linear(2, 3), Tanh(), Small.Linear(3, 1));
    private readonly string _folder = Directory.CreateTempSubdirectory("hntk").FullName;

    private delegate void Work(IProgress<double>? progress, CancellationToken cancellation);

    private ModuleTangentKernel Kernel => ModuleTangentKernel.Create(_module, new() { Rows = 8 });

    public void Dispose()
    {
        _module.Dispose();
        _scope.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void Kernels_of_pairs()
    {
        Require((heard, stop) => Kernel.Gram(_few, new GramOptions { Progress = heard }, stop));
        Require((heard, stop) => Kernel.Gram(_few, TangentOutputs.All, heard, stop));
        Require((heard, stop) => Kernel.Cross(_few, _few, new GramOptions { Progress = heard }, stop));
        Require((heard, stop) => Kernel.Cross(_few, _few, TangentOutputs.All, heard, stop));
        Require((heard, stop) => Kernel.Diagonal(_few, heard, stop));
        Require((heard, stop) => Kernel.Trace(_few, heard, stop));
    }

    [Fact]
    public void Products_with_the_Jacobian()
    {
        var (v, few) = (Small.Numbers(3, 1200, 1), Small.Numbers(4, 20, 1));
        Require((heard, stop) => Kernel.Multiply(_many, v, null, new() { Progress = heard }, stop));
        Require((heard, stop) => Kernel.MultiplyOutputs(_many, v, null, heard, stop));
        Require((heard, stop) => Kernel.Alignment(_many, v, heard, stop));
        Require((heard, stop) => Kernel.Outputs(_many, heard, stop));
        Require((heard, stop) => Kernel.Linearized(_many, new Dictionary<string, Tensor>(), heard, stop));
        Require((heard, stop) => Kernel.Fit(_few, few, Ridge.Absolute(1), heard, stop));
        Require((heard, stop) => Kernel.Fit(_few, few, Training.Flow(1), Ridge.Absolute(1), heard, stop));
        var fit = Kernel.Fit(_few, few, Ridge.Absolute(1));
        Require((heard, stop) => fit.Predict(_many, heard, stop));
    }

    [Fact]
    public void Parameters_of_a_wide_network()
    {
        var network = Network.Parse("dense relu dense relu dense");
        Require((heard, stop) => network.ToModule(2, 300, 1, Precision.Float32, heard, stop).Dispose());
    }

    [Fact]
    public void Directions() =>
        Require((heard, stop) => AnisotropyDirections.Of(_module, Small.Samples(5, 6, 2), heard, stop));

    [Fact]
    public void Training_of_studies()
    {
        var (training, network) = (TorchTraining.Create(), Network.Parse("dense tanh dense"));
        var (x, y) = (Tensors.Random(12, 2, 1), Tensors.Random(12, 1, 2));
        Require((heard, stop) => training.Train(
            new(network, 4, 1, x, y, 0.1, [2, 5], x) { Progress = heard }, stop));
        var heard = new List<double>();
        training.TangentKernel(network, 4, 1, x, new Listener(heard, null));
        Assert.Equal(1, heard[^1]);
        Assert.ThrowsAny<OperationCanceledException>(
            () => training.TangentKernel(network, 4, 1, x, null, new(canceled: true)));
    }

    [Fact]
    public void Trained_networks()
    {
        var (x, labels) = (Tensors.Random(5000, 2, 1), Enumerable.Range(0, 20).Select(i => i % 2L).ToArray());
        using var trained = TrainedNetwork.Train(
            Network.Parse("dense tanh dense(width=2)"), x.SelectRows(0, 20), labels,
            new() { Width = 4, Training = new() { Epochs = 1 } });
        Require((heard, stop) => trained.Predict(x, heard, stop));
        Require((heard, stop) => trained.Classify(x, heard, stop));
        Require((heard, stop) => trained.Save(Path.Combine(_folder, "model"), heard, stop));
        Require((heard, stop) => TrainedNetwork.Load(Path.Combine(_folder, "model"), "cpu", heard, stop).Dispose());
    }

    private static void Require(Work work)
    {
        Assert.ThrowsAny<OperationCanceledException>(() => work(null, new(canceled: true)));
        using var stop = new CancellationTokenSource();
        List<double> stopped = [], whole = [];
        Assert.ThrowsAny<OperationCanceledException>(() => work(new Listener(stopped, stop), stop.Token));
        Assert.InRange(stopped[0], 0, 1 - 1e-9);
        work(new Listener(whole, null), default);
        Assert.Equal(whole.Order(), whole);
        Assert.Equal(1, whole[^1]);
        Assert.True(whole.Distinct().Count() > 1, "Nothing was reported before the end.");
    }

    private sealed class Listener(List<double> heard, CancellationTokenSource? stop) : IProgress<double>
    {
        public void Report(double value)
        {
            heard.Add(value);
            stop?.Cancel();
        }
    }
}
