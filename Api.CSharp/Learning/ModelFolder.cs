using System.Security.Cryptography;
using System.Text.Json;

namespace HadamardNtk;

/// <summary>
/// A fitted model on disk: <c>model.json</c> (network, kernel, ridge, classes, checksums), <c>samples.npy</c> (training
/// rows as the kernel sees them), <c>weights.npy</c>, and <c>mean.npy</c> where rows are centred.
/// </summary>
internal static class ModelFolder
{
    private const string FormatName = "hntk-model";
    private const int FormatVersion = 1;
    private const string Manifest = "model.json";

    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true };

    internal sealed record Stored(KernelRegression Regression, long[]? Classes);

    private sealed record Content(
        string Format, int Version, string Network, string Kernel, double Ridge, bool Unit, long[]? Classes, Dictionary<string, string> Files);

    internal static void Save(string folder, KernelRegression model, IReadOnlyList<long>? classes)
    {
        var text = model.Kernel.Network.ToString();
        if (!Network.TryParse(text, out var parsed, out _) || !parsed.Equals(model.Kernel.Network))
        {
            throw new NotSupportedException($"The network {text} has a custom activation, which a model file cannot name.");
        }

        WriteWhole(Path.GetFullPath(folder), partial => Write(partial, text, model, classes));
    }

    internal static Stored Load(string folder)
    {
        var content = ReadManifest(folder);
        foreach (var (name, sum) in content.Files)
        {
            Verify(Path.Combine(folder, name), sum);
        }

        var mean = content.Files.ContainsKey("mean.npy") ? DataFile.ReadMatrix(Path.Combine(folder, "mean.npy")).Data : null;
        var kind = content.Kernel == "nngp" ? KernelKind.Nngp : KernelKind.Ntk;
        return new(
            new(Network.Parse(content.Network).Kernel(), kind, content.Ridge, new(mean, content.Unit), Array(folder, "samples"), Array(folder, "weights")),
            content.Classes);
    }

    private static Matrix Array(string folder, string name) => DataFile.ReadMatrix(Path.Combine(folder, name + ".npy"));

    private static void Write(string folder, string network, KernelRegression model, IReadOnlyList<long>? classes)
    {
        NpyFile.Write(Path.Combine(folder, "samples.npy"), model.Samples);
        NpyFile.Write(Path.Combine(folder, "weights.npy"), model.Weights);
        if (model.Transform.Mean is { } mean)
        {
            NpyFile.Write(Path.Combine(folder, "mean.npy"), mean, mean.Length);
        }

        var files = Directory.GetFiles(folder).ToDictionary(f => Path.GetFileName(f)!, Checksum);
        var content = new Content(
            FormatName, FormatVersion, network, model.Kind.ToString().ToLowerInvariant(), model.Ridge, model.Transform.Unit, classes?.ToArray(), files);
        File.WriteAllText(Path.Combine(folder, Manifest), JsonSerializer.Serialize(content, Json));
    }

    /// <summary>Fails as saving would if the folder cannot be written, and leaves nothing.</summary>
    internal static void RequireWritable(string folder)
    {
        try
        {
            WriteWhole(Path.GetFullPath(folder), _ => throw new TrialException());
        }
        catch (TrialException)
        {
            // The temporary folder could be made; it is gone again.
        }
    }

    private sealed class TrialException : Exception;

    // A temporary folder beside the final one, renamed when it is complete; an older model is replaced, nothing else is.
    private static void WriteWhole(string folder, Action<string> write)
    {
        if (File.Exists(folder) || (Directory.Exists(folder) && !IsReplaceable(folder)))
        {
            throw new OutputException(OutputFault.CannotCreate, folder, "a new folder or one that holds a model", "something else", "choose another name");
        }

        var partial = Path.Combine(Path.GetDirectoryName(folder) ?? ".", $".{Path.GetFileName(folder)}.{Guid.NewGuid():N}.partial");
        try
        {
            Directory.CreateDirectory(partial);
            write(partial);
            if (Directory.Exists(folder))
            {
                Directory.Delete(folder, recursive: true);
            }

            Directory.Move(partial, folder);
        }
        catch (Exception e) when (e is UnauthorizedAccessException or (IOException and not OutputException))
        {
            throw new OutputException(OutputFault.CannotCreate, folder, "a folder that can be written", e.Message.TrimEnd('.'), "choose another folder");
        }
        finally
        {
            if (Directory.Exists(partial))
            {
                Directory.Delete(partial, recursive: true);
            }
        }
    }

    private static bool IsReplaceable(string folder) =>
        File.Exists(Path.Combine(folder, Manifest)) || !Directory.EnumerateFileSystemEntries(folder).Any();

    private static Content ReadManifest(string folder)
    {
        var path = Path.Combine(folder, Manifest);
        if (!File.Exists(path))
        {
            throw new DataFormatException(folder, $"a model folder with {Manifest}", "no such file", "give the folder that fit wrote");
        }

        try
        {
            var content = JsonSerializer.Deserialize<Content>(File.ReadAllText(path));
            return content is { Format: FormatName, Version: FormatVersion, Network: not null, Kernel: not null, Files: not null }
                ? content
                : throw new DataFormatException(path, $"a {FormatName} of version {FormatVersion}", "another format or version", "fit the model again");
        }
        catch (JsonException e)
        {
            throw new DataFormatException(path, "JSON as fit writes it", e.Message, "fit the model again", e);
        }
    }

    private static void Verify(string path, string sum)
    {
        if (!File.Exists(path) || Checksum(path) != sum)
        {
            throw new DataFormatException(path, "the file that the model was written with", "a missing or changed one", "fit the model again");
        }
    }

    private static string Checksum(string path)
    {
        using var stream = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }
}
