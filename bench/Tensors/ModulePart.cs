using TorchSharp;
using static TorchSharp.torch;

namespace HadamardNtk.Bench;

/// <summary>The tangent kernel of a module, with and without Jacobians.</summary>
internal static class ModulePart
{
    private const int Samples = 64;

    internal static Section Run(LargeContext context, string title)
    {
        var device = Environment.GetEnvironmentVariable("HNTK_TORCH_DEVICE") ?? "cpu";
        _ = TorchBackend.TryCreate(device, out var backend, out var reason) ? backend : throw new InvalidOperationException($"{reason}.");
        using var scope = NewDisposeScope();
        var module = nn.Sequential(nn.Linear(784, 512), nn.ReLU(), nn.Linear(512, 512), nn.ReLU(), nn.Linear(512, 10)).to(torch.device(device));
        var x = randn([Samples, 784], device: torch.device(device));
        var cases = (from outputs in Enum.GetValues<TangentOutputs>() from form in Enum.GetValues<TangentForm>() select (outputs, form)).ToList();
        var rounds = Rounds.Of(context.Options.Rounds, [
            .. cases.Select(c => new Subject($"{c.outputs} {c.form}", () => ModuleTangentKernel.Create(module, new() { Form = c.form }).Gram(x, c.outputs))),
        ]);
        return new(
            title,
            $"A perceptron 784-512-512-10 with ReLU, float32, {Samples} samples; {backend!.Description}.",
            new Table(["kernel", "layers ms", "Jacobians ms", "to layers"], [
                .. Enum.GetValues<TangentOutputs>().Select(outputs => new[]
                {
                    outputs == TangentOutputs.Mean ? "mean over outputs" : "all outputs",
                    Show.Milliseconds(rounds.Seconds($"{outputs} {TangentForm.Layers}")),
                    Show.Milliseconds(rounds.Seconds($"{outputs} {TangentForm.Jacobian}")),
                    Show.Times(rounds.Ratio($"{outputs} {TangentForm.Jacobian}", $"{outputs} {TangentForm.Layers}")),
                }),
            ]));
    }
}
