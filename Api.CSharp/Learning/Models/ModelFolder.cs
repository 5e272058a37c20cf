using System.Globalization;
using System.Text.Json.Serialization;

namespace HadamardNtk;

/// <summary>What a folder keeps: a regression, and the classes of a classifier.</summary>
/// <param name="Regression">The regression.</param>
/// <param name="Classes">The classes where they are integers, or null.</param>
/// <param name="Labels">The classes where they are texts or other numbers, or null.</param>
internal sealed record KeptModel(KernelRegression Regression, long[]? Classes, ModelLabels? Labels);

/// <summary>
/// A fitted model on disk: <c>model.json</c> (network, kernel, ridge, classes, checksums), <c>samples.npy</c> (training
/// rows as the kernel sees them), <c>weights.npy</c>, and <c>mean.npy</c> where rows are centered.
/// </summary>
internal static partial class ModelFolder
{
    // A model whose targets were centered or scaled has the second version, which knows of them, one whose labels are
    // no integers the third, and one whose network has custom activations the fourth. Any other is written in the
    // first, which older programs read.
    private const int FirstVersion = 1;
    private const int TargetVersion = 2;
    private const int LabelVersion = 3;
    private const int ActivationVersion = 4;

    private const string Maker = "fit";
    private const string Samples = "samples.npy";
    private const string Weights = "weights.npy";
    private const string Mean = "mean.npy";

    [JsonSourceGenerationOptions(WriteIndented = true)]
    [JsonSerializable(typeof(Content))]
    private sealed partial class ModelJson : JsonSerializerContext;

    private sealed record Content(
        string Format,
        int Version,
        string Network,
        string Kernel,
        double? Ridge,
        bool? Unit,
        long[]? Classes,
        double? LeaveOneOutRmse,
        double? LogMarginalLikelihood,
        SortedDictionary<string, string> Files,
        string Checksum,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Solver = null,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] double[]? TargetMeans = null,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] double[]? DeviationScales = null,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] ModelLabels? Labels = null,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        SortedDictionary<string, double[]>? Activations = null)
    {
        /// <summary>The checksum of all other fields.</summary>
        internal string Sum() => Checksums.OfText(string.Join('\n',
        [
            Format, Version.ToString(CultureInfo.InvariantCulture), Network, Kernel, Text(Ridge), Unit.ToString() ?? "",
            Text(LeaveOneOutRmse), Text(LogMarginalLikelihood), string.Join(',', Classes ?? []),
            .. Files.Select(f => $"{f.Key}={f.Value}"),
            .. Solver is null ? (string[])[] : [Solver],
            .. Named("means", TargetMeans),
            .. Named("scales", DeviationScales),
            .. Labels is null ? (string[])[] : [$"labels={Labels.Sum()}"],
            .. KeptNetwork.Lines(Activations),
        ]));

        private static string[] Named(string name, double[]? numbers) =>
            numbers is null ? [] : [$"{name}={string.Join(',', numbers.Select(x => Text(x)))}"];

        private static string Text(double? x) => x?.ToString("R", CultureInfo.InvariantCulture) ?? "";
    }

    internal static void Save(
        string folder, KernelRegression model, IReadOnlyList<long>? classes, Precision precision, Watch watch,
        ModelLabels? labels = null)
    {
        watch.Cancellation.ThrowIfCancellationRequested();
        var network = KeptNetwork.Of(model.Kernel.Network);
        if (!KeptSamples.AreOf(model.Samples, precision))
        {
            throw new ArgumentException(
                "Expected a model fitted on samples of float32; its samples have more digits, " +
                "so that another model would be written. " +
                "Fit it with RegressionOptions.Samples = Precision.Float32, or save it in float64.", nameof(precision));
        }

        ModelPlace.WriteWhole(
            folder, ModelKind.Kernel, partial => Write(partial, network, model, classes, labels, precision, watch));
        watch.Progress?.Report(1);
    }

    internal static KeptModel Load(string folder, IEnumerable<Activation>? activations, Watch watch)
    {
        ArgumentNullException.ThrowIfNull(folder);
        return ModelPlace.Read(folder, watch, (place, stage) => LoadNow(place, activations, stage));
    }

    private static KeptModel LoadNow(string folder, IEnumerable<Activation>? activations, Watch watch)
    {
        var content = ModelFile.ReadManifest(
            folder, ModelKind.Kernel, ModelJson.Default.Content, IsComplete, Maker);
        var files = ModelFile.ReadMatrices(folder, content.Files, Maker, watch);
        var (samples, weights) = (files[Samples], files[Weights]);
        var mean = files.GetValueOrDefault(Mean)?.Data;
        if (weights.Rows != samples.Rows || (mean is not null && mean.Length != samples.Columns)
            || !IsOf(content.Classes, weights.Columns) || !IsOf(content.TargetMeans, weights.Columns)
            || !IsOf(content.DeviationScales, weights.Columns) || content.Labels?.IsOf(weights.Columns) == false)
        {
            throw Bad(folder, "arrays whose shapes fit each other", "shapes that do not");
        }

        var kernel = new KeptNetwork(content.Network, content.Activations).Kernel(
            Path.Combine(folder, ModelKind.Manifest), content.Kernel, activations, Maker);
        var regression = new KernelRegression(
            kernel, new(mean, content.Unit!.Value), samples,
            new(content.TargetMeans, content.DeviationScales), weights, content.Ridge!.Value)
        {
            LeaveOneOutRmse = content.LeaveOneOutRmse,
            LogMarginalLikelihood = content.LogMarginalLikelihood,
            Solution = new(KindOf(content.Solver)!.Value),
        };
        return new(regression, content.Classes, content.Labels);
    }

    private static bool IsOf<T>(T[]? kept, int outputs) => kept is null || kept.Length == outputs;

    private static void Write(
        string folder, KeptNetwork network, KernelRegression model, IReadOnlyList<long>? classes, ModelLabels? labels,
        Precision precision, Watch watch)
    {
        var (samples, weights) = (watch.Stage(0, 0.4), watch.Stage(0.4, 0.5));
        NpyFile.Write(
            Path.Combine(folder, Samples), model.Samples, precision, samples.Progress, samples.Cancellation);
        NpyFile.Write(
            Path.Combine(folder, Weights), model.Weights, Precision.Float64, weights.Progress, weights.Cancellation);
        if (model.Transform.Mean is { } mean)
        {
            NpyFile.Write(Path.Combine(folder, Mean), mean, mean.Length);
        }

        var content = new Content(
            ModelKind.Kernel.Format,
            VersionOf(network.Activations, model.Targets.Means, model.Targets.Scales, labels), network.Text,
            model.Kernel.Kind.ToString().ToLowerInvariant(), model.Ridge, model.Transform.Unit,
            classes?.ToArray(), model.LeaveOneOutRmse,
            model.LogMarginalLikelihood, ModelFile.Sums(folder, watch.Stage(0.5, 1)), "", NameOf(model.Solution.Kind),
            model.Targets.Means, model.Targets.Scales, labels, network.Activations);
        ModelFile.WriteManifest(folder, content with { Checksum = content.Sum() }, ModelJson.Default.Content);
    }

    private static int VersionOf(
        SortedDictionary<string, double[]>? activations, double[]? means, double[]? scales, ModelLabels? labels) =>
        activations is not null ? ActivationVersion
            : labels is not null ? LabelVersion
            : means is null && scales is null ? FirstVersion : TargetVersion;

    // A model solved by Cholesky does not name its solver, as in files from before there were others.
    private static string? NameOf(SolverKind kind) => kind == SolverKind.Cholesky ? null : kind.ToString();

    private static SolverKind? KindOf(string? name) =>
        name is null
            ? SolverKind.Cholesky
            : Enum.GetValues<SolverKind>().Cast<SolverKind?>().FirstOrDefault(kind => $"{kind}" == name);

    private static bool IsComplete(Content content) =>
        content is
        {
            Network: not null, Kernel: "ntk" or "nngp", Ridge: >= 0, Unit: not null,
            Files: not null, Checksum: not null
        }
        && KeptNetwork.IsComplete(content.Activations)
        && content.Format == ModelKind.Kernel.Format
        && content.Version == VersionOf(
            content.Activations, content.TargetMeans, content.DeviationScales, content.Labels)
        && (content.Labels is null || content.Classes is null)
        && content.DeviationScales?.All(s => s >= 0) != false
        && KindOf(content.Solver) is not null
        && content.Files.Keys.All(name => name is Samples or Weights or Mean)
        && content.Files.ContainsKey(Samples)
        && content.Files.ContainsKey(Weights)
        && content.Checksum == content.Sum();

    private static DataFormatException Bad(string folder, string expected, string came, Exception? cause = null) =>
        ModelFile.Bad(Path.Combine(folder, ModelKind.Manifest), expected, came, Maker, cause);
}
