namespace HadamardNtk;

/// <summary>Classes as targets of a loss, and as readings of outputs.</summary>
/// <param name="Classes">The classes in ascending order, at least two.</param>
internal sealed record ClassTargets(long[] Classes)
{
    /// <summary>
    /// Fails unless there is an output for each class. Two classes may also share one output, whose sign is the class,
    /// unless the loss is the softmax.
    /// </summary>
    /// <exception cref="ArgumentException">The number of outputs does not fit.</exception>
    internal void RequireOutputs(int outputs, Loss loss)
    {
        var mayShare = Classes.Length == 2 && loss != Loss.Softmax;
        if (outputs != Classes.Length && !(mayShare && outputs == 1))
        {
            var shared = mayShare ? ", or 1 output whose sign is the class" : "";
            throw new ArgumentException(
                $"Expected a network with {Classes.Length} outputs, one for each class{shared}; "
                + $"this one has {outputs}. Let it end with dense(width={Classes.Length}).");
        }
    }

    /// <summary>
    /// The targets of labels, n × C: one-hot rows for the softmax loss, −1 and 1 for the logistic one, one-hot rows
    /// minus 1/C for the squared one. One output for two classes has −1 for the first and 1 for the second. A label
    /// that is no class is refused here, where it would be trained on; <see cref="OneHot.Targets"/> takes it, as a row of
    /// −1/C, for targets that predictions are compared with.
    /// </summary>
    /// <exception cref="ArgumentException">A label is none of the classes.</exception>
    internal Matrix Of(long[] labels, int outputs, Loss loss)
    {
        RequireKnown(labels);
        var targets = OneHot.Targets(labels, Classes);
        if (outputs == 1)
        {
            return Matrix.Wrap(Array.ConvertAll(labels, label => label == Classes[1] ? 1.0 : -1.0), labels.Length, 1);
        }

        return loss == Loss.Squared
            ? targets
            : Matrix.Wrap(Array.ConvertAll(targets.Data, t => t > 0 ? 1 : Off(loss)), targets.Rows, targets.Columns);
    }

    /// <summary>The classes of scores: the place of the greatest of several, or the sign of one.</summary>
    internal long[] Read(Matrix scores) => scores.Columns == 1
        ? Array.ConvertAll(scores.Data, score => score > 0 ? Classes[1] : Classes[0])
        : [.. OneHot.Classes(scores).Select(k => Classes[k])];

    private static double Off(Loss loss) => loss == Loss.Logistic ? -1 : 0;

    private void RequireKnown(long[] labels)
    {
        var unknown = Array.FindIndex(labels, label => Array.BinarySearch(Classes, label) < 0);
        if (unknown >= 0)
        {
            throw new ArgumentException(
                $"Expected labels of the {Classes.Length} classes of the training; "
                + $"label {labels[unknown]} in row {unknown} (counted from 0) is none of them. "
                + "Leave its samples out, or train with samples of its class.", nameof(labels));
        }
    }
}
