using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace HadamardNtk;

/// <summary>
/// A fitted model on disk: <c>model.json</c> (network, kernel, ridge, classes, checksums), <c>samples.npy</c> (training
/// rows as the kernel sees them), <c>weights.npy</c>, and <c>mean.npy</c> where rows are centered.
/// </summary>
internal static class ModelFolder
{
    private const string FormatName = "hntk-model";
    private const int FormatVersion = 1;
    private const string Manifest = "model.json";
    private const string Samples = "samples.npy";
    private const string Weights = "weights.npy";
    private const string Mean = "mean.npy";

    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true };

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
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Solver = null)
    {
        /// <summary>The checksum of all other fields.</summary>
        internal string Sum() => Checksums.OfText(string.Join('\n',
        [
            Format, Version.ToString(CultureInfo.InvariantCulture), Network, Kernel, Text(Ridge), Unit.ToString() ?? "",
            Text(LeaveOneOutRmse), Text(LogMarginalLikelihood), string.Join(',', Classes ?? []),
            .. Files.Select(f => $"{f.Key}={f.Value}"),
            .. Solver is null ? (string[])[] : [Solver],
        ]));

        private static string Text(double? x) => x?.ToString("R", CultureInfo.InvariantCulture) ?? "";
    }

    internal static void Save(string folder, KernelRegression model, IReadOnlyList<long>? classes, Precision precision)
    {
        var text = model.Kernel.Network.ToString();
        if (!Network.TryParse(text, out var parsed, out _) || !parsed.Equals(model.Kernel.Network))
        {
            throw new NotSupportedException(
                $"The network {text} has a custom activation, which a model file cannot name.");
        }

        if (!KeptSamples.AreOf(model.Samples, precision))
        {
            throw new ArgumentException(
                "Expected a model fitted on samples of float32; its samples have more digits, " +
                "so that another model would be written. " +
                "Fit it with RegressionOptions.Samples = Precision.Float32, or save it in float64.", nameof(precision));
        }

        ModelPlace.WriteWhole(folder, partial => Write(partial, text, model, classes, precision));
    }

    // Files that do not fit together may belong to a model that is being replaced. They are read again once the
    // folder's lock is free.
    internal static IFittedModel Load(string folder)
    {
        try
        {
            return LoadNow(folder);
        }
        catch (DataFormatException) when (Directory.Exists(folder))
        {
            using var taken = DataSource.Guard(folder, () => FolderLock.Take(RealPath.Of(folder)));
            return LoadNow(folder);
        }
    }

    private static IFittedModel LoadNow(string folder)
    {
        var content = ReadManifest(folder);
        var files = content.Files.ToDictionary(f => f.Key, f => Read(folder, f.Key, f.Value));
        var (samples, weights) = (files[Samples], files[Weights]);
        var mean = files.GetValueOrDefault(Mean)?.Data;
        if (weights.Rows != samples.Rows || (mean is not null && mean.Length != samples.Columns)
            || (content.Classes is { } classes && classes.Length != weights.Columns))
        {
            throw Bad(Path.Combine(folder, Manifest), "arrays whose shapes fit each other", "shapes that do not");
        }

        var kind = content.Kernel == "nngp" ? KernelKind.Nngp : KernelKind.Ntk;
        var regression = new KernelRegression(
            ReadKernel(folder, content.Network, kind), new(mean, content.Unit!.Value), samples, weights,
            content.Ridge!.Value)
        {
            LeaveOneOutRmse = content.LeaveOneOutRmse ?? double.NaN,
            LogMarginalLikelihood = content.LogMarginalLikelihood ?? double.NaN,
            Solution = new(KindOf(content.Solver)!.Value),
        };
        return content.Classes is { } labels ? new KernelClassifier(regression, labels) : regression;
    }

    private static InfiniteKernel ReadKernel(string folder, string network, KernelKind kind)
    {
        try
        {
            return Network.Parse(network).Kernel(kind);
        }
        catch (Exception e) when (e is NetworkSyntaxException or NetworkRefusedException)
        {
            throw Bad(Path.Combine(folder, Manifest), "a network that has a kernel", e.Message, e);
        }
    }

    // The file is opened once for its checksum and its numbers. Both then belong to one file, even if another takes its
    // name meanwhile.
    private static Matrix Read(string folder, string name, string sum)
    {
        var path = Path.Combine(folder, name);
        if (!File.Exists(path))
        {
            throw Changed(path);
        }

        using var stream = DataSource.Open(path);
        if (Checksums.OfStream(stream) != sum)
        {
            throw Changed(path);
        }

        stream.Position = 0;
        return DataFile.Read(path, stream).AsMatrix();
    }

    private static void Write(
        string folder, string network, KernelRegression model, IReadOnlyList<long>? classes, Precision precision)
    {
        NpyFile.Write(Path.Combine(folder, Samples), model.Samples, precision);
        NpyFile.Write(Path.Combine(folder, Weights), model.Weights, Precision.Float64);
        if (model.Transform.Mean is { } mean)
        {
            NpyFile.Write(Path.Combine(folder, Mean), mean, mean.Length);
        }

        var files = new SortedDictionary<string, string>(
            Directory.GetFiles(folder).ToDictionary(f => Path.GetFileName(f)!, Checksums.OfFile),
            StringComparer.Ordinal);
        var content = new Content(
            FormatName, FormatVersion, network, model.Kernel.Kind.ToString().ToLowerInvariant(), model.Ridge,
            model.Transform.Unit, classes?.ToArray(), Finite(model.LeaveOneOutRmse),
            Finite(model.LogMarginalLikelihood), files, "", NameOf(model.Solution.Kind));
        PartialFile.WriteText(
            Path.Combine(folder, Manifest),
            JsonSerializer.Serialize(content with { Checksum = content.Sum() }, Json));
    }

    // A model solved by Cholesky does not name its solver, as in files from before there were others.
    private static string? NameOf(SolverKind kind) => kind == SolverKind.Cholesky ? null : kind.ToString();

    private static SolverKind? KindOf(string? name) =>
        name is null
            ? SolverKind.Cholesky
            : Enum.GetValues<SolverKind>().Cast<SolverKind?>().FirstOrDefault(kind => $"{kind}" == name);

    private static double? Finite(double x) => double.IsFinite(x) ? x : null;

    private static Content ReadManifest(string folder)
    {
        var path = Path.Combine(folder, Manifest);
        if (!File.Exists(path))
        {
            throw new DataFormatException(
                folder, $"a model folder with {Manifest}", "no such file", "give the folder that fit wrote");
        }

        try
        {
            var content = JsonSerializer.Deserialize<Content>(File.ReadAllText(path));
            return content is { Format: FormatName, Version: FormatVersion } && IsComplete(content)
                ? content
                : throw Bad(
                    path,
                    $"a complete {FormatName} of version {FormatVersion}, as it was written",
                    "another or a changed one");
        }
        catch (JsonException e)
        {
            throw Bad(path, "JSON as fit writes it", e.Message, e);
        }
    }

    private static bool IsComplete(Content content) =>
        content is
        {
            Network: not null, Kernel: "ntk" or "nngp", Ridge: >= 0, Unit: not null, Files: not null, Checksum: not null
        }
        && KindOf(content.Solver) is not null
        && content.Files.Keys.All(name => name is Samples or Weights or Mean)
        && content.Files.ContainsKey(Samples)
        && content.Files.ContainsKey(Weights)
        && content.Checksum == content.Sum();

    private static DataFormatException Changed(string path) =>
        Bad(path, "the file that the model was written with", "a missing or changed one");

    private static DataFormatException Bad(string path, string expected, string came, Exception? cause = null) =>
        new(path, expected, came, "fit the model again", cause);
}

/// <summary>Computes SHA-256 checksums, in hexadecimal.</summary>
internal static class Checksums
{
    internal static string OfFile(string path)
    {
        using var stream = File.OpenRead(path);
        return OfStream(stream);
    }

    internal static string OfStream(Stream stream) => Convert.ToHexStringLower(SHA256.HashData(stream));

    internal static string OfText(string text) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
