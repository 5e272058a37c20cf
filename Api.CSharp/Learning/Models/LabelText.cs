using System.Globalization;

namespace HadamardNtk;

/// <summary>Labels as texts.</summary>
internal static class LabelText
{
    /// <summary>The kind of labels that are texts.</summary>
    internal const string Text = "text";

    /// <summary>The kind of labels that are numbers.</summary>
    internal const string Number = "number";

    private static readonly HashSet<Type> Numbers =
    [
        typeof(byte), typeof(sbyte), typeof(short), typeof(ushort), typeof(int), typeof(uint), typeof(long),
        typeof(ulong), typeof(Half), typeof(float), typeof(double), typeof(decimal),
    ];

    /// <summary>The kind of labels of a type in a model file; null for those that it cannot keep.</summary>
    internal static string? KindOf(Type type) =>
        type == typeof(string) ? Text : Numbers.Contains(type) ? Number : null;

    /// <summary>A label as a text, which gives a number back to the last bit.</summary>
    internal static string Of<TLabel>(TLabel label) where TLabel : notnull => label is IFormattable number
        ? number.ToString(null, CultureInfo.InvariantCulture)
        : label.ToString() ?? "";
}
