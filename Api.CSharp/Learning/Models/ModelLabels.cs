using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace HadamardNtk;

/// <summary>The labels of a classifier in a model file, where they are no integers of 64 bits.</summary>
/// <param name="Kind">text or number.</param>
/// <param name="Texts">The classes, one for each output, numbers with the digits that give them back.</param>
internal sealed partial record ModelLabels(string Kind, string[] Texts)
{
    /// <summary>Whether it can be labels of a number of outputs.</summary>
    internal bool IsOf(int outputs) =>
        Texts is not null && Texts.Length == outputs && Array.TrueForAll(Texts, text => text is not null)
        && Texts.Distinct(StringComparer.Ordinal).Count() == outputs
        && (Kind == LabelText.Text || (Kind == LabelText.Number && Array.TrueForAll(Texts, IsNumber)));

    /// <summary>The text of the checksum.</summary>
    internal string Sum() => JsonSerializer.Serialize(this, LabelsJson.Default.ModelLabels);

    /// <summary>The classes as numbers.</summary>
    internal double[] Numbers() => Array.ConvertAll(Texts, Parsed);

    private static bool IsNumber(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _);

    private static double Parsed(string text) => double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);

    [JsonSerializable(typeof(ModelLabels))]
    private sealed partial class LabelsJson : JsonSerializerContext;
}
