using System.Globalization;
using System.Text.Json.Serialization;
using TorchSharp;

namespace HadamardNtk;

/// <summary>
/// A trained network on disk: <c>model.json</c> (network, width, classes, checksums), <c>parameters.dat</c>,
/// <c>changes.dat</c> of a linearized network, <c>mean.npy</c> where rows are centered, and <c>history.csv</c>.
/// </summary>
internal static partial class TrainedFolder
{
    private const int FormatVersion = 1;
    private const string Maker = "train";
    private const string Parameters = "parameters.dat";
    private const string Changes = "changes.dat";
    private const string Mean = "mean.npy";
    private const string History = "history.csv";

    [JsonSourceGenerationOptions(WriteIndented = true)]
    [JsonSerializable(typeof(Content))]
    private sealed partial class TrainedJson : JsonSerializerContext;

    private sealed record Content(
        string Format,
        int Version,
        string Network,
        int Width,
        long Seed,
        int Features,
        string Precision,
        bool Linearized,
        bool Unit,
        long[]? Classes,
        SortedDictionary<string, string> Files,
        string Checksum)
    {
        internal Precision Numbers =>
            Precision == "f64" ? HadamardNtk.Precision.Float64 : HadamardNtk.Precision.Float32;

        /// <summary>The checksum of all other fields.</summary>
        internal string Sum() => Checksums.OfText(string.Join('\n',
        [
            .. new[] { Version, Width, Seed, Features }.Select(n => n.ToString(CultureInfo.InvariantCulture)),
            Format, Network, Precision, Linearized.ToString(), Unit.ToString(), string.Join(',', Classes ?? []),
            .. Files.Select(f => $"{f.Key}={f.Value}"),
        ]));
    }

    internal static void Save(string folder, TrainedNetwork trained, Watch watch)
    {
        watch.Cancellation.ThrowIfCancellationRequested();
        var text = ModelFile.TextOf(trained.Module.Network);
        ModelPlace.WriteWhole(folder, ModelKind.Network, partial => Write(partial, text, trained, watch));
        watch.Progress?.Report(1);
    }

    internal static TrainedNetwork Load(string folder, torch.Device device, Watch watch) =>
        ModelPlace.Read(folder, watch, (place, stage) => LoadNow(place, device, stage));

    private static void Write(string folder, string network, TrainedNetwork trained, Watch watch)
    {
        Write(Path.Combine(folder, Parameters), trained.Module, watch.Stage(0, 0.3));
        if (trained.Linearized is { } linearized)
        {
            Write(Path.Combine(folder, Changes), linearized, watch.Stage(0.3, 0.6));
        }

        if (trained.Transform.Mean is { } mean)
        {
            NpyFile.Write(Path.Combine(folder, Mean), mean, mean.Length);
        }

        if (trained.History.Count > 0)
        {
            TrainingHistoryFile.Write(Path.Combine(folder, History), trained.History);
        }

        var module = trained.Module;
        var content = new Content(
            ModelKind.Network.Format, FormatVersion, network, module.Width, module.Seed, module.Features,
            trained.Precision == Precision.Float64 ? "f64" : "f32", trained.Linearized is not null, trained.Unit,
            trained.Classes?.ToArray(), ModelFile.Sums(folder, watch.Stage(0.6, 1)), "");
        ModelFile.WriteManifest(folder, content with { Checksum = content.Sum() }, TrainedJson.Default.Content);
    }

    // Parameters are written to the disk as they come, since they may be more than one array holds.
    private static void Write(string path, torch.nn.Module module, Watch watch)
    {
        var size = module.parameters().Sum(p => p.numel() * p.element_size());
        using var file = PartialFile.Create(path, size);
        using var stream = new PartialStream(file) { Watch = watch, Expected = size };
        using (var writer = new BinaryWriter(new BufferedStream(stream, 1 << 16)))
        {
            module.save(writer);
        }

        file.Commit(stream.Length);
    }

    private static TrainedNetwork LoadNow(string folder, torch.Device device, Watch watch)
    {
        var content = ModelFile.ReadManifest(
            folder, ModelKind.Network, TrainedJson.Default.Content, IsComplete, Maker);
        var module = Damaged(folder, () => Network.Parse(content.Network).ToModule(
            content.Features, content.Width, content.Seed, content.Numbers, null, watch.Cancellation));
        try
        {
            Read(folder, Parameters, content, module, watch.Stage(0, content.Linearized ? 0.5 : 1));
            NetworkTraining.Move(module, device);
            var linearized = content.Linearized ? LinearizedModule.Of(module) : null;
            if (linearized is not null)
            {
                Read(folder, Changes, content, linearized, watch.Stage(0.5, 1));
            }

            var classes = content.Classes is { } known ? new ClassTargets(known) : null;
            Damaged(folder, () => classes?.RequireOutputs(module.Outputs, Loss.Squared));
            var transform = new RowTransform(MeanOf(folder, content), content.Unit);
            return new(module, linearized, transform, classes, Points(folder, content));
        }
        catch
        {
            module.Dispose();
            throw;
        }
    }

    private static void Read(string folder, string name, Content content, torch.nn.Module module, Watch watch)
    {
        object Load(string path, Stream stream) => Damaged(folder, () =>
        {
            using var reader = new BinaryReader(stream);
            return module.load(reader);
        });

        ModelFile.Read(folder, name, content.Files[name], Maker, Load, watch);
    }

    private static double[]? MeanOf(string folder, Content content)
    {
        if (!content.Files.TryGetValue(Mean, out var sum))
        {
            return null;
        }

        var mean = ModelFile.Read(folder, Mean, sum, Maker, (path, stream) => DataFile.Read(path, stream).AsMatrix());
        return mean.Data.Length == content.Features
            ? mean.Data
            : throw Bad(folder, "a mean of as many numbers as there are features", $"{mean.Data.Length}");
    }

    private static ModuleTrainingPoint[] Points(string folder, Content content) =>
        content.Files.TryGetValue(History, out var sum)
            ? ModelFile.Read(folder, History, sum, Maker, (path, stream) => Damaged(folder, () =>
            {
                using var reader = new StreamReader(stream);
                return TrainingHistoryFile.Parse(reader.ReadToEnd());
            }))
            : [];

    private static bool IsComplete(Content content) =>
        content is
        {
            Version: FormatVersion, Network: not null, Width: >= 1, Features: >= 1, Precision: "f32" or "f64",
            Files: not null, Checksum: not null, Classes: null or { Length: >= 2 },
        }
        && content.Format == ModelKind.Network.Format
        && content.Files.Keys.All(name => name is Parameters or Changes or Mean or History)
        && content.Files.ContainsKey(Parameters)
        && content.Files.ContainsKey(Changes) == content.Linearized
        && content.Checksum == content.Sum();

    private static void Damaged(string folder, Action act) => Damaged(folder, () =>
    {
        act();
        return true;
    });

    // A manifest with right checksums may still not fit its files, if it was made elsewhere.
    private static T Damaged<T>(string folder, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is NetworkSyntaxException or ArgumentException or NotSupportedException
            or FormatException or EndOfStreamException)
        {
            throw Bad(folder, "a network and files that fit each other", MessageText.Reason(e), e);
        }
    }

    private static DataFormatException Bad(string folder, string expected, string came, Exception? cause = null) =>
        ModelFile.Bad(Path.Combine(folder, ModelKind.Manifest), expected, came, Maker, cause);
}
