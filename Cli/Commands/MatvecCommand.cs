using System.CommandLine;
using System.Diagnostics;

namespace HadamardNtk.Cli.Commands;

/// <summary>hntk matvec: computes K V without storing K.</summary>
internal static class MatvecCommand
{
    internal static Command Create()
    {
        var (inputs, json) = (new GramInputs(hasGraphs: false), Inputs.Json());
        var (v, output) = (Inputs.File("--v", "V, one row for each column of K."), Inputs.Result("Y = K V"));
        var command = new Command("matvec", "The product K V of a network's kernel matrix, which is never stored.");
        var cluster = new ClusterInputs(isRequired: false, hasVectors: true);
        command.Validators.Add(result => cluster.RequireCluster(result));
        inputs.AddTo(command);
        command.Add(v);
        command.Add(output);
        cluster.AddTo(command);
        command.Add(json);
        command.Examples(
            "hntk matvec --net '(dense(he) relu)^3 dense' --x X.npy --v V.npy --out Y.npy",
            "hntk matvec --net @net.txt --x X.npy --x2 X2.npy --v 'V.npy[:,:3]' --kernel nngp --precision f32 "
                + "--out Y.npy --json");
        command.SetAction((parsed, stop) =>
        {
            var path = parsed.GetValue(output)!;
            MatrixOutput.RequireWritable(path, parsed.GetValue(json));
            inputs.RequireApart(parsed, [path], ("--v", parsed.GetValue(v)));
            var task = inputs.Read(parsed);
            var factor = ReadFactor(parsed.GetValue(v)!, task);
            var clock = Stopwatch.StartNew();
            var product = Output.WithProgress("matvec", task.Entries, progress => cluster.IsNamed(parsed)
                ? ClusterTasks.Multiply(task, factor, cluster, parsed, progress, stop)
                : task.Kernel.Multiply(task.Samples, factor, task.Others, task.Watched(progress), stop));
            MatrixOutput.Write(path, product, task.Options.Precision);
            task.Report(parsed.GetValue(json), clock.Elapsed.TotalSeconds);
            return Task.FromResult(0);
        });
        return command;
    }

    private static Matrix ReadFactor(string file, GramTask task)
    {
        var (factor, columns) = (Inputs.ReadTargets(file, task.Notes), task.Columns);
        return factor.Rows == columns
            ? factor
            : throw new DataFormatException(
                file, $"{columns} rows, one for each column of K", $"{factor.Rows}",
                "select as many rows as K has columns");
    }
}
