using System.Globalization;

namespace HadamardNtk;

/// <summary>The labels of ticks.</summary>
internal static class TickText
{
    private const string Raised = "⁰¹²³⁴⁵⁶⁷⁸⁹";

    /// <summary>A label of a logarithmic axis: plain digits from 0.01 to 10^4, and 2·10⁻⁴ beyond.</summary>
    internal static string Logarithmic(double value) =>
        value is >= 0.00999 and < 9999.5 ? Plain(value) : Power(value);

    /// <summary>A label of a linear axis: plain digits or a power, as the greatest size of its numbers says.</summary>
    internal static string Linear(double value, double greatest) =>
        value == 0 || greatest is >= 0.00999 and < 999999.5 ? Plain(value) : Power(value);

    private static string Plain(double value) =>
        value.ToString("0.########", CultureInfo.InvariantCulture).Replace('-', '−');

    private static string Power(double value)
    {
        var exponent = (int)Math.Floor(Math.Log10(Math.Abs(value)) + 1e-9);
        var digits = (Math.Abs(value) / Math.Pow(10, exponent)).ToString("0.######", CultureInfo.InvariantCulture);
        var places = Math.Abs(exponent).ToString(CultureInfo.InvariantCulture).Select(digit => Raised[digit - '0']);
        var power = $"10{(exponent < 0 ? "⁻" : "")}{string.Concat(places)}";
        return (value < 0 ? "−" : "") + (digits == "1" ? power : $"{digits}·{power}");
    }
}
