using System.CommandLine;
using System.Diagnostics;

namespace HadamardNtk.Cli.Commands;

/// <summary>hntk empirical: computes the tangent kernel of a network of finite width.</summary>
internal static class EmpiricalCommand
{
    internal static Command Create()
    {
        var (net, width, seed) = (Inputs.Net(), Inputs.Width(), Inputs.Seed());
        var x = Inputs.File("--x", "Samples, one a row.");
        var x2 = Inputs.Others();
        var (output, json) = (Inputs.Result("The matrix"), Inputs.Json());
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
            ArrayFile.RequireWritable(path);
            Overwriting.Refuse(
                [path], ("--net", parsed.GetValue(net)), ("--x", parsed.GetValue(x)), ("--x2", parsed.GetValue(x2)));
            var notes = new Notes();
            var network = Inputs.ReadNetwork(parsed.GetValue(net)!);
            var samples = Inputs.ReadSamples(parsed.GetValue(x)!, notes);
            var others = parsed.GetValue(x2) is { } file ? Inputs.ReadSamples(file, notes, samples.Columns) : null;
            var clock = Stopwatch.StartNew();
            var finite = FiniteNetwork.Create(network, parsed.GetValue(width), samples.Columns, parsed.GetValue(seed));
            var kernel = others is null
                ? finite.Ntk().Gram(samples, null, stop)
                : finite.Ntk().Cross(samples, others, null, stop);
            ArrayFile.Write(path, kernel);
            Output.Done(
                parsed.GetValue(json),
                notes,
                ("rows", kernel.Rows),
                ("columns", kernel.Columns),
                ("parameters", finite.ParameterCount),
                ("seconds", clock.Elapsed.TotalSeconds),
                ("features", samples.Columns));
            return Task.FromResult(0);
        });
        return command;
    }
}
