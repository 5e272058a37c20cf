using System.CommandLine;
using System.Diagnostics;

namespace HadamardNtk.Cli.Commands;

/// <summary>hntk extrapolate: follows a network's kernel regression along rays beyond its data.</summary>
internal static class ExtrapolateCommand
{
    private const string Directions = "directions.npy";
    private const string Times = "times.npy";
    private const string Values = "values.npy";
    private const int MostDegree = 6;
    private const int UsualRays = 20;

    internal static Command Create()
    {
        var (inputs, json) = (new SpectrumInputs(isSpectrum: false), Inputs.Json());
        var y = Inputs.File("--y", "Targets, a row for each sample: n or n x outputs.");
        var rays = Inputs.Count("--rays", $"The number of random rays from 0. [default: {UsualRays}]", 1);
        var reach = Inputs.Amount(
            "--reach", "The greatest distance from 0, above 1.5, as a multiple of that of the furthest sample. "
                + "[default: 10]");
        var seed = Inputs.SmallSeed("What the rays are drawn from. [default: 1]");
        var output = new Option<string>("--out")
        {
            Description =
                "The folder for directions.npy (rays x features), times.npy, and values.npy (f(t v): a row for each "
                + "ray and output, a column for each time).",
            Required = true,
            HelpName = "DIR",
        };
        var command = new Command("extrapolate", "How a network's kernel regression grows along rays beyond its data.");
        inputs.AddTo(command);
        foreach (var option in new Option[] { y, rays, reach, seed, output, json })
        {
            command.Add(option);
        }

        command.Examples(
            "hntk extrapolate --net 'hadamard(dense relu, dense relu) dense' --x X.npy --y y.npy --out rays",
            "hntk extrapolate --net @net.txt --x X.npy --y y.npy --ridge 0.1 --rays 50 --reach 1000 --out rays --json");
        command.SetAction((parsed, stop) =>
        {
            var folder = new ResultFolder(parsed.GetValue(output)!, Directions, Times, Values);
            inputs.RequireApart(parsed, folder.Files, ("--y", parsed.GetValue(y)));
            var far = parsed.GetValue(reach) ?? 10;
            if (far <= 1.5)
            {
                throw new UsageException($"Expected a reach above 1.5 times the furthest sample; came {far}.");
            }

            var task = inputs.Read(parsed);
            var file = parsed.GetValue(y)!;
            var targets = Inputs.AsMany(file, Inputs.ReadTargets(file, task.Notes), t => t.Rows, task.Samples.Rows);
            var radius = Radius(task.Samples);
            if (!double.IsFinite(radius * far))
            {
                throw new UsageException(
                    $"Expected --reach so that the rays end at a finite distance; came {far} times {radius}. "
                    + "Give a smaller one.");
            }

            var directions = RayGrowth.RandomDirections(
                parsed.GetValue(rays) ?? UsualRays, task.Samples.Columns, parsed.GetValue(seed) ?? 1);
            double[] times = [.. Enumerable.Range(0, 40).Select(i => radius * (1.5 + (far - 1.5) * i / 39))];
            var clock = Stopwatch.StartNew();
            var model = KernelRegression.Fit(
                task.Kernel, task.Samples, targets, new() { Ridge = task.Ridge, Gram = task.Options }, stop);
            var growth = RayGrowth.Of(
                points => model.Predict(points, Uncertainty.None, task.Options, stop).Mean, directions, times);
            folder.Write(
                (Directions, path => NpyFile.Write(path, growth.Directions, Precision.Float64)),
                (Times, path => NpyFile.Write(path, [.. growth.Times], growth.Times.Count)),
                (Values, path => NpyFile.Write(path, growth.Values, Precision.Float64)));
            Output.Done(
                parsed.GetValue(json),
                task.Notes,
                ("n", task.Samples.Rows),
                ("outputs", targets.Columns),
                ("rays", growth.Directions.Rows),
                ("radius", radius),
                ("degree", growth.Degree(most: MostDegree)),
                ("exponent", growth.Exponent),
                ("residuals", Enumerable.Range(0, MostDegree + 1).Select(k => growth.Residual(0, k)).ToArray()),
                ("ridge", model.Ridge),
                ("seconds", clock.Elapsed.TotalSeconds),
                ("features", task.Samples.Columns));
            return Task.FromResult(0);
        });
        return command;
    }

    /// <summary>The greatest norm of a row.</summary>
    /// <exception cref="UsageException">All rows are 0.</exception>
    private static double Radius(Matrix samples)
    {
        var radius = Enumerable.Range(0, samples.Rows).Max(i => Math.Sqrt(samples.Row(i).ToArray().Sum(v => v * v)));
        return radius > 0 && double.IsFinite(radius)
            ? radius
            : throw new UsageException("Expected a sample that is not 0, for rays beyond the samples; all are 0.");
    }
}
