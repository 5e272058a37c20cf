using System.Text.Json.Nodes;

namespace HadamardNtk.Cli.Commands;

/// <summary>What fit says of its choice.</summary>
internal static class SelectionReport
{
    /// <summary>The keys of a choice, in the order of the output; none where nothing was chosen.</summary>
    internal static IEnumerable<(string Key, object? Value)> Of(FitTask task, Fitted fitted, bool json)
    {
        if (fitted.Selected is not { } selected)
        {
            if (task.Options.RidgeBy is { } chosen)
            {
                yield return ("select", chosen.Name);
            }

            yield break;
        }

        var (best, selecting) = (selected.Best, task.Selecting!);
        yield return ("network", best.Kernel.Network.ToString());
        yield return ("select", selecting.Criterion.Name);
        foreach (var key in Folds(best, fitted.Places))
        {
            yield return key;
        }

        if (best.Tuned is { } tuned)
        {
            yield return ("tuned", tuned.Parameters.Select(parameter => parameter.ToString()).ToArray());
            yield return ("evaluations", tuned.Evaluations);
            yield return ("converged", tuned.Converged);
        }

        if (selected.All.Count > 1 && json)
        {
            yield return ("candidates", new JsonArray(
                [.. selected.All.Select(candidate => Describe(candidate, selecting.Key))]));
        }

        // In text each network has a line.
        for (var i = 0; selected.All.Count > 1 && !json && i < selected.All.Count; i++)
        {
            yield return ($"{selecting.Key} {i + 1}", FormattableString.Invariant(
                $"{selected.All[i].Score:G6}  {selected.All[i].Kernel.Network}"));
        }
    }

    private static IEnumerable<(string Key, object? Value)> Folds(Candidate best, long[]? places)
    {
        if (best.Folds is not { } folds)
        {
            yield break;
        }

        yield return ("cv_rmse", folds.Rmse);
        yield return ("fold_rmse", folds.FoldRmse);
        if (places is not null)
        {
            var predicted = OneHot.Classes(folds.Predictions).ToArray();
            double Accuracy(IEnumerable<int> samples) =>
                100 * samples.Average(i => predicted[i] == places[i] ? 1.0 : 0);
            yield return ("cv_accuracy", Accuracy(Enumerable.Range(0, places.Length)));
            yield return ("fold_accuracy", folds.Folds.Select(Accuracy).ToArray());
        }
    }

    private static JsonObject Describe(Candidate candidate, string key) => new()
    {
        ["network"] = candidate.Kernel.Network.ToString(),
        ["ridge"] = candidate.Options.Ridge.Value,
        [key] = candidate.Score,
    };
}
