using System.CommandLine;
using System.Diagnostics;

namespace HadamardNtk.Cli.Commands;

/// <summary>hntk empirical: the tangent kernel of a network of finite width.</summary>
internal static class EmpiricalCommand
{
    internal static Command Create()
    {
        var (net, width, seed) = (Inputs.Net(), Inputs.Width(), Inputs.Seed());
        var x = Inputs.File("--x", "Samples, one a row.");
        var x2 = Inputs.File("--x2", "Samples, one a column; without it those of --x.", false);
        var (output, json) = (Inputs.File("--out", "The matrix, as .npy."), Inputs.Json());
        var command = new Command("empirical", "The tangent kernel of a network of finite width, drawn from a seed.")
        {
            net, width, seed, x, x2, output, json,
        };
        command.Examples(
            "hntk empirical --net '(dense(w=1.41421356) relu)^3 dense' --width 512 --seed 1 --x X.npy --out K.npy",
            "hntk empirical --net @net.txt --width 64 --seed 7 --x X.npy --x2 'X2.npy[:10]' --out K.npy --json");
        command.SetAction((parsed, stop) =>
        {
            var path = parsed.GetValue(output)!;
            NpyFile.RequireWritable(path);
            var network = Inputs.ReadNetwork(parsed.GetValue(net)!);
            var samples = Inputs.ReadSamples(parsed.GetValue(x)!);
            var others = parsed.GetValue(x2) is { } file ? Inputs.ReadSamples(file, samples.Columns) : null;
            var clock = Stopwatch.StartNew();
            var finite = FiniteNetwork.Create(network, parsed.GetValue(width), samples.Columns, parsed.GetValue(seed));
            var kernel = finite.TangentKernel(samples, others, stop);
            NpyFile.Write(path, kernel);
            Output.Result(
                parsed.GetValue(json),
                ("rows", kernel.Rows),
                ("columns", kernel.Columns),
                ("parameters", finite.ParameterCount),
                ("seconds", clock.Elapsed.TotalSeconds));
            return Task.FromResult(0);
        });
        return command;
    }
}
