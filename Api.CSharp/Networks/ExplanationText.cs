using System.Globalization;

namespace HadamardNtk;

/// <summary>The explanation of a network as text.</summary>
internal static class ExplanationText
{
    internal static string Of(NetworkExplanation e)
    {
        string[] lines =
        [
            .. e.Tree.Select(Line),
            .. e.Recursion.SelectMany((r, i) => new[] { $"{Label(i)} {r.Sigma}", $"      {r.Theta}" }),
            .. e.Duals.SelectMany(Lines),
            .. Positions(e),
            .. e.Sigma is null ? (string[])[] : [$"Sigma = {e.Sigma}", $"Theta = {e.Theta}"],
            .. e.Refusal is { } refusal ? [refusal.Message] : (string[])[],
        ];
        return string.Join('\n', lines);
    }

    /// <summary>A line for the positions of each signal, and one for all pairs together.</summary>
    internal static IEnumerable<string> Positions(NetworkExplanation e)
    {
        foreach (var line in e.Positions)
        {
            var pairs = line.Pairs is { } n ? $", {Count(n)}" : "";
            yield return $"{Label(line.Number)} {line.Layer}: {line.Shape}; {line.Offsets}{pairs}";
        }

        if (e.PositionPairs is { } all)
        {
            yield return $"together {Count(all)} for a pair (x, x')";
        }
    }

    private static string Count(long pairs) =>
        string.Create(CultureInfo.InvariantCulture, $"{pairs} {(pairs == 1 ? "pair" : "pairs")}");

    private static string Label(int number) => $"[{number}]".PadRight(5);

    private static string Line(NetworkTreeLine line)
    {
        var number = line.Number is { } n ? Label(n) : "     ";
        var mark = line.IsRefused ? "<-- refused" : line.Facts;
        return $"{number} {new string(' ', 2 * line.Depth)}{line.Text}  {mark}".TrimEnd();
    }

    private static string[] Lines(DualLine dual) =>
    [
        $"T [{dual.Activation}] = {dual.Value}",
        $"T'[{dual.Activation}] = {dual.Derivative}",
        $"mean = {dual.Mean}",
    ];
}
