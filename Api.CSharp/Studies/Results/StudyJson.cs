using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace HadamardNtk;

/// <summary>A study as one JSON object with keys in snake_case.</summary>
internal static partial class StudyJson
{
    // JSON has no NaN and no infinity; the strings "NaN", "Infinity" and "-Infinity" stand for them.
    private static readonly StudyContext Context = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters =
        {
            new JsonStringEnumConverter<ClaimVerdict>(JsonNamingPolicy.SnakeCaseLower),
            new JsonStringEnumConverter<SeriesStyle>(JsonNamingPolicy.SnakeCaseLower),
            new Rows(),
        },
    });

    internal static string Of(StudyResult result) => JsonSerializer.Serialize(result, Context.StudyResult) + "\n";

    // Native programs have no reflection, so that the types are known when this is compiled. Those of the cells of
    // tables, whose type is object, are named.
    [JsonSerializable(typeof(StudyResult))]
    [JsonSerializable(typeof(int))]
    [JsonSerializable(typeof(long))]
    [JsonSerializable(typeof(double))]
    [JsonSerializable(typeof(double[]))]
    [JsonSerializable(typeof(bool))]
    private sealed partial class StudyContext : JsonSerializerContext;

    /// <summary>Writes a matrix as an array of rows.</summary>
    private sealed class Rows : JsonConverter<Matrix>
    {
        public override Matrix Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) =>
            throw new NotSupportedException("A study is written to JSON and not read from it.");

        public override void Write(Utf8JsonWriter writer, Matrix value, JsonSerializerOptions options)
        {
            writer.WriteStartArray();
            for (var i = 0; i < value.Rows; i++)
            {
                JsonSerializer.Serialize(writer, value.Row(i).ToArray(), Context.DoubleArray);
            }

            writer.WriteEndArray();
        }
    }
}
