using System.CommandLine;
using System.Diagnostics;

namespace HadamardNtk.Cli.Commands;

/// <summary>hntk gram: a Gram matrix, streamed to disk in tiles.</summary>
internal static class GramCommand
{
    internal static Command Create()
    {
        var (net, x, x2) = (Inputs.Net(), Inputs.File("--x", "Samples, one a row."), Inputs.File("--x2", "Samples, one a column; without it those of --x.", false));
        var (kernel, precision, backend) = (Inputs.Kernel(), Inputs.NumbersOption(), Inputs.Backend());
        var (threads, output, json) = (Inputs.Threads(), Inputs.File("--out", "The matrix, as .npy."), Inputs.Json());
        var resume = new Option<bool>("--resume") { Description = "Continue an interrupted one, or start one that can be." };
        var command = new Command("gram", "The Gram matrix of a network's kernel, streamed to a .npy file.")
        {
            net, x, x2, kernel, precision, backend, threads, output, resume, json,
        };
        command.Examples(
            "hntk gram --net '(dense(w=1.41421356) relu)^3 dense' --x X.npy --out K.npy",
            "hntk gram --net @net.txt --x 'digits.csv.gz[:100,:-1]' --x2 'digits.csv.gz[100:,:-1]' --kernel nngp --out K.npy",
            "hntk gram --net 'hadamard(dense, dense) dense' --x t10k-images-idx3-ubyte.gz --precision f32 --out K.npy --json",
            "hntk gram --net '(dense(w=1.41421356) relu)^3 dense' --x X.npy --out K.npy --resume    # once more after an interruption");
        command.SetAction((parsed, stop) =>
        {
            var options = Inputs.Gram(parsed.GetValue(backend)!, parsed.GetValue(threads));
            var network = Inputs.ReadNetwork(parsed.GetValue(net)!).Kernel();
            var path = parsed.GetValue(output)!;
            var samples = Inputs.ReadSamples(parsed.GetValue(x)!);
            var others = parsed.GetValue(x2) is { } file ? Inputs.ReadSamples(file, samples.Columns) : null;
            var (kind, number) = (Inputs.Kind(parsed.GetValue(kernel)!), Inputs.NumberType(parsed.GetValue(precision)!));
            var clock = Stopwatch.StartNew();
            Output.WithProgress("gram", progress =>
            {
                var shown = options with { Progress = progress, Precision = number };
                return Write(network, path, samples, others, kind, shown, parsed.GetValue(resume), stop);
            });
            Output.Result(
                parsed.GetValue(json),
                ("rows", samples.Rows),
                ("columns", (others ?? samples).Rows),
                ("seconds", clock.Elapsed.TotalSeconds),
                ("backend", options.Backend.Name));
            return Task.FromResult(0);
        });
        return command;
    }

    private static int Write(
        Kernel kernel, string path, Matrix samples, Matrix? others, KernelKind kind, GramOptions options, bool resume, CancellationToken stop)
    {
        try
        {
            kernel.WriteGram(path, samples, others, kind, options, resume, stop);
            return 0;
        }
        catch (OperationCanceledException e) when (resume)
        {
            throw new KeptException(path, e);
        }
    }
}
