using System.Globalization;
using System.Text.RegularExpressions;
using OxyPlot;

namespace HadamardNtk;

/// <summary>
/// Colors that stand for variables of the page's style while the library draws. They become the variables afterwards,
/// so that a chart follows light and dark.
/// </summary>
internal static partial class PageColor
{
    private static readonly string[] Names =
        ["frame", "grid", "shade", "text", .. Enumerable.Range(0, SeriesLook.Colors).Select(k => $"c{k}")];

    internal static OxyColor Frame => Of("frame");

    internal static OxyColor Grid => Of("grid");

    internal static OxyColor Shade => Of("shade");

    internal static OxyColor Text => Of("text");

    internal static OxyColor Of(SeriesLook look) => Of($"c{look.Color}");

    /// <summary>A style with variables in the place of the colors that stand for them.</summary>
    internal static string Resolve(string style) => Placeholder().Replace(
        style, match => $"var(--{Names[int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture) - 1]})");

    // No color of the library is one of these: 1 to 11 of 255 red, 3 green and 7 blue.
    private static OxyColor Of(string name) => OxyColor.FromRgb((byte)(Array.IndexOf(Names, name) + 1), 3, 7);

    [GeneratedRegex(@"rgb\((\d+),3,7\)")]
    private static partial Regex Placeholder();
}
