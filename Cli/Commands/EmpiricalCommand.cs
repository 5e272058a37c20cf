using System.CommandLine;
using System.Diagnostics;

namespace HadamardNtk.Cli.Commands;

/// <summary>hntk empirical: computes the tangent kernel of a network of finite width, or its mean over seeds.</summary>
internal static class EmpiricalCommand
{
    internal static Command Create()
    {
        var (net, width, seed) = (Inputs.Net(), Inputs.Width(), Inputs.Seed());
        var x = Inputs.File("--x", "Samples, one a row, or graphs:FOLDER, a folder of graphs.");
        var (x2, output, json) = (Inputs.Others(), Inputs.Result("The matrix"), Inputs.Json());
        var seeds = Inputs.Count("--seeds", "The mean over the seeds S, S+1, ..., S+N-1; without it S alone.", 2);
        var layers = new Option<bool>("--layers")
        {
            Description = "Also print the part of the trace that each dense layer contributes, for the seed S (on "
                + "tensors only).",
        };
        var backend = new Option<string>("--backend")
        {
            Description = "What computes: core, the definition, or tensors by libtorch, which are faster: torch, "
                + "cuda, cuda:N.",
            DefaultValueFactory = _ => FiniteReading.Core,
            HelpName = "NAME",
        };
        var errors = Inputs.File("--errors", "With --seeds: the file for the standard errors, as --out.", false);
        var command = new Command("empirical", "The tangent kernel of a network of finite width with random weights, "
            + "drawn from a seed.")
        {
            net, width, seed, seeds, x, x2, layers, backend, output, errors, json,
        };
        command.Examples(
            "hntk empirical --net '(dense(he) relu)^3 dense' --width 512 --seed 1 --x X.npy --out K.npy",
            "hntk empirical --net @net.txt --width 64 --seed 7 --x X.npy --x2 'X2.npy[:10]' --out K.npy --json",
            "hntk empirical --net @net.txt --width 64 --seed 0 --seeds 100 --x X.npy --out K.npy --errors SE.npy",
            "hntk empirical --net @net.txt --width 1024 --seed 1 --x X.npy --out K.npy --backend torch --layers");
        command.SetAction((parsed, stop) =>
        {
            var files = new Files(parsed.GetValue(output)!, parsed.GetValue(errors));
            var (first, count) = (parsed.GetValue(seed), parsed.GetValue(seeds));
            RequireSeeds(first, count, files);
            files.Require(
                parsed.GetValue(json), ("--net", parsed.GetValue(net)), ("--x", parsed.GetValue(x)),
                ("--x2", parsed.GetValue(x2)));
            var device = FiniteReading.Device(parsed.GetValue(backend)!, parsed.GetValue(layers));
            var notes = new Notes();
            var network = Inputs.ReadNetwork(parsed.GetValue(net)!);
            var sources = (parsed.GetValue(x)!, parsed.GetValue(x2));
            var (reading, features) = GraphFolder.Is(sources.Item1)
                ? OnGraphs(network, parsed.GetValue(width), sources, device, stop)
                : OnRows(network, parsed.GetValue(width), sources, device, notes, stop);
            var clock = Stopwatch.StartNew();
            var average = count is { } several ? Average(reading, first, several, stop) : null;
            var kernel = average?.Mean ?? reading.Kernel(first);
            var parts = parsed.GetValue(layers) ? reading.Layers(first) : [];
            files.Write(kernel, average?.StandardError);
            Output.Done(
                parsed.GetValue(json),
                notes,
                [
                    ("rows", kernel.Rows),
                    ("columns", kernel.Columns),
                    ("parameters", reading.Parameters),
                    .. OfSeeds(average),
                    .. OfLayers(parts),
                    ("seconds", clock.Elapsed.TotalSeconds),
                    ("features", features),
                ]);
            return Task.FromResult(0);
        });
        return command;
    }

    private static (FiniteReading Reading, int Features) OnRows(
        Network network, int width, (string X, string? X2) sources, string? device, Notes notes, CancellationToken stop)
    {
        var read = Inputs.ReadShaped(sources.X, notes);
        var shaped = Inputs.WithShape(network, read, sources.X, notes);
        var others = sources.X2 is { } file ? Inputs.ReadLike(file, notes, read) : null;
        return (FiniteReading.Of(device, shaped, width, read.Rows, others, stop), read.Rows.Columns);
    }

    private static (FiniteReading Reading, int Features) OnGraphs(
        Network network, int width, (string X, string? X2) sources, string? device, CancellationToken stop)
    {
        if (device is not null)
        {
            throw new UsageException("Expected --backend core with graphs; tensors do not read them; leave it out.");
        }

        if (sources.X2 is { } file && !GraphFolder.Is(file))
        {
            throw new UsageException($"Expected --x2 graphs:FOLDER, as --x has graphs; came {file}.");
        }

        var graphs = GraphFolder.Read(sources.X).Graphs;
        var others = sources.X2 is { } folder ? GraphFolder.Read(folder).Graphs : null;
        return (FiniteReading.Of(network, width, graphs, others, stop), graphs.Features);
    }

    private static void RequireSeeds(long first, int? count, Files files)
    {
        if (count is null && files.Errors is not null)
        {
            throw new UsageException("Expected --errors with --seeds only; give the seeds, or leave it out.");
        }

        if (count is { } seeds && first > long.MaxValue - seeds)
        {
            throw new UsageException(
                $"Expected a --seed that {seeds} seeds can follow; came {first}; give a smaller one.");
        }
    }

    private static IEnumerable<(string Key, object? Value)> OfSeeds(KernelAverage? average)
    {
        if (average is not null)
        {
            var errors = average.StandardError.AsSpan().ToArray();
            yield return ("seeds", average.Count);
            yield return ("standard_error", errors.DefaultIfEmpty().Max());
        }
    }

    /// <summary>The files of the result.</summary>
    private sealed record Files(string Kernel, string? Errors)
    {
        private string[] All => Errors is null ? [Kernel] : [Errors, Kernel];

        internal void Require(bool json, params (string Option, string? Value)[] inputs)
        {
            if (Errors is not null)
            {
                MatrixOutput.RequireFile(Errors, "--errors", "it goes with a matrix");
                MatrixOutput.RequireFile(Kernel, "--out", "--errors makes a second one");
                ArrayFile.RequireWritable(Errors);
            }

            MatrixOutput.RequireWritable(Kernel, json);
            Overwriting.Refuse(All, inputs);
        }

        // The matrix is written last. If it exists, the errors are complete.
        internal void Write(Matrix kernel, Matrix? errors)
        {
            if (Errors is not null)
            {
                ArrayFile.Write(Errors, errors!);
            }

            MatrixOutput.Write(Kernel, kernel);
        }
    }

    private static KernelAverage Average(FiniteReading reading, long first, int count, CancellationToken stop) =>
        Output.WithProgress("empirical", progress =>
        {
            Matrix Next(long seed)
            {
                var kernel = reading.Kernel(seed);
                progress?.Report((seed - first + 1) / (double)count);
                return kernel;
            }

            return KernelAverage.Of(Enumerable.Range(0, count).Select(s => first + s), Next, stop);
        });

    private static IEnumerable<(string Key, object? Value)> OfLayers(IReadOnlyList<(string Name, double Trace)> layers)
    {
        if (layers.Count > 0)
        {
            var whole = layers.Sum(layer => layer.Trace);
            yield return ("layers", (string[])[.. layers.Select(layer => layer.Name)]);
            yield return ("layer_shares", (double[])[.. layers.Select(layer => whole > 0 ? layer.Trace / whole : 0)]);
        }
    }
}
