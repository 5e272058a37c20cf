using HadamardNtk.Torch.Tests.Device;
using TorchSharp;
using Xunit;
using Tensor = TorchSharp.torch.Tensor;

namespace HadamardNtk.Torch.Tests.Networks;

/// <summary>The program of docs/finite-networks.md.</summary>
public class ReadmeTrainingExample
{
    [Fact]
    public void The_program_of_the_page_trains_a_network_and_its_linearization()
    {
        using var scope = Tensors.Scope();
        Tensor x = torch.randn([40, 4]), y = torch.randn([40, 1]), points = torch.randn([5, 4]);

        // <readme>
        var network = Network.Parse("hadamard(dense(w=1.41421356) relu, dense(w=1.41421356) relu) dense");
        using var module = network.ToModule(features: 4, width: 1024, seed: 1);     // a torch.nn.Module

        var tangent = ModuleTangentKernel.Create(module);                           // at its start, no Jacobian formed
        foreach (var (layer, part) in tangent.Layers)
        {
            Console.WriteLine($"{layer}: {part.Trace(x) / tangent.Trace(x):P0} of the kernel");
        }

        var options = new ModuleTrainingOptions { Optimizer = ModuleOptimizer.Sgd(0.2), Epochs = 100 };
        var linearized = LinearizedModule.Of(module);                               // f(x; p0) + J(x) delta, a module too
        ModuleTrainer.Train(linearized, x, y, options);                             // first, as it stands on the module
        using var linear = linearized.call(points);
        var history = ModuleTrainer.Train(module, x, y, options);
        Console.WriteLine($"loss {history.Points[0].Loss:G3} to {history.Points[^1].Loss:G3}");

        using var old = torch.nn.Sequential(torch.nn.Linear(4, 64), torch.nn.Tanh(), torch.nn.Linear(64, 1));
        var prior = Network.FromModule(old).Nngp();                                 // its kernel at infinite width
        // </readme>

        Assert.True(history.Points[^1].Loss < history.Points[0].Loss);
        Assert.Equal([5, 1], linear.shape);
        Assert.Equal(2, linearized.Changes.Count(change => change.Key is "dense1.weight" or "dense3.weight"));
        Assert.True(prior.Diagonal(Matrix.Wrap([1, 2, 3, 4], 1, 4))[0] > 0);
    }
}
