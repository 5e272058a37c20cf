using System.Globalization;
using System.Text.Json.Serialization;

namespace HadamardNtk;

/// <summary>
/// A model on a given Gram matrix on disk: <c>model.json</c> (origin, ridge, classes, checksums), <c>weights.npy</c>,
/// and <c>gram.npy</c> where the model has deviations.
/// </summary>
internal static partial class GramModelFolder
{
    private const int Version = 1;
    private const int BlockRows = 256;
    private const string Maker = "fit --gram";
    private const string Weights = "weights.npy";
    private const string Gram = "gram.npy";

    [JsonSourceGenerationOptions(WriteIndented = true)]
    [JsonSerializable(typeof(Content))]
    private sealed partial class GramModelJson : JsonSerializerContext;

    private sealed record Content(
        string Format,
        int Version,
        double? Ridge,
        string Solver,
        SortedDictionary<string, string> Files,
        string Checksum,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Network = null,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Kernel = null,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Samples = null,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] long[]? Classes = null,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] double? LeaveOneOutRmse = null,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] double? LogMarginalLikelihood = null,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] double[]? TargetMeans = null,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] double[]? DeviationScales = null)
    {
        /// <summary>The checksum of all other fields.</summary>
        internal string Sum() => Checksums.OfText(string.Join('\n',
        [
            Format, Text(Version), Text(Ridge), Solver, Network ?? "", Kernel ?? "", Samples ?? "",
            string.Join(',', Classes ?? []), Text(LeaveOneOutRmse), Text(LogMarginalLikelihood),
            $"means={Text(TargetMeans)}", $"scales={Text(DeviationScales)}",
            .. Files.Select(f => $"{f.Key}={f.Value}"),
        ]));

        private static string Text(double? x) => x?.ToString("R", CultureInfo.InvariantCulture) ?? "";

        private static string Text(double[]? numbers) => string.Join(',', (numbers ?? []).Select(x => Text(x)));
    }

    /// <summary>A loaded model: a regression, or a classifier with its regression.</summary>
    internal sealed record Loaded(GramRegression Regression, GramClassifier? Classifier);

    internal static void Save(
        string folder, GramRegression model, IReadOnlyList<long>? classes, bool withGram, Watch watch)
    {
        watch.Cancellation.ThrowIfCancellationRequested();
        ModelPlace.WriteWhole(folder, ModelKind.Gram, partial => Write(partial, model, classes, withGram, watch));
        watch.Progress?.Report(1);
    }

    internal static Loaded Load(string folder, Watch watch) => ModelPlace.Read(folder, watch, LoadNow);

    private static void Write(
        string folder, GramRegression model, IReadOnlyList<long>? classes, bool withGram, Watch watch)
    {
        NpyFile.Write(Path.Combine(folder, Weights), model.Weights, Precision.Float64);
        if (withGram)
        {
            WriteGram(Path.Combine(folder, Gram), model, watch.Stage(0, 0.5));
        }

        var content = new Content(
            ModelKind.Gram.Format, Version, model.Ridge, model.Solution.Kind.ToString(),
            ModelFile.Sums(folder, watch.Stage(0.5, 1)), "",
            model.Network, model.Kind is { } kind ? ProvenanceFile.Word(kind) : null, model.Origin.Samples,
            classes?.ToArray(), model.LeaveOneOutRmse, model.LogMarginalLikelihood,
            model.Targets.Means, model.Targets.Scales);
        ModelFile.WriteManifest(folder, content with { Checksum = content.Sum() }, GramModelJson.Default.Content);
    }

    private static void WriteGram(string path, GramRegression model, Watch watch)
    {
        var n = model.Weights.Rows;
        var done = new StepProgress(watch.Progress, n);
        using var writer = NpyTileWriter.Create(path, n, n);
        for (var first = 0; first < n; first += BlockRows)
        {
            int[] rows = [.. Enumerable.Range(first, Math.Min(BlockRows, n - first))];
            var block = model.Kernel.Cross(rows, model.Samples, null, watch.Cancellation);
            writer.WriteTile(first, 0, block.Data, block.Rows, n, n);
            done.Add(block.Rows);
        }

        writer.Commit();
    }

    private static Loaded LoadNow(string folder, Watch watch)
    {
        var content = ModelFile.ReadManifest(
            folder, ModelKind.Gram, GramModelJson.Default.Content, IsComplete, Maker);
        var weights = ModelFile.ReadMatrix(folder, Weights, content.Files[Weights], Maker, watch);
        if (!IsOf(content.Classes, weights.Columns) || !IsOf(content.TargetMeans, weights.Columns)
            || !IsOf(content.DeviationScales, weights.Columns))
        {
            throw Bad(folder, "arrays whose shapes fit each other", "shapes that do not");
        }

        var sum = content.Files.GetValueOrDefault(Gram);
        var kernel = PrecomputedKernel.Later(weights.Rows, () => OpenGram(folder, sum, weights.Rows));
        var origin = new GramOrigin(content.Network, KindOf(content.Kernel), content.Samples);
        var regression = new GramRegression(
            kernel, new(content.TargetMeans, content.DeviationScales), weights, content.Ridge!.Value, origin)
        {
            LeaveOneOutRmse = content.LeaveOneOutRmse,
            LogMarginalLikelihood = content.LogMarginalLikelihood,
            Solution = new(SolverOf(content.Solver)!.Value),
        };
        return new(regression, content.Classes is { } classes ? new(regression, classes) : null);
    }

    private static GramMatrix OpenGram(string folder, string? sum, int size)
    {
        if (sum is null)
        {
            throw new NotSupportedException(
                $"The model {folder} was saved without its Gram matrix, which standard deviations need; "
                + "save it with the matrix.");
        }

        _ = ModelFile.Read(folder, Gram, sum, Maker, (_, _) => true);
        var gram = GramMatrix.Open(Path.Combine(folder, Gram));
        return gram.Rows == size && gram.Columns == size
            ? gram
            : throw Bad(folder, $"a Gram matrix of {size} x {size}", $"{gram.Rows} x {gram.Columns}");
    }

    private static bool IsOf<T>(T[]? kept, int outputs) => kept is null || kept.Length == outputs;

    private static KernelKind? KindOf(string? word) =>
        word is null ? null : word == "ntk" ? KernelKind.Ntk : KernelKind.Nngp;

    private static SolverKind? SolverOf(string? name) =>
        Enum.GetValues<SolverKind>().Cast<SolverKind?>().FirstOrDefault(kind => $"{kind}" == name);

    private static bool IsComplete(Content content) =>
        content is
        {
            Version: Version, Ridge: >= 0, Files: not null, Checksum: not null, Kernel: null or "ntk" or "nngp"
        }
        && content.Format == ModelKind.Gram.Format
        && content.DeviationScales?.All(s => s >= 0) != false
        && SolverOf(content.Solver) is not null
        && content.Files.Keys.All(name => name is Weights or Gram)
        && content.Files.ContainsKey(Weights)
        && content.Checksum == content.Sum();

    private static DataFormatException Bad(string folder, string expected, string came, Exception? cause = null) =>
        ModelFile.Bad(Path.Combine(folder, ModelKind.Manifest), expected, came, Maker, cause);
}
