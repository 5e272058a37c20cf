using System.Globalization;

namespace HadamardNtk.Cli;

/// <summary>Times of a training: numbers, and grids of them.</summary>
/// <param name="Values">The times in the order of the text, each at least 0.</param>
/// <param name="AreOfGrid">Whether each one is a point of a grid.</param>
internal sealed record TimeList(double[] Values, bool[] AreOfGrid)
{
    /// <summary>The accepted texts.</summary>
    internal const string Expected =
        "numbers of at least 0 (inf is the end), log:FROM:TO:COUNT and lin:FROM:TO:COUNT, separated by commas";

    private const int MostPoints = 100_000;

    /// <summary>The times of a text, or null if it has none.</summary>
    internal static TimeList? Parse(string text)
    {
        var (values, ofGrid) = (new List<double>(), new List<bool>());
        foreach (var item in text.Split(','))
        {
            var isGrid = item.Contains(':');
            if ((isGrid ? Grid(item.Split(':')) : Time(item) is { } time ? [time] : null) is not { } times)
            {
                return null;
            }

            values.AddRange(times);
            ofGrid.AddRange(times.Select(_ => isGrid));
        }

        return new([.. values], [.. ofGrid]);
    }

    /// <summary>The times as numbers of steps, to which the points of grids are rounded.</summary>
    /// <exception cref="UsageException">A number is not whole, or too large.</exception>
    internal int[] Steps() => [.. Values.Select((time, i) =>
        (AreOfGrid[i] ? Math.Round(time) : time) is var steps && steps <= int.MaxValue && steps == Math.Floor(steps)
            ? (int)steps
            : throw new UsageException(string.Create(
                CultureInfo.InvariantCulture,
                $"Expected whole numbers of steps as --times with --rate, below 2147483648; came {time}.")))];

    // Both ends are exact.
    private static double[]? Grid(string[] parts)
    {
        if (parts is not [var kind, var first, var last, var count] || kind is not ("log" or "lin")
            || Time(first) is not { } from || Time(last) is not { } to || !(from < to && double.IsFinite(to))
            || (kind == "log" && from == 0)
            || !int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out var n)
            || n is < 2 or > MostPoints)
        {
            return null;
        }

        return
        [
            .. Enumerable.Range(0, n).Select(i =>
            {
                var part = i / (n - 1.0);
                return i == 0 ? from
                    : i == n - 1 ? to
                    : kind == "lin" ? from + (part * (to - from)) : from * Math.Pow(to / from, part);
            }),
        ];
    }

    private static double? Time(string text) =>
        text == "inf" ? double.PositiveInfinity
        : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var t)
            && double.IsFinite(t) && t >= 0
            ? t
            : null;
}
