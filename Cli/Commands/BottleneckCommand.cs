using System.CommandLine;
using System.Diagnostics;

namespace HadamardNtk.Cli.Commands;

/// <summary>hntk bottleneck: trains an infinitely wide network with bottlenecks in function space.</summary>
internal static class BottleneckCommand
{
    internal static Command Create()
    {
        var (inputs, json) = (new BottleneckInputs(), Inputs.Json());
        var command = new Command(
            "bottleneck", "Trains an infinitely wide network with finite bottlenecks (narrow layers), by gradient "
                + "descent in function space.");
        inputs.AddTo(command);
        command.Add(json);
        command.Examples(
            "hntk bottleneck --net 'dense relu dense bottleneck(width=2) dense erf dense' --x X.npy --y y.npy "
                + "--steps 1000 --out run",
            "hntk bottleneck --net '(dense(he) relu)^2 dense bottleneck(width=3) dense relu dense' "
                + "--x 'digits.csv.gz[:300,:-1]' --y 'digits.csv.gz[:300,-1]' --x2 'digits.csv.gz[1200:,:-1]' "
                + "--y2 'digits.csv.gz[1200:,-1]' --classify --center --unit --steps 500 --out digits --resume",
            "hntk bottleneck --net 'dense erf dense bottleneck(width=2) dense erf dense' --x X.npy --y y.npy "
                + "--x2 X2.npy --mode history --steps 200 --lr-f 0 --lr-g 1 --out features");
        command.SetAction((parsed, stop) =>
        {
            var clock = Stopwatch.StartNew();
            var task = inputs.Read(parsed);
            task.Announce();
            var run = task.Train(stop);
            Output.Done(parsed.GetValue(json), task.Notes, [.. Fields(task, run, clock.Elapsed)]);
            return Task.FromResult(0);
        });
        return command;
    }

    private static IEnumerable<(string Key, object? Value)> Fields(
        BottleneckTask task, BottleneckRun run, TimeSpan time)
    {
        var last = run.Records[^1];
        yield return ("steps", last.Step);
        yield return ("samples", task.X.Rows);
        yield return ("outputs", task.Y.Columns);
        yield return ("width_of_bottleneck", run.Network.Widths[0]);
        yield return ("rate_f", run.HeadRate);
        yield return ("rate_g", run.FeatureRate);
        yield return ("loss", last.Loss);
        if (last.Accuracy is { } accuracy)
        {
            yield return ("accuracy", 100 * accuracy);
        }

        if (last.TestLoss is { } loss)
        {
            yield return ("test_loss", loss);
        }

        if (last.TestAccuracy is { } part)
        {
            yield return ("test_accuracy", 100 * part);
        }

        yield return ("motion", last.Motion);
        yield return ("joined_loss", last.JoinedLoss);
        yield return ("parts", last.Parts);
        yield return ("seconds", time.TotalSeconds);
    }
}
