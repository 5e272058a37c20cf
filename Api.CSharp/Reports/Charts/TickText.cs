using System.Globalization;

namespace HadamardNtk;

/// <summary>The labels of ticks.</summary>
internal static class TickText
{
    private const string Raised = "⁰¹²³⁴⁵⁶⁷⁸⁹";

    /// <summary>A number in plain digits, or as 10⁻⁴ and 2·10⁻⁴ where these would be many.</summary>
    internal static string Of(double value)
    {
        var size = Math.Abs(value);
        if (size == 0 || size is >= 0.00999 and < 9999.5)
        {
            return value.ToString("0.######", CultureInfo.InvariantCulture).Replace('-', '−');
        }

        var exponent = (int)Math.Floor(Math.Log10(size) + 1e-9);
        var digits = (size / Math.Pow(10, exponent)).ToString("0.###", CultureInfo.InvariantCulture);
        var places = Math.Abs(exponent).ToString(CultureInfo.InvariantCulture).Select(digit => Raised[digit - '0']);
        var power = $"10{(exponent < 0 ? "⁻" : "")}{string.Concat(places)}";
        return (value < 0 ? "−" : "") + (digits == "1" ? power : $"{digits}·{power}");
    }
}
