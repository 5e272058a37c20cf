using System.Globalization;

namespace HadamardNtk.Cli;

/// <summary>
/// The words and numbers by which a reader is shown the fields of a result. Their keys in JSON are short, and do not
/// change.
/// </summary>
internal static class Labels
{
    // A line has room for so many numbers of six digits.
    private const int Few = 4;

    // Words where a key alone says little. Others are shown as they are, with spaces.
    private static readonly Dictionary<string, string> Words = new()
    {
        ["n"] = "samples",
        ["r2"] = "R2",
        ["c"] = "C",
        ["loo_rmse"] = "leave-one-out rmse",
        ["cv_rmse"] = "cross-validated rmse",
        ["cv_accuracy"] = "cross-validated accuracy",
        ["rkhs_norm2"] = "squared rkhs norm",
        ["alignment"] = "alignment y'Ky/y'y",
        ["error"] = "eigenvalue error at most",
        ["effective_dimension_most"] = "effective dimension at most",
        ["products"] = "products with K",
        ["fixed"] = "fixed layers",
        ["validation"] = "validation accuracy",
        ["width_least"] = "width at least",
        ["width_most"] = "width at most",
        ["rate_f"] = "rate lr-f",
        ["rate_g"] = "rate lr-g",
        ["motion"] = "motion of embeddings",
        ["joined_loss"] = "loss without bottlenecks",
        ["best_epoch"] = "epoch of least loss",
        ["rough"] = "rough estimate",
    };

    // Accuracies and their deviations, which are percentages in JSON too.
    private static readonly HashSet<string> Percentages =
    [
        "accuracy", "accuracy_on_test", "cv_accuracy", "fold_accuracy", "test_accuracy", "validation",
        "validation_accuracy", "coverage", "deviation", "deviation_on_test",
    ];

    /// <summary>The label of a key.</summary>
    internal static string Of(string key) =>
        Words.TryGetValue(key, out var words) ? words : key.Replace('_', ' ');

    /// <summary>The text of a value.</summary>
    internal static string Text(string key, object? value) => value switch
    {
        null => "-",
        bool isTrue => isTrue ? "yes" : "no",
        double x when Percentages.Contains(key) => $"{Number(x, "G4")} %",
        double x when key.StartsWith("seconds", StringComparison.Ordinal) => Number(x, x < 999.5 ? "G3" : "F0"),
        double x when key == "steps_per_second" => Number(x, x < 9999.5 ? "G4" : "F0"),
        double x => Number(x, "G6"),
        IReadOnlyList<double> numbers when Percentages.Contains(key) =>
            string.Join(", ", numbers.Select(x => Number(x, "G4"))) + " %",
        IReadOnlyList<double> numbers =>
            string.Join(", ", numbers.Select(x => Number(x, numbers.Count > Few ? "G3" : "G6"))),
        IReadOnlyList<string> words => string.Join(", ", words),
        _ => value.ToString() ?? "",
    };

    // 0 has no sign.
    private static string Number(double x, string format) =>
        (x == 0 ? 0 : x).ToString(format, CultureInfo.InvariantCulture);
}
