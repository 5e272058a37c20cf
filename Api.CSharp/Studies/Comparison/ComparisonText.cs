using System.Globalization;

namespace HadamardNtk;

/// <summary>The format of a comparison as text.</summary>
public enum ComparisonFormat
{
    /// <summary>Aligned lines, with a star at the best.</summary>
    Table,

    /// <summary>A table of Markdown, with the best in bold.</summary>
    Markdown,

    /// <summary>A tabular of LaTeX, with the best in bold.</summary>
    Latex,

    /// <summary>Comma-separated text with a line for each fit: name, kernel, seed, fold, ridge and score.</summary>
    Csv,
}

/// <summary>Writes comparisons.</summary>
internal static class ComparisonText
{
    private const string Gap = "  ";
    private const int LeastName = 12;

    /// <summary>The comparison as text.</summary>
    /// <param name="result">The comparison.</param>
    /// <param name="format">The format.</param>
    /// <param name="width">
    /// The columns of a table, into which names are wrapped; null for the width of the longest.
    /// </param>
    internal static string Of(ComparisonResult result, ComparisonFormat format, int? width = null) => format switch
    {
        ComparisonFormat.Table => Table(result, width),
        ComparisonFormat.Markdown => Markdown(result),
        ComparisonFormat.Latex => Latex(result),
        ComparisonFormat.Csv => Csv(result),
        _ => throw new ArgumentOutOfRangeException(
            nameof(format), format, "Expected the format Table, Markdown, Latex or Csv."),
    };

    private static string Table(ComparisonResult result, int? width)
    {
        string[][] rows =
        [
            ["network", "kernel", Heading(result), "difference"],
            .. result.Kernels.Select(kernel => (string[])
            [
                MessageText.Clean(kernel.Name), ProvenanceFile.Word(kernel.Kernel),
                Score(result, kernel) + (IsBest(result, kernel) ? " *" : "  "), Difference(result, kernel) ?? "",
            ]),
        ];
        int[] widths = [.. Enumerable.Range(0, 4).Select(j => rows.Max(row => row[j].Length))];
        if (width is { } most)
        {
            widths[0] = Math.Min(widths[0], Math.Max(LeastName, most - widths[1..].Sum(w => w + Gap.Length)));
        }

        return Joined([.. rows.SelectMany(row => Wrapped(row, widths)), "", .. Explained(result)]);
    }

    // The name stands in as many lines as it needs, beside the first of which are the other cells.
    private static IEnumerable<string> Wrapped(string[] row, int[] widths)
    {
        var name = TextLines.Wrap(row[0], widths[0], "  ").ToArray();
        string[] first = [name[0], .. row[1..]];
        yield return string.Join(Gap, first.Select((cell, j) => cell.PadRight(widths[j]))).TrimEnd();
        foreach (var line in name[1..])
        {
            yield return line;
        }
    }

    private static string Markdown(ComparisonResult result) => Joined(
    [
        $"| network | kernel | {Heading(result)} | difference |",
        "| --- | --- | --- | --- |",
        .. result.Kernels.Select(kernel =>
        {
            var score = Score(result, kernel);
            var name = kernel.Name.Replace("|", "\\|").ReplaceLineEndings(" ");
            return $"| {name} | {ProvenanceFile.Word(kernel.Kernel)} "
                + $"| {(IsBest(result, kernel) ? $"**{score}**" : score)} | {Difference(result, kernel) ?? ""} |";
        }),
        "",
        .. Explained(result),
    ]);

    private static string Latex(ComparisonResult result) => Joined(
    [
        .. Explained(result).Select(line => "% " + line),
        "\\begin{tabular}{llrr}",
        "\\hline",
        $"network & kernel & {Heading(result).Replace("%", "\\%")} & difference \\\\",
        "\\hline",
        .. result.Kernels.Select(kernel =>
        {
            var score = Score(result, kernel).Replace("±", "$\\pm$");
            return $"\\texttt{{{Escaped(kernel.Name)}}} & {ProvenanceFile.Word(kernel.Kernel).ToUpperInvariant()} & "
                + (IsBest(result, kernel) ? $"\\textbf{{{score}}}" : score)
                + $" & {Signed(Difference(result, kernel)?.Replace("±", "$\\pm$"))} \\\\";
        }),
        "\\hline",
        "\\end{tabular}",
    ]);

    private static string Csv(ComparisonResult result) => Joined(
    [
        $"network,kernel,seed,fold,ridge,{Name(result)}",
        .. from kernel in result.Kernels
           from score in kernel.Scores
           select string.Join(
               ',', Quoted(kernel.Name), ProvenanceFile.Word(kernel.Kernel), Exact(score.Seed), Exact(score.Fold),
               Exact(score.Ridge), Exact(score.Value)),
    ]);

    private static IEnumerable<string> Explained(ComparisonResult result) =>
    [
        $"{result.Folds} folds of {result.Samples} samples, {result.Seeds} time{(result.Seeds == 1 ? "" : "s")}.",
        $"{Name(result)}: mean and standard deviation over all folds.",
        "difference: from the best on the same folds, with the standard error of",
        "Nadeau and Bengio.",
    ];

    private static string Joined(IEnumerable<string> lines) => string.Concat(lines.Select(line => line + "\n"));

    private static string Name(ComparisonResult result) =>
        result.Metric == ComparisonMetric.Accuracy ? "accuracy" : "rmse";

    private static string Heading(ComparisonResult result) =>
        result.Metric == ComparisonMetric.Accuracy ? "accuracy (%)" : "rmse";

    private static bool IsBest(ComparisonResult result, ComparedKernel kernel) => ReferenceEquals(kernel, result.Best);

    private static string Score(ComparisonResult result, ComparedKernel kernel) =>
        $"{Number(result, kernel.Mean)} ± {Number(result, kernel.Deviation)}";

    private static string? Difference(ComparisonResult result, ComparedKernel kernel)
    {
        if (IsBest(result, kernel))
        {
            return null;
        }

        var (mean, error) = result.DifferenceFromBest(kernel);
        return $"{(mean > 0 ? "+" : "")}{Number(result, mean)} ± {Number(result, error)}";
    }

    // Percentages have two decimals. Errors have any size, and four digits.
    private static string Number(ComparisonResult result, double x) =>
        x.ToString(result.Metric == ComparisonMetric.Accuracy ? "F2" : "G4", CultureInfo.InvariantCulture);

    private static string Exact(IFormattable x) => x.ToString("R", CultureInfo.InvariantCulture);

    private static string Exact(long x) => x.ToString(CultureInfo.InvariantCulture);

    private static string Signed(string? difference) =>
        difference is null ? "" : difference.StartsWith('-') ? $"$-${difference[1..]}" : difference;

    private static string Quoted(string text) => $"\"{text.Replace("\"", "\"\"").ReplaceLineEndings(" ")}\"";

    private static string Escaped(string text) => string.Concat(text.ReplaceLineEndings(" ").Select(c => c switch
    {
        '\\' => "\\textbackslash{}",
        '^' => "\\textasciicircum{}",
        '~' => "\\textasciitilde{}",
        '_' or '#' or '%' or '&' or '{' or '}' or '$' => $"\\{c}",
        _ => c.ToString(),
    }));
}
