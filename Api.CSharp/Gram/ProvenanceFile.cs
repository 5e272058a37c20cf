using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace HadamardNtk;

/// <summary>
/// The file K.npy.json beside a Gram matrix K.npy. It is written by hand, because the code for JSON would take a small
/// run longer to load than all of its work; <see cref="ProvenanceReader"/> reads it by that code.
/// </summary>
internal static class ProvenanceFile
{
    /// <summary>The name of the format.</summary>
    internal const string Format = "hntk-gram";

    /// <summary>The version of the format.</summary>
    internal const int Version = 1;

    private const int Stretch = 4096;
    private const int Stretches = 1024;
    private const int Most = 1 << 20;

    /// <summary>The path of the provenance of a matrix, which stands beside the file that a link leads to.</summary>
    internal static string PathOf(string path) =>
        (new FileInfo(path).LinkTarget is null ? path : RealPath.Of(path)) + ".json";

    /// <summary>Fails if the provenance cannot be written, or if a file of another kind has its name.</summary>
    /// <exception cref="OutputException">One of these holds.</exception>
    internal static void RequireWritable(string path)
    {
        var place = PathOf(path);
        _ = OutputPlace.Of(place);
        if (File.Exists(place) && !IsOurs(place))
        {
            throw new OutputException(
                OutputFault.CannotCreate, place, "a free name for the provenance of the matrix, or that of another one",
                "a file of another kind", "name another file for the matrix, or move this one");
        }
    }

    /// <summary>Reads the provenance of a matrix, and checks that it belongs to it; null if there is none.</summary>
    /// <exception cref="DataFormatException">It is damaged, or describes another file.</exception>
    internal static GramProvenance? Read(string path)
    {
        var place = PathOf(path);
        if (!File.Exists(place) || !File.Exists(path) || !IsOurs(place))
        {
            return null;
        }

        var read = ProvenanceReader.Read(place);
        var (bytes, fingerprint) = DataSource.Guard(path, () => Print(path));
        return (bytes, fingerprint) == (read.Bytes, read.Fingerprint)
            ? read
            : throw new DataFormatException(
                path, $"the matrix that {place} describes", "another or a changed file",
                $"compute it again, or delete {place}");
    }

    /// <summary>Writes the provenance of a complete matrix.</summary>
    /// <exception cref="OutputException">It cannot be written. No provenance is left then.</exception>
    internal static void Write(string path, GramProvenance provenance)
    {
        var place = PathOf(path);
        try
        {
            var (bytes, fingerprint) = Print(path);
            PartialFile.WriteText(place, Text(provenance with { Bytes = bytes, Fingerprint = fingerprint }));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // One that is there belongs to the matrix that was replaced.
            Delete(place);
            throw e is OutputException ? e : new OutputException(
                OutputFault.WriteFailed, place, "a readable matrix and room for its provenance", MessageText.Reason(e),
                $"{path} is complete, and its provenance is missing", e);
        }
    }

    // The failure that is told is the first one.
    private static void Delete(string place)
    {
        try
        {
            File.Delete(place);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
        }
    }

    /// <summary>A kernel as the command line names it.</summary>
    internal static string Word(KernelKind kind) => kind == KernelKind.Ntk ? "ntk" : "nngp";

    /// <summary>A precision as the command line names it.</summary>
    internal static string Word(Precision precision) => precision == Precision.Float64 ? "f64" : "f32";

    /// <summary>A provenance as the file has it.</summary>
    internal static string Text(GramProvenance p)
    {
        var inputs = string.Join(",\n", p.Inputs.Select(input =>
            $"    {{ \"name\": {Quoted(input.Name)}, \"file\": {Quoted(input.File)}, \"rows\": {Number(input.Rows)}, "
            + $"\"columns\": {Number(input.Columns)}, \"sha256\": {Quoted(input.Sha256)} }}"));
        return $$"""
            {
              "format": "{{Format}}",
              "version": {{Number(Version)}},
              "network": {{Quoted(p.Network)}},
              "kernel": "{{Word(p.Kernel)}}",
              "precision": "{{Word(p.Precision)}}",
              "backend": {{Quoted(p.Backend)}},
              "rows": {{Number(p.Rows)}},
              "columns": {{Number(p.Columns)}},
              "inputs": [
            {{inputs}}
              ],
              "program": {{Quoted(p.Program)}},
              "bytes": {{Number(p.Bytes)}},
              "fingerprint": {{Quoted(p.Fingerprint)}}
            }

            """.ReplaceLineEndings("\n");
    }

    private static string Number(long n) => n.ToString(CultureInfo.InvariantCulture);

    // JSON escapes quotes, backslashes and control characters; halves of surrogate pairs have no UTF-8.
    private static string Quoted(string? text)
    {
        if (text is null)
        {
            return "null";
        }

        var quoted = new StringBuilder("\"");
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            var isPair = char.IsHighSurrogate(c) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]);
            if (isPair)
            {
                quoted.Append(c).Append(text[++i]);
            }
            else if (c is '"' or '\\' || char.IsControl(c) || char.IsSurrogate(c))
            {
                quoted.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
            }
            else
            {
                quoted.Append(c);
            }
        }

        return quoted.Append('"').ToString();
    }

    // The head of the file says what it is, whether or not the rest is damaged.
    private static bool IsOurs(string place)
    {
        try
        {
            using var stream = new FileStream(
                place, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var head = DataSource.Head(stream, 256);
            return Encoding.UTF8.GetString(head).Contains($"\"{Format}\"", StringComparison.Ordinal)
                && stream.Length < Most;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static (long Bytes, string Fingerprint) Print(string path)
    {
        using var stream = new FileStream(
            path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1);
        if (stream.Length <= Stretch * Stretches)
        {
            return (stream.Length, Convert.ToHexStringLower(SHA256.HashData(stream)));
        }

        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var bytes = new byte[Stretch];
        for (var k = 0L; k < Stretches; k++)
        {
            stream.Position = (long)((Int128)(stream.Length - Stretch) * k / (Stretches - 1));
            stream.ReadExactly(bytes);
            hash.AppendData(bytes);
        }

        return (stream.Length, Convert.ToHexStringLower(hash.GetHashAndReset()));
    }
}
