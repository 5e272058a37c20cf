using System.Diagnostics;

namespace HadamardNtk.Bench;

/// <summary>Solvers of a regression on images of digits: seconds, memory, accuracy, and which is the fastest.</summary>
internal static class SolversPart
{
    private const string Net = "hadamard(dense(w=1.41421356) relu, dense(w=1.41421356) relu) dense";
    private const int Tested = 10_000;
    private const double Ridge = 1e-6;

    private static readonly string[] Names = ["cholesky", "eigen", "cg", "cg float32", "falkon"];

    internal static Section Run(LargeContext context, string title)
    {
        int[] sizes = context.Options.IsQuick ? [1000, 2000]
            : context.Options.IsHuge ? [5000, 10_000, 20_000, 40_000, 60_000]
            : [5000, 10_000, 20_000];
        var (x, labels) = Digits("train", sizes[^1]);
        var (points, truth) = Digits("t10k", context.Size(Tested, 1000));
        var all = sizes.SelectMany(n => Names.Where(name => n <= Most(name)).Select(name => Fit(name, n))).ToList();
        return new(
            title,
            $"`{Net}`, tangent kernel, classifiers of the first n images of MNIST (d = 784, 10 outputs) with a ridge of {Ridge} of the mean diagonal, float64; {points.Rows} other images are predicted. One run each, all cores; the memory is what the solver plans, with the samples.",
            new Table(
                ["solver", "n", "s", "processor s", "GB", "iterations", "accuracy %", "ns/pair predicted"],
                [.. all.Select(result => result.Cells())]),
            "The fastest at each n whose accuracy is within 0.1 points of the best.",
            new Table(["n", "solver", "s"], [.. all.GroupBy(r => r.Samples).Select(Fastest)]));

        Result Fit(string name, int n)
        {
            var solver = Of(name);
            var (here, its) = (x.SelectRows(0, n), labels[..n]);
            var (clock, before) = (Stopwatch.StartNew(), ProcessorSeconds);
            Console.Error.Write($"{name} {n} ... ");
            var model = KernelClassifier.Fit(
                Network.Parse(Net).Ntk(), here, its,
                new() { Ridge = HadamardNtk.Ridge.Relative(Ridge), Solver = solver with { Progress = new FirstForecast() } });
            var (seconds, processor) = (clock.Elapsed.TotalSeconds, ProcessorSeconds - before);
            clock.Restart();
            var found = model.Predict(points).Labels;
            var pairs = (double)points.Rows * model.Regression.Weights.Rows;
            Console.Error.WriteLine($"{seconds:F1} s");
            return new(
                name, n, seconds, processor, solver.MemoryBytes(n, here.Columns, 10), model.Regression.Solution.Iterations,
                100.0 * found.Where((label, i) => label == truth[i]).Count() / found.Length, clock.Elapsed.TotalSeconds / pairs * 1e9);
        }
    }

    private static double ProcessorSeconds => Process.GetCurrentProcess().TotalProcessorTime.TotalSeconds;

    private static IReadOnlyList<string> Fastest(IGrouping<int, Result> results)
    {
        var best = results.Max(r => r.Accuracy);
        var first = results.Where(r => r.Accuracy >= best - 0.1).MinBy(r => r.Seconds)!;
        return [$"{first.Samples}", first.Solver, Show.Number(first.Seconds)];
    }

    // All eigenvalues take too long, and a whole factor too much memory, beyond these.
    private static int Most(string name) => name switch { "eigen" => 5000, "cholesky" => 20_000, "cg" => 40_000, _ => 60_000 };

    private static Solver Of(string name) => name switch
    {
        "cholesky" => Solver.Cholesky,
        "eigen" => Solver.Eigen,
        "cg" => Solver.ConjugateGradients with { Storage = GramStorage.Float64 },
        "cg float32" => Solver.ConjugateGradients with { Storage = GramStorage.Float32 },
        _ => Solver.Falkon,
    };

    private static (Matrix X, long[] Labels) Digits(string set, int count)
    {
        var folder = Path.Combine(Repository.Root, "..", "shared", "data");
        string Of(string what) => Path.Combine(folder, $"{set}-{what}.gz");
        if (!File.Exists(Of("images-idx3-ubyte")))
        {
            throw new InvalidOperationException($"there is no MNIST in {folder}.");
        }

        return (DataFile.ReadMatrix($"{Of("images-idx3-ubyte")}[:{count}]"), DataFile.ReadLabels($"{Of("labels-idx1-ubyte")}[:{count}]"));
    }

    private sealed record Result(
        string Solver, int Samples, double Seconds, double Processor, long Bytes, int? Iterations, double Accuracy, double Predicted)
    {
        internal IReadOnlyList<string> Cells() =>
        [
            Solver, $"{Samples}", Show.Number(Seconds), Show.Number(Processor), Show.Number(Bytes / 1e9),
            Iterations is { } steps ? $"{steps}" : "-", Show.Number(Accuracy), Show.Number(Predicted),
        ];
    }

    // Says how long a fit will take, by the first report that knows it.
    private sealed class FirstForecast : IProgress<SolverProgress>
    {
        private bool _isSaid;

        public void Report(SolverProgress value)
        {
            if (!_isSaid && value.SecondsLeft is { } left)
            {
                _isSaid = true;
                Console.Error.Write($"about {left:F0} s ... ");
            }
        }
    }
}
