using System.CommandLine;
using System.Diagnostics;

namespace HadamardNtk.Cli.Commands;

/// <summary>hntk dynamics: computes the ensemble of infinitely wide networks over training time.</summary>
internal static class DynamicsCommand
{
    private const string Mean = "mean.npy";
    private const string Covariance = "covariance.npy";

    internal static Command Create()
    {
        var (inputs, json) = (new DynamicsInputs(), Inputs.Json());
        var command = new Command(
            "dynamics", "The mean and covariance of networks trained by gradient flow, over time.");
        inputs.AddTo(command);
        command.Add(json);
        command.Examples(
            "hntk dynamics --net '(dense(w=1.5,b=0.1) erf)^2 dense' --x X.npy --y y.npy --x2 X2.npy "
                + "--times 0,1,10,inf --out flow",
            "hntk dynamics --net @net.txt --x X.npy --y y.npy --kernel nngp --ridge 0.01 --times inf "
                + "--out posterior --json");
        command.SetAction((parsed, stop) =>
        {
            var task = inputs.Read(parsed, Mean, Covariance);
            var clock = Stopwatch.StartNew();
            var dynamics = TrainingDynamics.Create(task.Kernel, task.Samples, task.Targets, task.Options, stop);
            var (mean, covariance) = Output.WithProgress(
                "times", progress => Compute(dynamics.At(task.Points, stop), task, progress, stop));
            var (times, points) = (task.Times.Length, task.PointCount);
            task.Folder.Write(
                (Mean, path => NpyFile.Write(path, mean, times, points, task.Outputs)),
                (Covariance, path => NpyFile.Write(path, covariance, times, points, points)));
            Output.Done(
                parsed.GetValue(json),
                task.Notes,
                ("times", times),
                ("n", points),
                ("outputs", task.Outputs),
                ("ridge", dynamics.Ridge),
                ("max_learning_rate", dynamics.MaximumRate()),
                ("seconds", clock.Elapsed.TotalSeconds),
                ("features", task.Samples.Columns));
            return Task.FromResult(0);
        });
        return command;
    }

    private static (double[] Mean, double[] Covariance) Compute(
        PointDynamics points, DynamicsTask task, IProgress<double>? progress, CancellationToken stop)
    {
        var (mean, covariance) = (task.Room(task.Outputs), task.Room(task.PointCount));
        for (var i = 0; i < task.Times.Length; i++)
        {
            stop.ThrowIfCancellationRequested();
            var ensemble = points.Ensemble(Training.Flow(task.Times[i]));
            Place(ensemble.Mean, mean, i);
            Place(ensemble.Covariance, covariance, i);
            progress?.Report((i + 1.0) / task.Times.Length);
        }

        return (mean, covariance);
    }

    private static void Place(Matrix matrix, double[] all, int index) =>
        matrix.AsSpan().CopyTo(all.AsSpan(index * matrix.Rows * matrix.Columns));
}
