namespace HadamardNtk;

/// <summary>A kernel, with or without normalization, and C.</summary>
/// <param name="Architecture">The network.</param>
/// <param name="IsNormalized">Whether K(x, x') is divided by √(K(x, x) K(x', x')).</param>
/// <param name="Cost">C.</param>
/// <param name="Test">The percentage of correct test graphs in each fold; NaN where the machine was not solved.</param>
/// <param name="Inner">The same in the inner cross-validation of each fold's training graphs.</param>
internal sealed record GraphCandidate(
    GntkArchitecture Architecture, bool IsNormalized, double Cost, double[] Test, double[] Inner)
{
    /// <summary>The mean over the test folds; NaN where a machine was not solved.</summary>
    internal double Mean => Test.Average();
}

/// <summary>Accuracies of support vector machines on the folds of graphs, by one Gram matrix at a time.</summary>
internal sealed class GraphCandidates(GraphData data, GraphStudyOptions options, CancellationToken cancellation)
{
    private readonly long[] _labels = [.. data.Labels];

    /// <summary>The accuracies by a Gram matrix, for every C, as it is and normalized.</summary>
    internal IEnumerable<GraphCandidate> Of(GntkArchitecture architecture, Matrix gram)
    {
        foreach (var normalized in new[] { false, true })
        {
            var kernel = normalized ? Normalized(gram) : InUnits(gram);
            var costs = options.Costs.Count;
            var (test, inner) = (Table(costs), Table(costs));
            new Workers(options.Threads, cancellation).For(2 * data.Folds.Count, piece =>
            {
                var fold = (int)piece / 2;
                Set(piece % 2 == 0 ? test : inner, fold, piece % 2 == 0 ? Test(kernel, fold) : Inner(kernel, fold));
            });
            for (var c = 0; c < costs; c++)
            {
                yield return new(architecture, normalized, options.Costs[c], test[c], inner[c]);
            }
        }
    }

    private double[][] Table(int costs) =>
        [.. Enumerable.Range(0, costs).Select(_ => new double[data.Folds.Count])];

    private static void Set(double[][] table, int fold, double[] accuracies)
    {
        for (var c = 0; c < table.Length; c++)
        {
            table[c][fold] = accuracies[c];
        }
    }

    private double[] Test(Matrix kernel, int fold) =>
        Accuracies(kernel, [.. data.Folds[fold].Training], [.. data.Folds[fold].Test]);

    // The training graphs of each class are dealt to the inner folds in turn.
    private double[] Inner(Matrix kernel, int fold)
    {
        var order = data.Folds[fold].Training.OrderBy(i => _labels[i]).ThenBy(i => i).ToArray();
        var sums = new double[options.Costs.Count];
        for (var k = 0; k < options.InnerFolds; k++)
        {
            int[] held = [.. DealtFolds.Of(order, options.InnerFolds, k)];
            int[] training = [.. DealtFolds.Others(order, options.InnerFolds, k)];
            var accuracies = Accuracies(kernel, training, held);
            for (var c = 0; c < sums.Length; c++)
            {
                sums[c] += accuracies[c] * held.Length / order.Length;
            }
        }

        return sums;
    }

    private double[] Accuracies(Matrix kernel, int[] training, int[] test)
    {
        var labels = Array.ConvertAll(training, i => _labels[i]);
        var truth = Array.ConvertAll(test, i => _labels[i]);
        var (gram, cross) = (SubMatrix.Of(kernel, training, training), SubMatrix.Of(kernel, test, training));
        var accuracies = new double[options.Costs.Count];
        Array.Fill(accuracies, double.NaN);

        // A greater C takes more steps, so that none is tried after one that took too many.
        for (var c = 0; c < accuracies.Length && Machine(gram, labels, options.Costs[c]) is { } machine; c++)
        {
            accuracies[c] = Metrics.Accuracy(machine.Predict(cross, 1, cancellation), truth);
        }

        return accuracies;
    }

    // A machine without an optimum in the steps that it may take has no accuracy.
    private GramSupportVectorMachine? Machine(Matrix gram, long[] labels, double cost)
    {
        try
        {
            return GramSupportVectorMachine.Fit(
                gram, labels, new() { Cost = cost, Steps = options.Steps, Gram = new() { Threads = 1 } }, cancellation);
        }
        catch (ArithmeticException)
        {
            return null;
        }
    }

    // The published code divides by the least entry, which sets the unit of C.
    private static Matrix InUnits(Matrix gram)
    {
        var least = gram.Data.Min();
        var unit = least > 0 ? least : Enumerable.Range(0, gram.Rows).Average(i => gram[i, i]);
        return Matrix.Wrap(Array.ConvertAll(gram.Data, v => v / unit), gram.Rows, gram.Columns);
    }

    private static Matrix Normalized(Matrix gram)
    {
        double[] roots = [.. Enumerable.Range(0, gram.Rows).Select(i => Math.Sqrt(gram[i, i]))];
        return Matrix.Wrap(
            [.. gram.Data.Select((v, t) => v / roots[t / gram.Columns] / roots[t % gram.Columns])],
            gram.Rows, gram.Columns);
    }
}
