using System.Globalization;
using System.Text.Json.Serialization;

namespace HadamardNtk;

/// <summary>
/// A support vector machine on disk: <c>model.json</c> (network, kernel, classes, biases, checksums),
/// <c>samples.npy</c> (support vectors as the kernel sees them), <c>weights.npy</c> (β, support vectors × pairs), and
/// <c>mean.npy</c> where rows are centered.
/// </summary>
internal static partial class SupportVectorFolder
{
    private const int Version = 1;
    private const string Maker = "save";
    private const string Samples = "samples.npy";
    private const string Weights = "weights.npy";
    private const string Mean = "mean.npy";

    [JsonSourceGenerationOptions(WriteIndented = true)]
    [JsonSerializable(typeof(Content))]
    private sealed partial class SupportVectorJson : JsonSerializerContext;

    private sealed record Content(
        string Format,
        int Version,
        string Network,
        string Kernel,
        bool? Unit,
        long[] Classes,
        double[] Biases,
        double? Violation,
        long? Steps,
        SortedDictionary<string, string> Files,
        string Checksum,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        SortedDictionary<string, double[]>? Activations = null)
    {
        /// <summary>The checksum of all other fields.</summary>
        internal string Sum() => Checksums.OfText(string.Join('\n',
        [
            Format, Version.ToString(CultureInfo.InvariantCulture), Network, Kernel, Unit.ToString() ?? "",
            string.Join(',', Classes), string.Join(',', Biases.Select(b => Text(b))), Text(Violation),
            Steps?.ToString(CultureInfo.InvariantCulture) ?? "", .. Files.Select(f => $"{f.Key}={f.Value}"),
            .. KeptNetwork.Lines(Activations),
        ]));

        private static string Text(double? x) => x?.ToString("R", CultureInfo.InvariantCulture) ?? "";
    }

    internal static void Save(string folder, SupportVectorMachine<Matrix> machine, Watch watch)
    {
        watch.Cancellation.ThrowIfCancellationRequested();
        var kernel = machine.Kernel as InfiniteKernel ?? throw new NotSupportedException(
            $"Expected a machine with the kernel of a network, which a file can name; it has {machine.Kernel}.");
        var network = KeptNetwork.Of(kernel.Network);
        ModelPlace.WriteWhole(
            folder, ModelKind.SupportVectors, partial => Write(partial, network, kernel.Kind, machine, watch));
        watch.Progress?.Report(1);
    }

    internal static SupportVectorMachine<Matrix> Load(
        string folder, IEnumerable<Activation>? activations, Watch watch) =>
        ModelPlace.Read(folder, watch, (place, stage) => LoadNow(place, activations, stage));

    private static void Write(
        string folder, KeptNetwork network, KernelKind kind, SupportVectorMachine<Matrix> model, Watch watch)
    {
        var (machine, transform) = (model.Machine, (RowTransform)model.Fitted.Preparation);
        var (samples, weights) = (watch.Stage(0, 0.4), watch.Stage(0.4, 0.5));
        NpyFile.Write(
            Path.Combine(folder, Samples), model.Fitted.Samples, Precision.Float64, samples.Progress,
            samples.Cancellation);
        NpyFile.Write(
            Path.Combine(folder, Weights), machine.Weights, Precision.Float64, weights.Progress, weights.Cancellation);
        if (transform.Mean is { } mean)
        {
            NpyFile.Write(Path.Combine(folder, Mean), mean, mean.Length);
        }

        var content = new Content(
            ModelKind.SupportVectors.Format, Version, network.Text, kind.ToString().ToLowerInvariant(), transform.Unit,
            [.. machine.Classes], [.. machine.Biases], machine.Violation, machine.Steps,
            ModelFile.Sums(folder, watch.Stage(0.5, 1)), "", network.Activations);
        ModelFile.WriteManifest(folder, content with { Checksum = content.Sum() }, SupportVectorJson.Default.Content);
    }

    private static SupportVectorMachine<Matrix> LoadNow(
        string folder, IEnumerable<Activation>? activations, Watch watch)
    {
        var content = ModelFile.ReadManifest(
            folder, ModelKind.SupportVectors, SupportVectorJson.Default.Content, IsComplete, Maker);
        var files = ModelFile.ReadMatrices(folder, content.Files, Maker, watch);
        var (samples, weights) = (files[Samples], files[Weights]);
        var mean = files.GetValueOrDefault(Mean)?.Data;
        if (weights.Rows != samples.Rows || weights.Columns != content.Biases.Length
            || content.Biases.Length != ClassVotes.Pairs(content.Classes.Length).Length
            || (mean is not null && mean.Length != samples.Columns))
        {
            throw Bad(folder, "arrays whose shapes fit each other", "shapes that do not");
        }

        var kernel = new KeptNetwork(content.Network, content.Activations).Kernel(
            Path.Combine(folder, ModelKind.Manifest), content.Kernel, activations, Maker);
        var machine = GramSupportVectorMachine.Kept(
            content.Classes, weights, content.Biases, content.Violation!.Value, content.Steps!.Value);
        return new(new(kernel, new RowTransform(mean, content.Unit!.Value), samples), machine);
    }

    private static bool IsComplete(Content content) =>
        content is
        {
            Network: not null, Kernel: "ntk" or "nngp", Unit: not null, Classes.Length: >= 2, Biases: not null,
            Violation: not null, Steps: not null, Files: not null, Checksum: not null, Version: Version
        }
        && KeptNetwork.IsComplete(content.Activations)
        && content.Format == ModelKind.SupportVectors.Format
        && content.Files.Keys.All(name => name is Samples or Weights or Mean)
        && content.Files.ContainsKey(Samples)
        && content.Files.ContainsKey(Weights)
        && content.Checksum == content.Sum();

    private static DataFormatException Bad(string folder, string expected, string came) =>
        ModelFile.Bad(Path.Combine(folder, ModelKind.Manifest), expected, came, Maker);
}
