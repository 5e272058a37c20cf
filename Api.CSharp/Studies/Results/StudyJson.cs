using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace HadamardNtk;

/// <summary>A study as one JSON object with keys in snake_case.</summary>
internal static class StudyJson
{
    // JSON has no NaN and no infinity; the strings "NaN", "Infinity" and "-Infinity" stand for them.
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower), new Rows() },
    };

    internal static string Of(StudyResult result) => JsonSerializer.Serialize(result, Options) + "\n";

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
                JsonSerializer.Serialize(writer, value.Row(i).ToArray(), options);
            }

            writer.WriteEndArray();
        }
    }
}
