using System.Globalization;

namespace HadamardNtk;

/// <summary>
/// Classification of graphs by support vector machines with graph neural tangent kernels: Du, Hou, Poczos,
/// Salakhutdinov, Wang and Xu, Graph neural tangent kernel (2019).
/// </summary>
/// <remarks>
/// The networks differ in blocks, layers, the kind of aggregate and jumping knowledge; each Gram matrix is taken as it
/// is, divided by its least entry, and normalized, as the published code does. Two ways of choosing the network and C
/// are reported: on the test folds, as published, and by cross-validation of each fold's training graphs.
/// </remarks>
public static class GraphStudy
{
    /// <summary>Runs the study.</summary>
    /// <param name="name">The name of the data set, by which published accuracies are found.</param>
    /// <param name="data">The graphs, with at least two folds.</param>
    /// <param name="options">The options; the defaults if null.</param>
    /// <param name="progress">Gets the part that is done, from 0 to 1.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="ArgumentException">The options or the folds of the data make no experiment.</exception>
    /// <exception cref="ArithmeticException">No support vector machine reached its tolerance.</exception>
    public static GraphStudyResult Run(
        string name,
        GraphData data,
        GraphStudyOptions? options = null,
        IProgress<double>? progress = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(data);
        options ??= new();
        options.Require();
        StudyOptions.Require(Fault(data) is null, $"graphs with {Needed}; came {Fault(data)}");
        var least = data.Folds.Min(fold => fold.Training.Count);
        StudyOptions.Require(
            options.InnerFolds <= least,
            $"at most as many inner folds as training graphs of a fold, {least}; came {options.InnerFolds}");
        var (networks, candidates) = (options.Architectures, new GraphCandidates(data, options, cancellation));
        var (all, kernelSeconds) = (new List<GraphCandidate>(), new List<double>());
        for (var k = 0; k < networks.Length; k++)
        {
            progress?.Report(k / (double)networks.Length);
            var clock = System.Diagnostics.Stopwatch.StartNew();
            var gram = networks[k].ToNetwork().GraphKernel().Gram(
                data.Graphs, new() { Threads = options.Threads }, cancellation);
            kernelSeconds.Add(clock.Elapsed.TotalSeconds);
            all.AddRange(candidates.Of(networks[k], gram));
        }

        progress?.Report(1);
        var report = new GraphReport(name, data, options, all, kernelSeconds);
        return report.Result(new()
        {
            Name = "graphs",
            Title = $"Graph neural tangent kernels on {name}",
            Summary =
                "How well do support vector machines with the tangent kernels of infinitely wide graph networks "
                + "classify graphs? Published accuracies choose the network and C on the test folds; beside them each "
                + "fold chooses by cross-validation of its own training graphs.",
            Parameters = Parameters(data, options),
            Claims = report.Claims,
            Tables = report.Tables,
            Charts = report.Charts,
        });
    }

    /// <summary>What the study needs of its data.</summary>
    internal const string Needed =
        "at least two folds, and in each a test graph and two training graphs or more of at least two classes";

    /// <summary>What data have in place of that, or null.</summary>
    internal static string? Fault(GraphData data)
    {
        if (data.Folds.Count < 2)
        {
            return $"{data.Folds.Count} folds";
        }

        var fold = Enumerable.Range(0, data.Folds.Count).FirstOrDefault(
            k => data.Folds[k].Test.Count == 0
                || data.Folds[k].Training.CountBy(i => data.Labels[i]).Count(own => own.Value >= 2) < 2, -1);
        return fold < 0 ? null : $"fewer in fold {fold + 1}";
    }

    private static StudyParameter[] Parameters(GraphData data, GraphStudyOptions options)
    {
        static string Text<T>(IEnumerable<T> values) =>
            string.Join(" ", values.Select(v => string.Format(CultureInfo.InvariantCulture, "{0}", v)));
        return
        [
            new("data", data.Graphs.ToString()),
            new("features", data.HasDegrees ? "degrees" : "tags"),
            new("folds", $"{data.Folds.Count}"),
            new("tested graphs", $"{data.Folds.SelectMany(fold => fold.Test).Distinct().Count()}"),
            new("blocks", Text(options.Blocks)),
            new("layers of a block", Text(options.Layers)),
            new("aggregate", Text(options.Means.Select(mean => mean ? "mean" : "sum"))),
            new("jumping knowledge", Text(options.Jumps.Select(jumps => jumps ? "yes" : "no"))),
            new("C", $"{options.Costs.Count} from {StudyNumbers.Text(options.Costs[0])} to "
                + StudyNumbers.Text(options.Costs[^1])),
            new("inner folds", $"{options.InnerFolds}"),
        ];
    }
}
