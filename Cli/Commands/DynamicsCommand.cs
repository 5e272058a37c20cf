using System.CommandLine;
using System.Diagnostics;
using System.Globalization;

namespace HadamardNtk.Cli.Commands;

/// <summary>hntk dynamics: computes the ensemble of infinitely wide networks over training time.</summary>
internal static class DynamicsCommand
{
    private const string Mean = "mean.npy";
    private const string Covariance = "covariance.npy";

    internal static Command Create()
    {
        var (net, x, y) = (
            Inputs.Net(),
            Inputs.File("--x", "Training samples, one a row."),
            Inputs.File("--y", "Targets, a row for each training sample: n or n x outputs."));
        var x2 = Inputs.File(
            "--x2", "Samples at which the networks are looked at, one a row; without it those of --x.", false);
        var kernel = Inputs.Choice(
            "--kernel", "ntk: networks trained as a whole; nngp: the read-out alone.", "ntk", "nngp");
        var ridge = Inputs.Amount("--ridge", "The ridge, absolute; 0 unless given.");
        var times = Times();
        var (backend, threads, json) = (Inputs.Backend(), Inputs.Threads(mayShow: true), Inputs.Json());
        var output = new Option<string>("--out")
        {
            Description =
                "The folder that mean.npy (times x n x outputs) and covariance.npy (times x n x n) are written to.",
            Required = true,
            HelpName = "DIR",
        };
        var command = new Command(
            "dynamics", "The mean and covariance of networks trained by gradient flow, over time.")
        {
            net, x, y, x2, kernel, ridge, times, backend, threads, output, json,
        };
        command.Examples(
            "hntk dynamics --net '(dense(w=1.5,b=0.1) erf)^2 dense' --x X.npy --y y.npy --x2 X2.npy "
                + "--times 0,1,10,inf --out flow",
            "hntk dynamics --net @net.txt --x X.npy --y y.npy --kernel nngp --ridge 0.01 --times inf "
                + "--out posterior --json");
        command.SetAction((parsed, stop) =>
        {
            var gram = Inputs.Gram(parsed.GetValue(backend)!, parsed.GetValue(threads));
            var folder = new ResultFolder(parsed.GetValue(output)!, Mean, Covariance);
            Overwriting.Refuse(
                folder.Files, ("--net", parsed.GetValue(net)), ("--x", parsed.GetValue(x)), ("--y", parsed.GetValue(y)),
                ("--x2", parsed.GetValue(x2)));
            var notes = new Notes();
            var given = Inputs.ReadNetwork(parsed.GetValue(net)!).Kernel(Inputs.Kind(parsed.GetValue(kernel)!));
            var samples = Inputs.ReadSamples(parsed.GetValue(x)!, notes);
            var file = parsed.GetValue(y)!;
            var targets = Inputs.AsMany(file, Inputs.ReadTargets(file, notes), t => t.Rows, samples.Rows);
            var points = parsed.GetValue(x2) is { } others ? Inputs.ReadSamples(others, notes, samples.Columns) : null;
            var at = parsed.GetValue(times)!;
            var shape = new Shape(at.Length, (points ?? samples).Rows, targets.Columns);
            var options = new DynamicsOptions<Matrix>
            {
                Ridge = Ridge.Absolute(parsed.GetValue(ridge) ?? 0),
                Gram = gram,
            };
            var clock = Stopwatch.StartNew();
            var dynamics = TrainingDynamics.Create(given, samples, targets, options, stop);
            var (mean, covariance) = Output.WithProgress(
                "times", progress => Compute(dynamics.At(points, stop), at, shape, progress, stop));
            folder.Write(
                (Mean, path => NpyFile.Write(path, mean, at.Length, shape.Points, shape.Outputs)),
                (Covariance, path => NpyFile.Write(path, covariance, at.Length, shape.Points, shape.Points)));
            Output.Done(
                parsed.GetValue(json),
                notes,
                ("times", at.Length),
                ("n", shape.Points),
                ("outputs", shape.Outputs),
                ("ridge", dynamics.Ridge),
                ("max_learning_rate", dynamics.MaximumRate()),
                ("seconds", clock.Elapsed.TotalSeconds),
                ("features", samples.Columns));
            return Task.FromResult(0);
        });
        return command;
    }

    private static (double[] Mean, double[] Covariance) Compute(
        PointDynamics points, double[] times, Shape shape, IProgress<double>? progress, CancellationToken stop)
    {
        var (mean, covariance) = (new double[shape.Length(shape.Outputs)], new double[shape.Length(shape.Points)]);
        for (var i = 0; i < times.Length; i++)
        {
            stop.ThrowIfCancellationRequested();
            var ensemble = points.Ensemble(Training.Flow(times[i]));
            ensemble.Mean.Data.CopyTo(mean, i * ensemble.Mean.Data.Length);
            ensemble.Covariance.Data.CopyTo(covariance, i * ensemble.Covariance.Data.Length);
            progress?.Report((i + 1.0) / times.Length);
        }

        return (mean, covariance);
    }

    private static Option<double[]> Times() => new("--times")
    {
        Description = "Times of the flow, learning rate * steps; inf is the end.",
        Required = true,
        AllowMultipleArgumentsPerToken = false,
        HelpName = "T,T,...",
        CustomParser = result => (double[]?)Inputs.Parsed(
            result, "numbers of at least 0, separated by commas (inf is the end)", ParseTimes) ?? [],
    };

    private static double[]? ParseTimes(string text)
    {
        var times = Array.ConvertAll(text.Split(','), ParseTime);
        return Array.TrueForAll(times, t => t >= 0) ? times : null;
    }

    private static double ParseTime(string text) =>
        text == "inf" ? double.PositiveInfinity
        : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var t) && double.IsFinite(t)
            ? t
            : double.NaN;

    /// <summary>The shape of the results.</summary>
    private readonly record struct Shape(int Times, int Points, int Outputs)
    {
        internal int Length(int columns) => (long)Times * Points * columns is var length && length <= Array.MaxLength
            ? (int)length
            : throw new DataFormatException(
                "--times", $"at most {Array.MaxLength} numbers in a file of results",
                $"{Times} times {Points} x {columns}", "give fewer times or fewer samples at once");
    }
}
