using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace HadamardNtk;

/// <summary>The files of a model's folder: its manifest, and the others with their checksums in it.</summary>
internal static class ModelFile
{
    /// <summary>A network as a manifest has it.</summary>
    /// <exception cref="NotSupportedException">The network has a custom activation.</exception>
    internal static string TextOf(Network network)
    {
        var text = network.ToString();
        return Network.TryParse(text, out var parsed, out _) && parsed.Equals(network)
            ? text
            : throw new NotSupportedException(
                $"The network {text} has a custom activation, which a model file cannot name.");
    }

    /// <summary>The checksums of the files in a folder, by their names.</summary>
    internal static SortedDictionary<string, string> Sums(string folder, Watch watch = default)
    {
        var names = Directory.GetFiles(folder).Select(path => Path.GetFileName(path)!).ToArray();
        var stages = Stages(folder, names, watch);
        return new(
            names.Zip(stages).ToDictionary(
                file => file.First, file => Checksums.OfFile(Path.Combine(folder, file.First), file.Second)),
            StringComparer.Ordinal);
    }

    /// <summary>Reads the matrices in files, by their names.</summary>
    /// <inheritdoc cref="Read"/>
    internal static Dictionary<string, Matrix> ReadMatrices(
        string folder, SortedDictionary<string, string> sums, string maker, Watch watch)
    {
        string[] names = [.. sums.Keys];
        return names.Zip(Stages(folder, names, watch)).ToDictionary(
            file => file.First, file => ReadMatrix(folder, file.First, sums[file.First], maker, file.Second));
    }

    /// <summary>Reads the matrix in a file.</summary>
    /// <inheritdoc cref="Read"/>
    internal static Matrix ReadMatrix(string folder, string name, string sum, string maker, Watch watch) =>
        Read(folder, name, sum, maker, (path, stream) => DataFile.Read(path, stream).AsMatrix(), watch);

    // Each file is a stage as long as its bytes.
    private static Watch[] Stages(string folder, string[] names, Watch watch)
    {
        var lengths = Array.ConvertAll(names, name => new FileInfo(Path.Combine(folder, name)) is { Exists: true } file
            ? file.Length : 0.0);
        var (all, before) = (Math.Max(1, lengths.Sum()), 0.0);
        return Array.ConvertAll(lengths, length => watch.Stage(before / all, (before += length) / all));
    }

    /// <summary>Writes a manifest, by code that the compiler generates: native programs have no reflection.</summary>
    internal static void WriteManifest<T>(string folder, T content, JsonTypeInfo<T> json) =>
        PartialFile.WriteText(Path.Combine(folder, ModelKind.Manifest), JsonSerializer.Serialize(content, json));

    /// <summary>Reads the manifest of a model.</summary>
    /// <param name="folder">The folder of the model.</param>
    /// <param name="kind">The kind of the model.</param>
    /// <param name="json">How the manifest is read.</param>
    /// <param name="isComplete">Whether the manifest is as it was written.</param>
    /// <param name="maker">What writes models of this kind.</param>
    /// <exception cref="DataFormatException">There is none, or it is not as it was written.</exception>
    internal static T ReadManifest<T>(
        string folder, ModelKind kind, JsonTypeInfo<T> json, Func<T, bool> isComplete, string maker)
        where T : class
    {
        var path = Path.Combine(folder, ModelKind.Manifest);
        if (!File.Exists(path))
        {
            throw new DataFormatException(
                folder, $"a model folder with {ModelKind.Manifest}", "no such file",
                $"give the folder that {maker} wrote");
        }

        if (ModelPlace.KindOf(folder) is { } other && other != kind)
        {
            throw new DataFormatException(
                folder, kind.Description, other.Description, $"read it by {other.Reader}");
        }

        try
        {
            var content = JsonSerializer.Deserialize(DataSource.Guard(path, () => File.ReadAllText(path)), json);
            return content is not null && isComplete(content)
                ? content
                : throw Bad(path, $"a complete {kind.Format} of a version that this program knows, as it was written",
                    "another or a changed one", maker);
        }
        catch (JsonException e)
        {
            throw Bad(path, $"JSON as {maker} writes it", e.Message, maker, e);
        }
    }

    /// <summary>
    /// Reads a file, opened once for its checksum and its content. Both then belong to one file, even if another takes
    /// its name meanwhile.
    /// </summary>
    /// <exception cref="DataFormatException">The file is missing, or has another checksum.</exception>
    internal static T Read<T>(
        string folder, string name, string sum, string maker, Func<string, Stream, T> read, Watch watch = default)
    {
        var path = Path.Combine(folder, name);
        if (!File.Exists(path))
        {
            throw Changed(path, maker);
        }

        watch.Cancellation.ThrowIfCancellationRequested();
        using var stream = WatchedStream.Of(DataSource.Open(path), watch, passes: 2);
        if (Checksums.OfStream(stream) != sum)
        {
            throw Changed(path, maker);
        }

        stream.Position = 0;
        return read(path, stream);
    }

    /// <summary>The error of a file that does not belong to its model.</summary>
    internal static DataFormatException Bad(
        string path, string expected, string came, string maker, Exception? cause = null) =>
        new(path, expected, came, $"{maker} the model again", cause);

    private static DataFormatException Changed(string path, string maker) =>
        Bad(path, "the file that the model was written with", "a missing or changed one", maker);
}
