using System.CommandLine;
using System.Diagnostics;

namespace HadamardNtk.Cli.Commands;

/// <summary>hntk gram: computes a Gram matrix, and writes it to disk tile by tile.</summary>
internal static class GramCommand
{
    private static readonly string[] Examples =
    [
        "hntk gram --net '(dense(he) relu)^3 dense' --x X.npy --out K.npy",
        "hntk gram --net @net.txt --x 'digits.csv.gz[:100,:-1]' --x2 'digits.csv.gz[100:,:-1]' "
            + "--kernel nngp --out K.npy",
        "hntk gram --net 'hadamard(dense, dense) dense' --x t10k-images-idx3-ubyte.gz "
            + "--precision f32 --out K.npy --json",
        "hntk gram --net '(dense(he) relu)^3 dense' --x X.npy --out K.npy --resume",
        "hntk gram --net '(dense(he) relu)^3 dense' --x X2.npy --diagonal --out d.npy",
        "hntk gram --net 'aggregate dense relu aggregate dense relu global_sum_pool' --x graphs:MUTAG --out K.npy",
        "hntk gram --net '(dense(he) relu)^3 dense' --x X.npy --part 3/16 --out parts",
        "hntk gram --join parts --out K.npy",
    ];

    internal static Command Create()
    {
        var (inputs, output, json) = (new GramInputs(hasGraphs: true), Inputs.Result("The matrix"), Inputs.Json());
        output.Description += " With --part the folder for the parts.";
        var resume = new Option<bool>("--resume")
        {
            Description = "Go on with an interrupted run, to the same bits, or begin a run that can be resumed (.npy "
                + "only)."
        };
        var command = new Command("gram", "The Gram matrix of a network's kernel: the kernels of all pairs of "
            + "samples, streamed to a file.");
        var diagonal = new Option<bool>("--diagonal")
        {
            Description = "Only the kernels of the samples with themselves: n numbers, in f64.",
        };
        var (parts, cluster) = (new PartInputs(), new ClusterInputs(isRequired: false));
        command.Validators.Add(result => inputs.RequireForDiagonal(result, diagonal, resume));
        command.Validators.Add(result => parts.Require(result, inputs, output, diagonal, resume));
        command.Validators.Add(result => cluster.RequireCluster(result));
        command.Validators.Add(result => cluster.RequireWithout(result, [diagonal, .. parts.All]));
        inputs.LetMiss();
        inputs.AddTo(command);
        command.Add(output);
        command.Add(diagonal);
        command.Add(resume);
        parts.AddTo(command);
        cluster.AddTo(command);
        command.Add(json);
        command.Examples(Examples);
        command.SetAction((parsed, stop) =>
        {
            var (path, isJson) = (parsed.GetValue(output)!, parsed.GetValue(json));
            if (parts.ReadJoin(parsed) is { } folder)
            {
                PartTask.Join(folder, path, isJson, stop);
            }
            else if (inputs.ReadGraphs(parsed, resume, parts.Part) is { } graphs)
            {
                RequireHere(cluster.IsNamed(parsed));
                WriteGraphs(graphs, parsed.GetValue(diagonal), path, isJson, stop);
            }
            else if (parsed.GetValue(diagonal))
            {
                WriteDiagonal(inputs, parsed, path, isJson, stop);
            }
            else if (parts.ReadPart(parsed) is { } part)
            {
                PartTask.Write(inputs, part, parsed, path, isJson, stop);
            }
            else
            {
                WriteWhole(inputs, cluster, parsed, (path, parsed.GetValue(resume)), isJson, stop);
            }

            return Task.FromResult(0);
        });
        return command;
    }

    private static void WriteWhole(
        GramInputs inputs,
        ClusterInputs cluster,
        ParseResult parsed,
        (string Path, bool IsResumed) to,
        bool json,
        CancellationToken stop)
    {
        var (path, isOnCluster) = (to.Path, cluster.IsNamed(parsed));
        if (to.IsResumed)
        {
            MatrixOutput.RequireFile(path, "--out", "--resume keeps files beside it");
        }

        if (isOnCluster)
        {
            MatrixOutput.RequireFile(path, "--out", "a cluster writes a file by position");
        }

        MatrixOutput.RequireWritable(path, json);
        string[] written = MatrixOutput.IsStandard(path) ? [] : [path, ProvenanceFile.PathOf(path)];
        inputs.RequireApart(
            parsed,
            [
                .. written,
                .. to.IsResumed || isOnCluster ? (string[])[$"{path}.partial", $"{path}.journal"] : [],
                .. isOnCluster ? (string[])[$"{path}.partial.token"] : [],
            ]);
        var task = inputs.Read(parsed);
        var clock = Stopwatch.StartNew();
        var isWritten = Output.WithProgress("gram", task.Entries, progress => isOnCluster
            ? ClusterGramTask.Write(task, cluster, parsed, to, progress, stop)
            : Write(task, path, to.IsResumed, progress, stop));
        if (!isWritten)
        {
            task.Notes.Add($"{path} is finished and has this matrix; nothing was computed");
        }

        task.Report(json, clock.Elapsed.TotalSeconds);
    }

    private static void RequireHere(bool isOnCluster)
    {
        if (isOnCluster)
        {
            throw new UsageException("Expected --cluster with rows, not with graphs; leave it out.");
        }
    }

    private static void WriteGraphs(
        GraphGramTask task, bool diagonal, string path, bool json, CancellationToken stop)
    {
        if (diagonal)
        {
            task.WriteDiagonal(path, json, stop);
        }
        else
        {
            task.Write(path, json, stop);
        }
    }

    private static void WriteDiagonal(
        GramInputs inputs, ParseResult parsed, string path, bool json, CancellationToken stop)
    {
        MatrixOutput.RequireFile(path, "--out", "the diagonal is written as one array");
        ArrayFile.RequireWritable(path);
        inputs.RequireApart(parsed, [path]);
        var task = inputs.Read(parsed);
        var clock = Stopwatch.StartNew();
        ArrayFile.Write(path, task.Kernel.Diagonal(task.Samples, stop));
        Output.Done(
            json, task.Notes, ("rows", task.Samples.Rows), ("columns", 1), ("seconds", clock.Elapsed.TotalSeconds),
            ("features", task.Samples.Columns));
    }

    private static bool Write(
        GramTask task, string path, bool resume, IProgress<double>? progress, CancellationToken stop)
    {
        if (MatrixOutput.IsStandard(path))
        {
            MatrixOutput.Write(path, task.Gram(progress, stop), task.Options.Precision);
            return true;
        }

        return Checkpoint.KeepMatrix(path, resume, () => task.Kernel.WriteGram(
            path, task.Samples, task.Others, task.Files, task.Watched(progress), resume, stop));
    }
}
