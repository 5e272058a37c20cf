using TorchSharp;
using static TorchSharp.torch;

namespace HadamardNtk.Bench;

/// <summary>
/// Networks as modules: a step of training beside the same step in plain TorchSharp, a step of the linearized network, and
/// the tangent kernel of a wide network with and without Jacobians.
/// </summary>
internal static class TrainingPart
{
    private const int Features = 784;
    private const int Width = 1024;
    private const int Steps = 100;
    private const int Samples = 1000;
    private const string Notation = "(dense(w=1.41421356) relu)^2 dense";

    internal static Section Run(LargeContext context, string title)
    {
        var name = Environment.GetEnvironmentVariable("HNTK_TORCH_DEVICE") ?? "cpu";
        _ = TorchBackend.TryCreate(name, out var backend, out var reason) ? backend : throw new InvalidOperationException($"{reason}.");
        using var scope = NewDisposeScope();
        var device = torch.device(name);
        var module = Network.Parse(Notation).ToModule(Features, Width, seed: 1);
        module.to(device);
        using var plain = nn.Sequential(
            nn.Linear(Features, Width, hasBias: false), nn.ReLU(), nn.Linear(Width, Width, hasBias: false), nn.ReLU(),
            nn.Linear(Width, 1, hasBias: false));
        plain.to(device);
        var (x, y) = (randn([Samples, Features], device: device), randn([Samples, 1], device: device));
        int[] batches = [128, Samples];
        var rounds = Rounds.Of(context.Options.Rounds, [
            .. batches.SelectMany(batch => new[]
            {
                new Subject($"plain {batch}", () => Plain(plain, x.narrow(0, 0, batch), y.narrow(0, 0, batch))),
                new Subject($"network {batch}", () => Trained(module, x.narrow(0, 0, batch), y.narrow(0, 0, batch))),
                new Subject($"linearized {batch}", () => Trained(LinearizedModule.Of(module), x.narrow(0, 0, batch), y.narrow(0, 0, batch))),
            }),
            new Subject("layers", () => ModuleTangentKernel.Create(module).Gram(x)),
            new Subject("Jacobians", () => ModuleTangentKernel.Create(module, new() { Form = TangentForm.Jacobian }).Gram(x)),
        ]);
        return new(
            title,
            $"`{Notation}`, d = {Features}, m = {Width}, float32; {backend!.Description}. A step of gradient descent with all of a batch, by the "
            + "module of the network, by the same layers as Linear and ReLU in a plain loop of TorchSharp, and by the linearized module; "
            + $"the kernel of {Samples} samples takes {Show.Milliseconds(rounds.Seconds("layers"))} ms by layers and "
            + $"{Show.Milliseconds(rounds.Seconds("Jacobians"))} ms by Jacobians, {Show.Times(rounds.Ratio("Jacobians", "layers"))} as long.",
            new Table(["batch", "plain ms", "network ms", "to plain", "linearized ms", "to network"], [
                .. batches.Select(batch => new[]
                {
                    $"{batch}",
                    Show.Milliseconds(rounds.Seconds($"plain {batch}") / Steps),
                    Show.Milliseconds(rounds.Seconds($"network {batch}") / Steps),
                    Show.Times(rounds.Ratio($"network {batch}", $"plain {batch}")),
                    Show.Milliseconds(rounds.Seconds($"linearized {batch}") / Steps),
                    Show.Times(rounds.Ratio($"linearized {batch}", $"network {batch}")),
                }),
            ]));
    }

    private static void Plain(nn.Module<Tensor, Tensor> module, Tensor x, Tensor y)
    {
        using var scope = NewDisposeScope();
        using var optimizer = optim.SGD(module.parameters(), 1e-9);
        for (var step = 0; step < Steps; step++)
        {
            using var one = NewDisposeScope();
            optimizer.zero_grad();
            module.call(x).sub(y).square().mean().mul(0.5).backward();
            optimizer.step();
        }
    }

    // The two points of the history are passes without derivatives, which a plain loop does not have.
    private static void Trained(nn.Module<Tensor, Tensor> module, Tensor x, Tensor y) => ModuleTrainer.Train(
        module, x, y, new() { Epochs = Steps, ReportEvery = Steps, Optimizer = ModuleOptimizer.Sgd(1e-9) });
}
