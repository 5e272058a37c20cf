using System.Text.Json;
using System.Text.Json.Serialization;

namespace HadamardNtk;

/// <summary>Reads the file K.npy.json beside a Gram matrix.</summary>
internal static partial class ProvenanceReader
{
    [JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
    [JsonSerializable(typeof(Content))]
    private sealed partial class ProvenanceJson : JsonSerializerContext;

    private sealed record Content(
        string? Format, int Version, string? Network, string? Kernel, string? Precision, string? Backend, int Rows,
        int Columns, Input[]? Inputs, string? Program, long Bytes, string? Fingerprint);

    private sealed record Input(string? Name, string? File, int Rows, int Columns, string? Sha256);

    /// <exception cref="DataFormatException">It is not as it was written.</exception>
    internal static GramProvenance Read(string place) =>
        Parse(place, DataSource.Guard(place, () => File.ReadAllText(place)));

    /// <summary>Reads the text of a provenance, which stands in a file.</summary>
    /// <exception cref="DataFormatException">It is not as it was written.</exception>
    internal static GramProvenance Parse(string place, string text)
    {
        try
        {
            var read = JsonSerializer.Deserialize(text, ProvenanceJson.Default.Content);
            return read is { } content && IsComplete(content)
                ? Of(content)
                : throw Damaged(place, "another or a changed one");
        }
        catch (JsonException e)
        {
            throw Damaged(place, MessageText.Reason(e), e);
        }
    }

    private static bool IsComplete(Content content) =>
        content is
        {
            Format: ProvenanceFile.Format, Version: ProvenanceFile.Version, Network: not null,
            Kernel: "ntk" or "nngp", Precision: "f64" or "f32", Backend: not null, Inputs.Length: 1 or 2,
            Program: not null, Fingerprint: not null, Rows: > 0, Columns: > 0
        }
        && Array.TrueForAll(content.Inputs, input => input is { Name: not null, Sha256: not null, Rows: > 0 });

    private static GramProvenance Of(Content content) => new()
    {
        Network = content.Network!,
        Kernel = content.Kernel == "ntk" ? KernelKind.Ntk : KernelKind.Nngp,
        Precision = content.Precision == "f64" ? Precision.Float64 : Precision.Float32,
        Backend = content.Backend!,
        Rows = content.Rows,
        Columns = content.Columns,
        Inputs = Array.AsReadOnly(Array.ConvertAll(content.Inputs!, Of)),
        Program = content.Program!,
        Bytes = content.Bytes,
        Fingerprint = content.Fingerprint!,
    };

    private static GramInput Of(Input input) =>
        new(input.Name!, input.File, input.Rows, input.Columns, input.Sha256!);

    private static DataFormatException Damaged(string place, string came, Exception? cause = null) => new(
        place, $"the provenance of a Gram matrix in version {ProvenanceFile.Version}, as it was written", came,
        "compute the matrix again, or delete this file", cause);
}
