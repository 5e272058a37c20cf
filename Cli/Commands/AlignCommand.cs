using System.CommandLine;
using System.Diagnostics;

namespace HadamardNtk.Cli.Commands;

/// <summary>hntk align: compares targets with a network's kernel.</summary>
internal static class AlignCommand
{
    private const string Energy = "energy.npy";
    private const string Cumulative = "cumulative.npy";

    internal static Command Create()
    {
        var (inputs, json) = (new SpectrumInputs(), Inputs.Json());
        var y = Inputs.File("--y", "Targets, a row for each sample: n or n x outputs.");
        var output = new Option<string?>("--out")
        {
            Description =
                "The folder that energy.npy (the part of y along each eigenvector, n x outputs) and cumulative.npy "
                + "(its sums) are written to.",
            HelpName = "DIR",
        };
        var command = new Command("align", "How well targets agree with a network's kernel: alignments, norm, and "
            + "energy along eigenvectors.");
        inputs.AddTo(command);
        command.Add(y);
        command.Add(output);
        command.Add(json);
        command.Examples(
            "hntk align --net 'dense relu dense' --x X.npy --y y.npy",
            "hntk align --net @net.txt --x X.npy --y y.npy --kernel nngp --ridge 0.1 --out align --json");
        command.SetAction((parsed, stop) =>
        {
            var folder = parsed.GetValue(output) is { } name ? new ResultFolder(name, Energy, Cumulative) : null;
            inputs.RequireApart(parsed, folder?.Files ?? [], ("--y", parsed.GetValue(y)));
            var task = inputs.Read(parsed);
            var file = parsed.GetValue(y)!;
            var targets = Inputs.AsMany(
                file, Inputs.ReadTargets(file, task.Notes), t => t.Rows, task.Samples.Rows);
            var clock = Stopwatch.StartNew();
            var spectrum = task.All(stop);
            var alignment = spectrum.Align(targets);
            folder?.Write(
                (Energy, path => NpyFile.Write(path, alignment.Energies, Precision.Float64)),
                (Cumulative, path => NpyFile.Write(path, alignment.CumulativePower, Precision.Float64)));
            Output.Result(
                parsed.GetValue(json),
                task.Notes,
                ("n", spectrum.Count),
                ("outputs", targets.Columns),
                ("alignment", Numbers(alignment.RayleighQuotients)),
                ("kernel_alignment", Numbers(alignment.Alignments)),
                ("centered_alignment", Numbers(alignment.CenteredAlignments)),
                ("rkhs_norm2", Numbers(alignment.SquaredNorms)),
                ("effective_dimension", spectrum.EffectiveDimension(task.Ridge).Least),
                ("seconds", clock.Elapsed.TotalSeconds),
                ("features", task.Samples.Columns));
            return Task.FromResult(0);
        });
        return command;
    }

    // One number for one output, and a list for several.
    private static object? Numbers(IReadOnlyList<double> values) => values is [var one] ? one : values;
}
