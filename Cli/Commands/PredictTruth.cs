namespace HadamardNtk.Cli.Commands;

/// <summary>True targets, and the labels from which they were made.</summary>
/// <param name="Targets">The targets, or null where a classifier's scores have none.</param>
/// <param name="Labels">The labels, or null of a regression.</param>
/// <param name="Classes">The classes of a classifier, or null.</param>
/// <param name="Texts">Their texts where they are no integers, or null.</param>
internal sealed record PredictTruth(
    Matrix? Targets, long[]? Labels, IReadOnlyList<long>? Classes, IReadOnlyList<string>? Texts)
{
    internal static PredictTruth? Read(string? file, int rows, Predictor fitted, Notes notes)
    {
        if (file is null)
        {
            return null;
        }

        var labels = fitted.ClassTexts is { } texts ? OfTexts(file, fitted, texts, notes)
            : fitted.Classes is { } classes ? Known(file, InputFiles.ReadLabels(file), classes, notes)
            : null;
        var targets = labels is null ? Inputs.ReadTargets(file, notes) : fitted.Targets(labels);
        RunRecord.Add(file, labels?.Length ?? targets!.Rows, labels is null ? targets!.Columns : 1);
        var (count, columns) = (labels?.Length ?? targets!.Rows, targets?.Columns ?? fitted.Outputs);
        if (count != rows || columns != fitted.Outputs)
        {
            throw new DataFormatException(
                file, $"{rows} x {fitted.Outputs} targets", $"{count} x {columns}",
                "give one target row for each sample");
        }

        return new(targets, labels, fitted.Classes, fitted.ClassTexts);
    }

    private static long[] OfTexts(string file, Predictor fitted, IReadOnlyList<string> texts, Notes notes)
    {
        var read = InputFiles.ReadAnyLabels(file, asTexts: true).Texts();
        var labels = Known(file, Array.ConvertAll(read, fitted.ClassText), texts, notes);
        var places = texts.Select((text, place) => (text, place)).ToDictionary(p => p.text, p => (long)p.place);
        return Array.ConvertAll(labels, label => places.GetValueOrDefault(label, -1));
    }

    private static T[] Known<T>(string file, T[] labels, IEnumerable<T> classes, Notes notes)
    {
        notes.Unseen(file, labels, classes);
        return labels;
    }

    internal IEnumerable<(string Key, object? Value)> Scores(
        Classification result, PredictionInterval? interval, Matrix? probabilities)
    {
        if (Targets is not null)
        {
            yield return ("rmse", Metrics.Rmse(result.Scores, Targets));
        }

        if (Targets is not null && Labels is null)
        {
            foreach (var score in OfTargets(result, interval, Targets))
            {
                yield return score;
            }
        }

        if (Labels is not null)
        {
            yield return ("accuracy", Metrics.Accuracy(result.Labels, Labels));
        }

        if (Labels is not null && probabilities is not null)
        {
            yield return ("log_loss", Known(Metrics.LogLoss(probabilities, Classes!, Labels)));
            yield return ("calibration_error", Metrics.CalibrationError(probabilities, Classes!, Labels));
        }
    }

    /// <summary>Prints the scores, and of a classifier its confusion table.</summary>
    internal void Print(bool json, Notes notes, (string Key, object? Value)[] said, Classification result)
    {
        if (Labels is null)
        {
            Output.Result(json, notes, said);
            return;
        }

        // Labels that are none of the classes have no row; a note counts them.
        var known = Enumerable.Range(0, Labels.Length).Where(i => Classes!.Contains(Labels[i])).ToArray();
        var counts = Metrics.Confusion(
            [.. known.Select(i => result.Labels[i])], [.. known.Select(i => Labels[i])], Classes!);
        if (json)
        {
            object classes = Texts is null ? Classes! : Texts;
            Output.Result(json, notes, [.. said, ("classes", classes), ("confusion", ConfusionText.Rows(counts))]);
            return;
        }

        Output.Result(json, notes, said);
        Output.Lines(ConfusionText.Of(counts, Texts ?? [.. Classes!.Select(LabelText.Of)]));
    }

    private static IEnumerable<(string Key, object? Value)> OfTargets(
        Classification result, PredictionInterval? interval, Matrix targets)
    {
        yield return ("r2", Known(Metrics.R2(result.Scores, targets)));
        if (result.Posterior is { HasDeviations: true } posterior)
        {
            yield return ("log_density", Known(Metrics.LogDensity(posterior, targets)));
        }

        if (interval is not null)
        {
            yield return ("coverage", Metrics.Coverage(interval, targets));
        }
    }

    // A score that does not exist is null in JSON and a dash in text.
    private static object? Known(double score) => double.IsFinite(score) ? score : null;
}
