using System.CommandLine;
using System.Diagnostics;

namespace HadamardNtk.Cli.Commands;

/// <summary>hntk train: trains a network of finite width, and writes it as a model folder.</summary>
internal static class TrainCommand
{
    internal static Command Create()
    {
        var (inputs, json) = (new TrainInputs(), Inputs.Json());
        var command = new Command("train", "Trains a network of finite width with libtorch, and keeps it as a model "
            + "for predict.");
        inputs.AddTo(command);
        command.Add(json);
        command.Examples(
            "hntk train --net '(dense(he) relu)^2 dense' --width 1024 --seed 1 --x X.npy --y y.npy "
                + "--epochs 200 --batch 64 --model net",
            "hntk train --net '(dense(he) relu)^2 dense(width=10)' --width 512 --seed 1 "
                + "--x 'digits.csv.gz[:1200,:-1]' --y 'digits.csv.gz[:1200,-1]' --classify --center --unit "
                + "--rate 0.02 --epochs 20 --batch 32 --model digits-net --resume",
            "hntk train --net 'dense erf dense' --width 4096 --seed 1 --x X.npy --y y.npy --linearized --optimizer "
            + "sgd --rate 0.5 --momentum 0.9 --schedule cosine --model tangent");
        command.SetAction((parsed, stop) =>
        {
            var clock = Stopwatch.StartNew();
            var task = inputs.Read(parsed);
            using var trained = TrainingBar.Show(
                task.Options.Training.Epochs, progress => task.Train(progress, stop));
            Output.Done(parsed.GetValue(json), task.Notes, [.. Fields(task, trained, clock.Elapsed)]);
            return Task.FromResult(0);
        });
        return command;
    }

    private static IEnumerable<(string Key, object? Value)> Fields(
        TrainTask task, TrainedNetwork trained, TimeSpan time)
    {
        var (last, best) = (trained.History[^1], Kept(task, trained));
        yield return ("epochs", last.Epoch);
        yield return ("steps", last.Step);
        yield return ("parameters", Parameters(trained.Module));
        if (task.Options.Training.EarlyStopping is not null)
        {
            yield return ("best_epoch", best.Epoch);
        }

        yield return ("loss", best.Loss);
        if (best.Accuracy is { } accuracy)
        {
            yield return ("accuracy", 100 * accuracy);
        }

        if (best.ValidationLoss is { } loss)
        {
            yield return ("validation_loss", loss);
        }

        if (best.ValidationAccuracy is { } part)
        {
            yield return ("validation_accuracy", 100 * part);
        }

        yield return ("steps_per_second", last.Step / last.Seconds);
        yield return ("seconds", time.TotalSeconds);
        yield return ("features", trained.Module.Features);
    }

    // With early stopping the network has the parameters of the first least loss.
    private static ModuleTrainingPoint Kept(TrainTask task, TrainedNetwork trained) =>
        task.Options.Training.EarlyStopping is null
            ? trained.History[^1]
            : trained.History.MinBy(point => point.ValidationLoss ?? point.Loss)!;

    private static long Parameters(NetworkModule module) =>
        module.Layers.Sum(layer => (long)layer.Channels * (layer.Inputs + (layer.Bias is null ? 0 : 1)));
}
