using System.CommandLine;
using System.Diagnostics;

namespace HadamardNtk.Cli.Commands;

/// <summary>hntk dynamics: computes the ensemble of infinitely wide networks over training time.</summary>
internal static class DynamicsCommand
{
    internal static Command Create()
    {
        var (inputs, json) = (new DynamicsInputs(), Inputs.Json());
        var command = new Command(
            "dynamics", "The mean and covariance of infinitely wide networks over the time of training by gradient "
                + "flow or descent.");
        inputs.AddTo(command);
        command.Add(json);
        command.Examples(
            "hntk dynamics --net '(dense(w=1.5,b=0.1) erf)^2 dense' --x X.npy --y y.npy --x2 X2.npy "
                + "--times 0,1,10,inf --out flow",
            "hntk dynamics --net @net.txt --x X.npy --y y.npy --kernel nngp --ridge 0.01 --times inf "
                + "--out posterior --json",
            "hntk dynamics --net @net.txt --x X.npy --y y.npy --rate 0.1 --momentum 0.9 --times log:1:1e4:9 "
                + "--deviations --out descent",
            "hntk dynamics --net @net.txt --x X.npy --y signs.npy --loss logistic --times lin:0:10:11 --out flow");
        command.SetAction((parsed, stop) =>
        {
            var task = inputs.Read(parsed);
            var clock = Stopwatch.StartNew();
            var dynamics = TrainingDynamics.Create(task.Kernel, task.Samples, task.Targets, task.Options, stop);
            var (mean, spread) = Output.WithProgress(
                "times", progress => Compute(dynamics.At(task.Points, stop), task, progress, stop));
            var (times, points) = (task.Times.Length, task.PointCount);
            (string, Action<string>)[] files =
            [
                (DynamicsTask.Mean, path => NpyFile.Write(path, mean, times, points, task.Outputs)),
                .. task.Spread is { } name
                    ? [(name, path => NpyFile.Write(path, spread, task.SpreadShape))]
                    : ((string, Action<string>)[])[],
            ];
            task.Folder.Write(files);
            Output.Done(
                parsed.GetValue(json),
                task.Notes,
                ("times", times),
                ("n", points),
                ("outputs", task.Outputs),
                ("ridge", dynamics.Ridge),
                ("max_learning_rate", dynamics.MaximumRate(task.Momentum)),
                ("seconds", clock.Elapsed.TotalSeconds),
                ("features", task.Samples.Columns));
            return Task.FromResult(0);
        });
        return command;
    }

    private static (double[] Mean, double[] Spread) Compute(
        PointDynamics points, DynamicsTask task, IProgress<double>? progress, CancellationToken stop)
    {
        var (mean, spread) = (task.Room(task.Outputs), task.Room(task.SpreadColumns));
        if (task.Spread is null)
        {
            var flow = points.Flow(task.Loss, task.Times);
            for (var i = 0; i < flow.Count; i++)
            {
                Place(flow[i].AsSpan(), mean, i);
            }

            return (mean, spread);
        }

        for (var i = 0; i < task.Times.Length; i++)
        {
            stop.ThrowIfCancellationRequested();
            if (task.Spread == DynamicsTask.Deviations)
            {
                Place(points.Mean(task.Trainings[i]).AsSpan(), mean, i);
                Place(points.Deviations(task.Trainings[i]), spread, i);
            }
            else
            {
                var ensemble = points.Ensemble(task.Trainings[i]);
                Place(ensemble.Mean.AsSpan(), mean, i);
                Place(ensemble.Covariance.AsSpan(), spread, i);
            }

            progress?.Report((i + 1.0) / task.Times.Length);
        }

        return (mean, spread);
    }

    private static void Place(ReadOnlySpan<double> numbers, double[] all, int index) =>
        numbers.CopyTo(all.AsSpan(index * numbers.Length));
}
