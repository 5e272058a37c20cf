using System.Globalization;

namespace HadamardNtk.Bench;

/// <summary>Numbers as the tables have them; a dash for what is not there.</summary>
internal static class Show
{
    private const string Nothing = "-";

    /// <summary>Three digits.</summary>
    internal static string Number(double x) => !double.IsFinite(x) ? Nothing : Math.Abs(x) switch
    {
        < 9.995 => Fixed(x, 2),
        < 99.95 => Fixed(x, 1),
        _ => Fixed(x, 0),
    };

    /// <summary>Three digits, or a dash.</summary>
    internal static string Number(double? x) => Number(x ?? double.NaN);

    /// <summary>Seconds in milliseconds.</summary>
    internal static string Milliseconds(double seconds) => Number(seconds * 1e3);

    /// <summary>How many times.</summary>
    internal static string Times(double x) => double.IsFinite(x) ? $"{Number(x)}x" : Nothing;

    /// <summary>A share in percent.</summary>
    internal static string Percent(double x) => double.IsFinite(x) ? $"{Fixed(100 * x, 0)}%" : Nothing;

    /// <summary>Bytes in MB, 10^6 of them.</summary>
    internal static string Megabytes(double bytes) => Number(bytes / 1e6);

    /// <summary>Whether an aim is met: an empty cell where nothing was measured or there is none.</summary>
    internal static string Met(bool? isMet) => isMet switch { true => "yes", false => "no", _ => Nothing };

    private static string Fixed(double x, int digits) => x.ToString($"F{digits}", CultureInfo.InvariantCulture);
}
