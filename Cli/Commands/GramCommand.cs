using System.CommandLine;
using System.Diagnostics;

namespace HadamardNtk.Cli.Commands;

/// <summary>hntk gram: computes a Gram matrix, and writes it to disk tile by tile.</summary>
internal static class GramCommand
{
    internal static Command Create()
    {
        var (inputs, output, json) = (new GramInputs(), Inputs.Result("The matrix"), Inputs.Json());
        var resume = new Option<bool>("--resume")
        {
            Description = "Continue an interrupted run, or start one that can be continued (.npy only)."
        };
        var command = new Command("gram", "The Gram matrix of a network's kernel, streamed to a file.");
        inputs.AddTo(command);
        command.Add(output);
        command.Add(resume);
        command.Add(json);
        command.Examples(
            "hntk gram --net '(dense(w=1.41421356) relu)^3 dense' --x X.npy --out K.npy",
            "hntk gram --net @net.txt --x 'digits.csv.gz[:100,:-1]' --x2 'digits.csv.gz[100:,:-1]' "
                + "--kernel nngp --out K.npy",
            "hntk gram --net 'hadamard(dense, dense) dense' --x t10k-images-idx3-ubyte.gz "
                + "--precision f32 --out K.npy --json",
            "hntk gram --net '(dense(w=1.41421356) relu)^3 dense' --x X.npy --out K.npy --resume");
        command.SetAction((parsed, stop) =>
        {
            var (path, isResumed) = (parsed.GetValue(output)!, parsed.GetValue(resume));
            if (isResumed)
            {
                MatrixOutput.RequireFile(path, "--out", "--resume keeps files beside it");
            }

            MatrixOutput.RequireWritable(path, parsed.GetValue(json));
            inputs.RequireApart(parsed, isResumed ? [path, $"{path}.partial", $"{path}.journal"] : [path]);
            var task = inputs.Read(parsed);
            var clock = Stopwatch.StartNew();
            Output.WithProgress("gram", task.Entries, progress => Write(task, path, isResumed, progress, stop));
            task.Report(parsed.GetValue(json), clock.Elapsed.TotalSeconds);
            return Task.FromResult(0);
        });
        return command;
    }

    private static int Write(
        GramTask task, string path, bool resume, IProgress<double>? progress, CancellationToken stop)
    {
        if (MatrixOutput.IsStandard(path))
        {
            MatrixOutput.Write(path, task.Gram(progress, stop), task.Options.Precision);
            return 0;
        }

        try
        {
            task.Kernel.WriteGram(path, task.Samples, task.Others, task.Watched(progress), resume, stop);
            return 0;
        }
        catch (OperationCanceledException e) when (resume)
        {
            throw new KeptException(OutputPlace.Of(path).Beside, e);
        }
    }
}
