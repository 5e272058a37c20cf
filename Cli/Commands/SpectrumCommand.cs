using System.CommandLine;
using System.Diagnostics;
using System.Globalization;

namespace HadamardNtk.Cli.Commands;

/// <summary>hntk spectrum: computes eigenvalues of a network's Gram matrix.</summary>
internal static class SpectrumCommand
{
    private const string Eigenvalues = "eigenvalues.npy";

    internal static Command Create()
    {
        var (inputs, json) = (new SpectrumInputs(samplesRequired: false), Inputs.Json());
        var sphere = new SphereInputs();
        var top = Inputs.Count(
            "--top", "Only the K greatest eigenvalues, without ever storing the matrix.", 1, "K");
        var fit = Fit();
        var output = new Option<string>("--out")
        {
            Description =
                "The folder that eigenvalues.npy is written to: those of K/n, descending. With --sphere: sphere.npy, "
                + "with the columns degree, mu_k and multiplicity.",
            Required = true,
            HelpName = "DIR",
        };
        var command = new Command(
            "spectrum",
            "The eigenvalues of a network's Gram matrix, all or the leading ones, or those of its kernel on a sphere.");
        inputs.AddTo(command);
        sphere.AddTo(command);
        command.Add(top);
        command.Add(fit);
        command.Add(output);
        command.Add(json);
        command.Examples(
            "hntk spectrum --net '(dense(he) relu)^3 dense' --x X.npy --out spectrum",
            "hntk spectrum --net @net.txt --x 'train-images-idx3-ubyte.gz' --top 50 --fit 5-50 --kernel nngp "
                + "--out mnist --json",
            "hntk spectrum --net 'dense relu dense' --sphere 10 --degrees 100 --out sphere");
        command.SetAction((parsed, stop) =>
        {
            if (sphere.IsGiven(parsed))
            {
                inputs.RefuseSamples(parsed, top);
                sphere.Run(parsed, inputs, parsed.GetValue(fit), parsed.GetValue(output)!, parsed.GetValue(json));
                return Task.FromResult(0);
            }

            sphere.RefuseDegrees(parsed);
            var folder = new ResultFolder(parsed.GetValue(output)!, Eigenvalues);
            inputs.RequireApart(parsed, folder.Files);
            var task = inputs.Read(parsed);
            var count = parsed.GetValue(top);
            RequireRange(parsed.GetValue(fit), count ?? task.Samples.Rows);
            var clock = Stopwatch.StartNew();
            var spectrum = count is { } leading ? task.Leading(leading, stop) : task.All(stop);
            var range = parsed.GetValue(fit) ?? Usual(spectrum);
            var decay = range is { } chosen ? spectrum.Decay(chosen.First, chosen.Last) : null;
            double[] values = [.. spectrum.Values];
            folder.Write((Eigenvalues, path => NpyFile.Write(path, values, values.Length)));
            Report(parsed.GetValue(json), task, spectrum, decay, clock.Elapsed);
            return Task.FromResult(0);
        });
        return command;
    }

    // A range that cannot be is refused before the work.
    private static void RequireRange((int First, int Last)? range, int count)
    {
        if (range is { Last: var last } && last > count)
        {
            throw new UsageException($"Expected --fit within the {count} eigenvalues; it ends at {last}.");
        }
    }

    private static void Report(
        bool json, SpectrumTask task, Spectrum spectrum, EigenvalueDecay? decay, TimeSpan time)
    {
        var (least, most) = spectrum.EffectiveDimension(task.Ridge);
        Output.Done(
            json,
            task.Notes,
            ("n", spectrum.Count),
            ("eigenvalues", spectrum.Values.Count),
            ("trace", spectrum.Trace),
            ("largest", spectrum.Values[0]),
            ("smallest", spectrum.Values[^1]),
            ("error", spectrum.Bounds.Max()),
            ("decay_exponent", decay?.Exponent),
            ("decay_error", decay?.StandardError),
            ("decay_range", decay is null ? null : $"{decay.First}-{decay.Last}"),
            ("effective_dimension", least),
            ("effective_dimension_most", most),
            ("condition", spectrum.IsComplete ? spectrum.ConditionNumber : null),
            ("participation_ratio", spectrum.IsComplete ? spectrum.ParticipationRatio : null),
            ("products", spectrum.Products),
            ("seconds", time.TotalSeconds),
            ("features", task.Samples.Columns));
    }

    // The first few eigenvalues are not yet on the law, and the last ones of n samples fall below it. Eigenvalues that
    // are 0 but for rounding have no logarithm that means something.
    private static (int First, int Last)? Usual(Spectrum spectrum)
    {
        var last = spectrum.Values.TakeWhile((value, j) => value > 10 * spectrum.Bounds[j]).Count();
        last = Math.Min(last, Math.Max(spectrum.Count / 4, 10));
        var first = Math.Min(5, last / 2);
        return first >= 1 && last > first + 1 ? (first, last) : null;
    }

    private static Option<(int First, int Last)?> Fit() => new("--fit")
    {
        Description = "The eigenvalues to which the power law of their decay is fitted, counted from 1; with --sphere "
            + "the degrees. [default: the fifth to n/4, of degrees the second half]",
        HelpName = "A-B",
        CustomParser = result => ((int, int)?)Inputs.Parsed(
            result, "two numbers A-B with 1 <= A and A + 1 < B", text => ParseRange(text)),
    };

    private static (int First, int Last)? ParseRange(string text) =>
        text.Split('-') is [var a, var b]
        && int.TryParse(a, NumberStyles.None, CultureInfo.InvariantCulture, out var first)
        && int.TryParse(b, NumberStyles.None, CultureInfo.InvariantCulture, out var last)
        && first >= 1 && last > first + 1
            ? (first, last)
            : null;
}
