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
            .. e.Sigma is null ? (string[])[] : [$"Sigma = {e.Sigma}", $"Theta = {e.Theta}"],
            .. e.Refusal is { } refusal ? [refusal.Message] : (string[])[],
        ];
        return string.Join('\n', lines);
    }

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
