using System.CommandLine;
using System.Diagnostics;

namespace HadamardNtk.Cli.Commands;

/// <summary>hntk width: estimates the width that a network needs for its tangent kernel to be near its mean.</summary>
internal static class WidthCommand
{
    private const double UsualTolerance = 0.05;

    internal static Command Create()
    {
        var (net, json, threads) = (Inputs.Net(), Inputs.Json(), Inputs.Threads());
        var usual = new WidthOptions();
        var x = Inputs.File("--x", "Samples, one a row; a few are enough.");
        var tolerance = Inputs.Amount(
            "--tolerance",
            "The standard deviation of the kernel of one network that is wanted, relative to its mean, from 1e-6 to "
            + $"1. [default: {UsualTolerance}]");
        var pilot = Inputs.Count("--pilot", "The width of the networks that are drawn to estimate it. [default: "
            + $"{usual.Pilot}]", 1, "M");
        var seeds = Inputs.Count("--seeds", $"The number of networks drawn. [default: {usual.Seeds}]", 3);
        var seed = Inputs.SmallSeed($"The first seed; the others follow it. [default: {usual.Seed}]");
        var command = new Command(
            "width", "The width that a finite network needs for its tangent kernel to lie near its mean.")
        {
            net, x, tolerance, pilot, seeds, seed, threads, json,
        };
        command.Examples(
            "hntk width --net '(dense(he) relu)^3 dense' --x 'X.npy[:5]'",
            "hntk width --net @net.txt --x X.npy --tolerance 0.01 --pilot 1024 --seeds 200 --json");
        command.SetAction((parsed, stop) =>
        {
            var notes = new Notes();
            var given = Inputs.ReadNetwork(parsed.GetValue(net)!);
            var read = Inputs.ReadShaped(parsed.GetValue(x)!, notes);
            var network = Inputs.WithShape(given, read, parsed.GetValue(x)!, notes);
            var samples = read.Rows;
            var options = usual with
            {
                Pilot = parsed.GetValue(pilot) ?? usual.Pilot,
                Seeds = parsed.GetValue(seeds) ?? usual.Seeds,
                Seed = parsed.GetValue(seed) ?? usual.Seed,
                Threads = parsed.GetValue(threads),
            };
            var clock = Stopwatch.StartNew();
            var advice = Output.WithProgress("width", progress => WidthAdvice.Of(
                network, samples, parsed.GetValue(tolerance) ?? UsualTolerance,
                options with { Progress = progress }, stop));
            Report(parsed.GetValue(json), notes, advice, options, clock.Elapsed, samples.Columns);
            return Task.FromResult(0);
        });
        return command;
    }

    private static void Report(
        bool json, Notes notes, WidthAdvice advice, WidthOptions options, TimeSpan time, int features)
    {
        if (advice.IsRough)
        {
            notes.Add(
                "the constant is a rough estimate and may be far too small: its error is above a third of it, or the "
                + "kernels vary by more than a third at the pilot width; give a wider --pilot and more --seeds");
        }

        Output.Result(
            json,
            notes,
            ("constant", advice.Constant),
            ("constant_error", advice.StandardError),
            ("row", advice.Row),
            ("width", Whole(advice.Width)),
            ("width_least", Whole(advice.LeastWidth)),
            ("width_most", Whole(advice.MostWidth)),
            ("rough", advice.IsRough),
            ("tolerance", advice.Tolerance),
            ("pilot", options.Pilot),
            ("seeds", options.Seeds),
            ("seconds", time.TotalSeconds),
            ("features", features));
    }

    // A width that a whole number holds is printed with all its digits.
    private static object Whole(double width) => width < 1e15 ? (long)width : width;
}
